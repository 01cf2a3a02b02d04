/** Tables: find, create, show, drop. API reference: CreateTable, GetTable, DeleteTable, BatchDeleteTable. */

import type { Table, TableError, TableInput } from '@aws-sdk/client-glue'
import type { Selectable } from 'kysely'
import { readBody, writeBody } from '../body.ts'
import { alreadyExists, invalidInput, notFound } from '../faults.ts'
import { type GlueDb, operation } from '../operation.ts'
import { type Owner, ownerOf } from '../owner.ts'
import { factsTopic } from '../resource-facts.ts'
import { databaseNamed, findDatabase } from './databases.ts'
import { hierarchy, stored } from './hierarchy.ts'
import { newId } from './ids.ts'
import { insertPartitionIndexes } from './partition-indexes.ts'
import type { CatalogTables } from './schema.ts'

export type TableRow = Selectable<CatalogTables['glue_tables']>

export async function findTable(
  db: GlueDb,
  scope: string,
  database: string,
  name: string,
): Promise<TableRow | undefined> {
  return db
    .withTables<CatalogTables>()
    .selectFrom('glue_tables')
    .selectAll()
    .where('scope', '=', scope)
    .where('database_name', '=', stored(database))
    .where('name', '=', stored(name))
    .executeTakeFirst()
}

/** Says which of the two is missing. */
export async function tableNamed(db: GlueDb, scope: string, database: string, name: string): Promise<TableRow> {
  const row = await findTable(db, scope, database, name)
  if (row !== undefined) return row
  await databaseNamed(db, scope, database)
  throw notFound('Table', stored(name))
}

export function tableInput(row: Pick<TableRow, 'body'>): TableInput {
  return readBody<TableInput>(row.body)
}

export function tableShape(row: TableRow, owner: Owner): Table {
  // A view's definition is answered in another form than it is given in; it comes back as given where it is the same.
  const { ViewDefinition: _, ...input } = tableInput(row)
  return {
    Retention: 0,
    ...input,
    Name: row.name,
    DatabaseName: row.database_name,
    CreateTime: new Date(row.created_at),
    UpdateTime: new Date(row.updated_at),
    CreatedBy: row.created_by,
    IsRegisteredWithLakeFormation: false,
    CatalogId: owner.account,
    VersionId: String(row.version),
  }
}

/** Members that only governed tables and time travel of Lake Formation have a use for. */
export function refuseTransactions(input: { TransactionId?: string | undefined; QueryAsOfTime?: Date | undefined }) {
  if (input.TransactionId !== undefined) throw notFound('Transaction', input.TransactionId)
  if (input.QueryAsOfTime !== undefined) throw invalidInput('QueryAsOfTime needs a governed table; there is none here.')
}

/** What CreateTable and UpdateTable take, made sure of. */
export function checkedTableInput(input: {
  Name?: string | undefined
  TableInput?: TableInput | undefined
}): TableInput & { Name: string } {
  const { TableInput: table } = input
  const name = table?.Name ?? input.Name
  if (table === undefined || name === undefined) throw invalidInput('TableInput is required.')
  if (input.Name !== undefined && stored(input.Name) !== stored(name)) {
    throw invalidInput('Name and TableInput.Name must be the same.')
  }
  const keys = (table.PartitionKeys ?? []).map((key) => stored(key.Name ?? ''))
  if (new Set(keys).size < keys.length) throw invalidInput('A partition key is named twice.')
  if (table.ViewDefinition !== undefined) {
    throw invalidInput('Views of several dialects are not kept by this server: leave out ViewDefinition.')
  }
  if (table.TargetTable !== undefined) {
    throw invalidInput('This server follows no links to other tables: leave out TargetTable.')
  }
  return { ...table, Name: name }
}

export const tableNameOf = (input: { Name?: string | undefined; TableInput?: { Name?: string } | undefined }): string =>
  input.TableInput?.Name ?? input.Name ?? '*'

export const createTable = operation('CreateTable', {
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('CreateTable', ownerOf(call, input.CatalogId), deps).tables(input.DatabaseName, [
      tableNameOf(input),
    ])
  },
  handle: async (call, deps) => {
    const { input, caller, time } = call
    refuseTransactions(input)
    if (input.OpenTableFormatInput !== undefined) {
      throw invalidInput('This server writes no Iceberg metadata: create the table without OpenTableFormatInput.')
    }
    const table = checkedTableInput(input)
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      const database = await databaseNamed(db, scope, input.DatabaseName)
      if ((await findTable(db, scope, database.name, table.Name)) !== undefined) throw alreadyExists('Table')
      const row: TableRow = {
        id: newId(),
        database_id: database.id,
        scope,
        database_name: database.name,
        name: stored(table.Name),
        version: 0,
        body: writeBody(table),
        created_by: caller.arn,
        created_at: time,
        updated_at: time,
      }
      await db.withTables<CatalogTables>().insertInto('glue_tables').values(row).execute()
      await insertPartitionIndexes(db, row, input.PartitionIndexes ?? [], time)
    })
    return {}
  },
})

export const getTable = operation('GetTable', {
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('GetTable', ownerOf(call, input.CatalogId), deps).tables(input.DatabaseName, [input.Name])
  },
  handle: async (call, deps) => {
    const { input } = call
    refuseTransactions(input)
    const owner = ownerOf(call, input.CatalogId)
    const row = await tableNamed(deps.store.db, owner.scope(), input.DatabaseName, input.Name)
    return { Table: tableShape(row, owner) }
  },
})

async function dropTable(db: GlueDb, row: TableRow): Promise<void> {
  // Versions, partitions, indexes and statistics go with it (`on delete cascade`).
  await db.withTables<CatalogTables>().deleteFrom('glue_tables').where('id', '=', row.id).execute()
}

export const deleteTable = operation('DeleteTable', {
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('DeleteTable', ownerOf(call, input.CatalogId), deps).tables(input.DatabaseName, [input.Name])
  },
  handle: async (call, deps) => {
    const { input } = call
    refuseTransactions(input)
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) =>
      dropTable(db, await tableNamed(db, scope, input.DatabaseName, input.Name)),
    )
    return {}
  },
})

export const batchDeleteTable = operation('BatchDeleteTable', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('BatchDeleteTable', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, input.TablesToDelete)
  },
  handle: async (call, deps) => {
    const { input } = call
    refuseTransactions(input)
    const scope = ownerOf(call, input.CatalogId).scope()
    const Errors: TableError[] = []
    await deps.store.write(factsTopic(scope), async (db) => {
      if ((await findDatabase(db, scope, input.DatabaseName)) === undefined) {
        throw notFound('Database', stored(input.DatabaseName))
      }
      for (const TableName of input.TablesToDelete) {
        const row = await findTable(db, scope, input.DatabaseName, TableName)
        if (row !== undefined) await dropTable(db, row)
        else Errors.push({ TableName, ErrorDetail: missingTable(TableName) })
      }
    })
    return Errors.length === 0 ? {} : { Errors }
  },
})

function missingTable(name: string) {
  return { ErrorCode: 'EntityNotFoundException', ErrorMessage: `Table ${stored(name)} not found.` }
}
