/**
 * Partition indexes. API reference: CreatePartitionIndex, GetPartitionIndexes, DeletePartitionIndex. Every partition is in
 * the index of its sort key already, so that an index is ACTIVE as soon as it is made.
 */

import type { PartitionIndex } from '@aws-sdk/client-glue'
import { alreadyExists, invalidInput, limitExceeded, notFound } from '../faults.ts'
import { type GlueDb, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { pageOf } from '../page.ts'
import { factsTopic } from '../resource-facts.ts'
import { hierarchy } from './hierarchy.ts'
import { partitioned } from './partition-rows.ts'
import { partitionedTable } from './partitions.ts'
import type { CatalogTables } from './schema.ts'
import { type TableRow, tableNamed } from './tables.ts'

const mostIndexes = 3
const pageSize = 100

export async function insertPartitionIndexes(
  db: GlueDb,
  table: TableRow,
  indexes: readonly PartitionIndex[],
  time: number,
): Promise<void> {
  if (indexes.length === 0) return
  const names = partitioned(table).keys.map(({ name }) => name)
  const catalog = db.withTables<CatalogTables>()
  const existing = await catalog
    .selectFrom('glue_partition_indexes')
    .select('name')
    .where('table_id', '=', table.id)
    .execute()
  const taken = new Set(existing.map(({ name }) => name))
  for (const { IndexName = '', Keys = [] } of indexes) {
    const keys = Keys.map((key) => key.toLowerCase())
    const unknown = keys.find((key) => !names.includes(key))
    if (unknown !== undefined) throw invalidInput(`${unknown} is no partition key of the table.`)
    if (new Set(keys).size < keys.length) throw invalidInput('A key stands twice in a partition index.')
    if (taken.has(IndexName)) throw alreadyExists('Partition index')
    if (taken.size >= mostIndexes) throw limitExceeded(`A table can have at most ${mostIndexes} partition indexes.`)
    taken.add(IndexName)
    await catalog
      .insertInto('glue_partition_indexes')
      .values({ table_id: table.id, name: IndexName, keys: JSON.stringify(keys), created_at: time })
      .execute()
  }
}

export const createPartitionIndex = operation('CreatePartitionIndex', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('CreatePartitionIndex', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input, time } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      const table = await tableNamed(db, scope, input.DatabaseName, input.TableName)
      await insertPartitionIndexes(db, table, [input.PartitionIndex], time)
    })
    return {}
  },
})

export const getPartitionIndexes = operation('GetPartitionIndexes', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetPartitionIndexes', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const { row, keys } = await partitionedTable(deps.store.db, scope, input)
    const paging = {
      operation: 'GetPartitionIndexes',
      scope,
      filter: [row.id],
      token: input.NextToken,
      size: pageSize,
    }
    const { rows, NextToken } = await pageOf(paging, {
      fetch: (after, limit) =>
        deps.store.db
          .withTables<CatalogTables>()
          .selectFrom('glue_partition_indexes')
          .selectAll()
          .where('table_id', '=', row.id)
          .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
          .orderBy('name')
          .limit(limit)
          .execute(),
      keyOf: ({ name }) => name,
    })
    return {
      PartitionIndexDescriptorList: rows.map((index) => ({
        IndexName: index.name,
        Keys: (JSON.parse(index.keys) as string[]).map((Name) => ({
          Name,
          Type: keys.find(({ name }) => name === Name)?.declared ?? 'string',
        })),
        IndexStatus: 'ACTIVE' as const,
      })),
      ...NextToken,
    }
  },
})

export const deletePartitionIndex = operation('DeletePartitionIndex', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('DeletePartitionIndex', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      const table = await tableNamed(db, scope, input.DatabaseName, input.TableName)
      const { numDeletedRows } = await db
        .withTables<CatalogTables>()
        .deleteFrom('glue_partition_indexes')
        .where('table_id', '=', table.id)
        .where('name', '=', input.IndexName)
        .executeTakeFirst()
      if (numDeletedRows === 0n) throw notFound('Partition index', input.IndexName)
    })
    return {}
  },
})
