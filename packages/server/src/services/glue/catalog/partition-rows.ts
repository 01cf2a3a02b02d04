/** Partitions as rows: found by their values, in the order of their table's keys. API reference, "Partition API". */

import type { Partition, PartitionInput, TableInput } from '@aws-sdk/client-glue'
import type { Selectable } from 'kysely'
import { readBody, writeBody } from '../body.ts'
import { invalidInput } from '../faults.ts'
import type { GlueDb } from '../operation.ts'
import type { Owner } from '../owner.ts'
import { columnType } from './partition/column-type.ts'
import { bucketOf, type PartitionKey, sortKey } from './partition/sort-key.ts'
import type { CatalogTables } from './schema.ts'
import { type TableRow, tableInput } from './tables.ts'

export type PartitionRow = Selectable<CatalogTables['glue_partitions']>

export function partitionKeys(table: Pick<TableInput, 'PartitionKeys'>): PartitionKey[] {
  return (table.PartitionKeys ?? []).map(({ Name = '', Type }) => ({
    name: Name.toLowerCase(),
    type: columnType(Type),
    declared: Type ?? 'string',
  }))
}

/** A table with what its partitions are found by. */
export interface PartitionedTable {
  readonly row: TableRow
  readonly keys: readonly PartitionKey[]
}

export function partitioned(row: TableRow): PartitionedTable {
  return { row, keys: partitionKeys(tableInput(row)) }
}

/** Undefined where there is not one value for each key. */
export function keyOf({ keys }: PartitionedTable, values: readonly string[]): string | undefined {
  return values.length === keys.length ? sortKey(values, keys) : undefined
}

export const wrongCount = 'The number of partition keys do not match the number of partition values'

export function requireKey(table: PartitionedTable, values: readonly string[]): string {
  const key = keyOf(table, values)
  if (key === undefined) throw invalidInput(wrongCount)
  return key
}

export function newPartition(table: PartitionedTable, input: PartitionInput, time: number): PartitionRow {
  const { Values = [], ...body } = input
  return {
    table_id: table.row.id,
    sort_key: requireKey(table, Values),
    values_json: JSON.stringify(Values),
    bucket: bucketOf(Values),
    body: writeBody(body),
    created_at: time,
  }
}

export function valuesOf(row: Pick<PartitionRow, 'values_json'>): string[] {
  return JSON.parse(row.values_json) as string[]
}

export function partitionShape(row: PartitionRow, { row: table }: PartitionedTable, owner: Owner): Partition {
  // Written into, not copied: a page holds up to a thousand of them.
  const partition: Partition = readBody<PartitionInput>(row.body)
  partition.Values = valuesOf(row)
  partition.DatabaseName = table.database_name
  partition.TableName = table.name
  partition.CreationTime = new Date(row.created_at)
  partition.CatalogId = owner.account
  return partition
}

export async function findPartition(db: GlueDb, tableId: number, key: string): Promise<PartitionRow | undefined> {
  return db
    .withTables<CatalogTables>()
    .selectFrom('glue_partitions')
    .selectAll()
    .where('table_id', '=', tableId)
    .where('sort_key', '=', key)
    .executeTakeFirst()
}

/** Several at once, in the order of their keys. */
export async function partitionsByKey(db: GlueDb, tableId: number, keys: readonly string[]): Promise<PartitionRow[]> {
  if (keys.length === 0) return []
  return db
    .withTables<CatalogTables>()
    .selectFrom('glue_partitions')
    .selectAll()
    .where('table_id', '=', tableId)
    .where('sort_key', 'in', keys)
    .orderBy('sort_key')
    .execute()
}

/** Rows of one statement: PostgreSQL takes 65,535 parameters, and a hundred partitions are what a request may bring. */
const rowsAtOnce = 500

/** The keys of those that were not there before. */
export async function insertPartitions(db: GlueDb, rows: readonly PartitionRow[]): Promise<ReadonlySet<string>> {
  const inserted = new Set<string>()
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    const result = await db
      .withTables<CatalogTables>()
      .insertInto('glue_partitions')
      .values(rows.slice(at, at + rowsAtOnce))
      .onConflict((conflict) => conflict.doNothing())
      .returning('sort_key')
      .execute()
    for (const { sort_key } of result) inserted.add(sort_key)
  }
  return inserted
}

/** False where there is none. Its column statistics go with it. */
export async function dropPartition(db: GlueDb, tableId: number, key: string): Promise<boolean> {
  const catalog = db.withTables<CatalogTables>()
  await catalog
    .deleteFrom('glue_column_statistics')
    .where('table_id', '=', tableId)
    .where('sort_key', '=', key)
    .execute()
  const { numDeletedRows } = await catalog
    .deleteFrom('glue_partitions')
    .where('table_id', '=', tableId)
    .where('sort_key', '=', key)
    .executeTakeFirst()
  return numDeletedRows > 0n
}

/** Partitions are sorted by their keys' number and types, which therefore stay as they are while there are any. */
export async function assertKeysKept(db: GlueDb, row: TableRow, next: TableInput): Promise<void> {
  const types = (table: TableInput) => partitionKeys(table).map(({ type }) => type ?? '')
  if (types(tableInput(row)).join() === types(next).join()) return
  const first = await db
    .withTables<CatalogTables>()
    .selectFrom('glue_partitions')
    .select('sort_key')
    .where('table_id', '=', row.id)
    .limit(1)
    .execute()
  if (first.length > 0) throw invalidInput('The partition keys of a table that has partitions cannot be changed.')
}
