/** Partitions, one at a time. API reference: CreatePartition, GetPartition, UpdatePartition, DeletePartition. */

import { ServiceFault } from '@scopedown/wire'
import { writeBody } from '../body.ts'
import { alreadyExists, notFound } from '../faults.ts'
import { type GlueDb, type GlueDeps, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { hierarchy } from './hierarchy.ts'
import { bucketOf } from './partition/sort-key.ts'
import {
  dropPartition,
  findPartition,
  insertPartitions,
  newPartition,
  type PartitionedTable,
  partitioned,
  partitionShape,
  requireKey,
} from './partition-rows.ts'
import type { CatalogTables } from './schema.ts'
import { type TableRow, tableNamed } from './tables.ts'

export const noPartition = () => new ServiceFault('EntityNotFoundException', 'Cannot find partition.')

interface Located {
  readonly DatabaseName: string
  readonly TableName: string
}

export async function partitionedTable(db: GlueDb, scope: string, input: Located): Promise<PartitionedTable> {
  return partitioned(await tableNamed(db, scope, input.DatabaseName, input.TableName))
}

/**
 * A transaction that nobody's cache hears of: no policy or tag is in it. The table that it is about is held until its end. What is
 * written to one table is so written in turn, as everything is on SQLite: whoever drops the table waits and then finds all of it,
 * or comes first and nothing is found here; and no two batches can each wait for a partition that the other has.
 */
export function writePartitions<T>(
  deps: GlueDeps,
  scope: string,
  named: Located,
  body: (db: GlueDb, table: TableRow) => Promise<T>,
): Promise<T> {
  return deps.store.db.transaction().execute(async (db) => {
    const row = await tableNamed(db, scope, named.DatabaseName, named.TableName)
    if (deps.store.kind === 'sqlite') return body(db, row)
    const tables = db.withTables<CatalogTables>().selectFrom('glue_tables')
    const held = await tables.selectAll().where('id', '=', row.id).forNoKeyUpdate().executeTakeFirst()
    if (held === undefined) throw notFound('Table', row.name)
    return body(db, held)
  })
}

export const createPartition = operation('CreatePartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('CreatePartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input, time } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await writePartitions(deps, scope, input, async (db, table) => {
      const row = newPartition(partitioned(table), input.PartitionInput, time)
      if (!(await insertPartitions(db, [row])).has(row.sort_key)) throw alreadyExists('Partition')
    })
    return {}
  },
})

export const getPartition = operation('GetPartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetPartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const table = await partitionedTable(deps.store.db, owner.scope(), input)
    const row = await findPartition(deps.store.db, table.row.id, requireKey(table, input.PartitionValues))
    if (row === undefined) throw noPartition()
    return { Partition: partitionShape(row, table, owner) }
  },
})

/** `values`: of the partition as it is; the input's, where it has any, as it shall be. */
export async function replacePartition(
  db: GlueDb,
  table: PartitionedTable,
  values: readonly string[],
  input: { readonly Values?: readonly string[] | undefined },
): Promise<'replaced' | 'absent' | 'taken'> {
  const { Values: next = values, ...body } = input
  const key = requireKey(table, values)
  const nextKey = requireKey(table, next)
  const row = await findPartition(db, table.row.id, key)
  if (row === undefined) return 'absent'
  if (nextKey !== key && (await findPartition(db, table.row.id, nextKey)) !== undefined) return 'taken'
  const catalog = db.withTables<CatalogTables>()
  await catalog
    .updateTable('glue_partitions')
    .set({
      sort_key: nextKey,
      values_json: JSON.stringify(next),
      bucket: bucketOf(next),
      body: writeBody(body),
    })
    .where('table_id', '=', table.row.id)
    .where('sort_key', '=', key)
    .execute()
  if (nextKey !== key) {
    await catalog
      .updateTable('glue_column_statistics')
      .set({ sort_key: nextKey })
      .where('table_id', '=', table.row.id)
      .where('sort_key', '=', key)
      .execute()
  }
  return 'replaced'
}

export const updatePartition = operation('UpdatePartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('UpdatePartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await writePartitions(deps, scope, input, async (db, row) => {
      const table = partitioned(row)
      const outcome = await replacePartition(db, table, input.PartitionValueList, input.PartitionInput)
      if (outcome === 'absent') throw noPartition()
      if (outcome === 'taken') throw alreadyExists('Partition')
    })
    return {}
  },
})

export const deletePartition = operation('DeletePartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('DeletePartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await writePartitions(deps, scope, input, async (db, row) => {
      const table = partitioned(row)
      const dropped = await dropPartition(db, table.row.id, requireKey(table, input.PartitionValues))
      if (!dropped) throw noPartition()
    })
    return {}
  },
})
