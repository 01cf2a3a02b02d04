/**
 * Versions of a table. API reference: UpdateTable, GetTableVersion, GetTableVersions, DeleteTableVersion,
 * BatchDeleteTableVersion. A table's version is a decimal number, first 0; the old one is kept unless `SkipArchive`.
 */

import type { TableVersionError } from '@aws-sdk/client-glue'
import { writeBody } from '../body.ts'
import { concurrentModification, invalidInput, notFound } from '../faults.ts'
import { type GlueDb, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { numberCursor, pageOf } from '../page.ts'
import { factsTopic } from '../resource-facts.ts'
import { hierarchy } from './hierarchy.ts'
import { assertKeysKept } from './partition-rows.ts'
import type { CatalogTables } from './schema.ts'
import { checkedTableInput, refuseTransactions, type TableRow, tableNamed, tableNameOf, tableShape } from './tables.ts'

const pageSize = 100

export const updateTable = operation('UpdateTable', {
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('UpdateTable', ownerOf(call, input.CatalogId), deps).tables(input.DatabaseName, [
      tableNameOf(input),
    ])
  },
  handle: async (call, deps) => {
    const { input, time } = call
    refuseTransactions(input)
    if (input.UpdateOpenTableFormatInput !== undefined || input.ViewUpdateAction !== undefined) {
      throw invalidInput('This server updates a table by TableInput only.')
    }
    const table = checkedTableInput(input)
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      const row = await tableNamed(db, scope, input.DatabaseName, table.Name)
      if (input.VersionId !== undefined && input.VersionId !== String(row.version)) {
        throw concurrentModification('Update table failed due to concurrent modifications.')
      }
      await assertKeysKept(db, row, table)
      const catalog = db.withTables<CatalogTables>()
      if (input.SkipArchive !== true) {
        const { id: table_id, version, body, created_at, updated_at } = row
        await catalog
          .insertInto('glue_table_versions')
          .values({ table_id, version, body, created_at, updated_at })
          .execute()
      }
      await catalog
        .updateTable('glue_tables')
        .set({ body: writeBody(table), version: row.version + 1, updated_at: time })
        .where('id', '=', row.id)
        .execute()
    })
    return {}
  },
})

/** A version as the row that it once was. */
async function versionRow(db: GlueDb, table: TableRow, versionId: string): Promise<TableRow | undefined> {
  if (versionId === String(table.version)) return table
  if (!/^(0|[1-9]\d{0,14})$/.test(versionId)) return undefined
  const archived = await db
    .withTables<CatalogTables>()
    .selectFrom('glue_table_versions')
    .selectAll()
    .where('table_id', '=', table.id)
    .where('version', '=', Number(versionId))
    .executeTakeFirst()
  return archived && { ...table, ...archived }
}

export const getTableVersion = operation('GetTableVersion', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetTableVersion', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const table = await tableNamed(deps.store.db, owner.scope(), input.DatabaseName, input.TableName)
    const VersionId = input.VersionId ?? String(table.version)
    const row = await versionRow(deps.store.db, table, VersionId)
    if (row === undefined) throw notFound('Table version', VersionId)
    return { TableVersion: { Table: tableShape(row, owner), VersionId } }
  },
})

export const getTableVersions = operation('GetTableVersions', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetTableVersions', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const scope = owner.scope()
    const table = await tableNamed(deps.store.db, scope, input.DatabaseName, input.TableName)
    const { rows, NextToken } = await pageOf<TableRow>(
      {
        operation: 'GetTableVersions',
        scope,
        filter: [table.id],
        token: input.NextToken,
        size: input.MaxResults ?? pageSize,
      },
      {
        // Newest first; the current one heads the archive.
        fetch: async (after, limit) => {
          const archived = await deps.store.db
            .withTables<CatalogTables>()
            .selectFrom('glue_table_versions')
            .selectAll()
            .where('table_id', '=', table.id)
            .$if(after !== undefined, (query) => query.where('version', '<', numberCursor(after ?? '')))
            .orderBy('version', 'desc')
            .limit(limit)
            .execute()
          const rows = archived.map((version) => ({ ...table, ...version }))
          return after === undefined ? [table, ...rows].slice(0, limit) : rows
        },
        keyOf: ({ version }) => String(version),
      },
    )
    return {
      TableVersions: rows.map((row) => ({ Table: tableShape(row, owner), VersionId: String(row.version) })),
      ...NextToken,
    }
  },
})

async function dropVersion(db: GlueDb, table: TableRow, versionId: string): Promise<'dropped' | 'absent' | 'current'> {
  if (versionId === String(table.version)) return 'current'
  const row = await versionRow(db, table, versionId)
  if (row === undefined) return 'absent'
  await db
    .withTables<CatalogTables>()
    .deleteFrom('glue_table_versions')
    .where('table_id', '=', table.id)
    .where('version', '=', row.version)
    .execute()
  return 'dropped'
}

const current = (versionId: string): string => `Version ${versionId} is the current one and cannot be deleted.`

export const deleteTableVersion = operation('DeleteTableVersion', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('DeleteTableVersion', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      const table = await tableNamed(db, scope, input.DatabaseName, input.TableName)
      const outcome = await dropVersion(db, table, input.VersionId)
      if (outcome === 'absent') throw notFound('Table version', input.VersionId)
      if (outcome === 'current') throw invalidInput(current(input.VersionId))
    })
    return {}
  },
})

export const batchDeleteTableVersion = operation('BatchDeleteTableVersion', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('BatchDeleteTableVersion', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const Errors: TableVersionError[] = []
    await deps.store.write(factsTopic(scope), async (db) => {
      const table = await tableNamed(db, scope, input.DatabaseName, input.TableName)
      for (const VersionId of input.VersionIds) {
        const outcome = await dropVersion(db, table, VersionId)
        if (outcome === 'dropped') continue
        const ErrorDetail =
          outcome === 'absent'
            ? { ErrorCode: 'EntityNotFoundException', ErrorMessage: `Table version ${VersionId} not found.` }
            : { ErrorCode: 'InvalidInputException', ErrorMessage: current(VersionId) }
        Errors.push({ TableName: table.name, VersionId, ErrorDetail })
      }
    })
    return Errors.length === 0 ? {} : { Errors }
  },
})
