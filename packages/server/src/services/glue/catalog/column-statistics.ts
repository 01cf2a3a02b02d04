/** Column statistics of a table or one of its partitions, as rows. API reference, "Column Statistics API". */

import type { ColumnError, ColumnStatistics, ColumnStatisticsError } from '@aws-sdk/client-glue'
import { readBody, writeBody } from '../body.ts'
import { notFound } from '../faults.ts'
import type { GlueDb } from '../operation.ts'
import type { CatalogTables } from './schema.ts'
import { type TableRow, tableInput } from './tables.ts'

/** `sortKey` is empty for the table itself. */
export interface StatisticsPlace {
  readonly table: TableRow
  readonly sortKey: string
}

export const noPartition = ''

function columnsOf(table: TableRow): ReadonlySet<string> {
  const { StorageDescriptor, PartitionKeys = [] } = tableInput(table)
  return new Set([...(StorageDescriptor?.Columns ?? []), ...PartitionKeys].map(({ Name = '' }) => Name.toLowerCase()))
}

export async function putStatistics(
  db: GlueDb,
  { table, sortKey }: StatisticsPlace,
  list: readonly ColumnStatistics[],
): Promise<ColumnStatisticsError[]> {
  const columns = columnsOf(table)
  const errors: ColumnStatisticsError[] = []
  for (const statistics of list) {
    const column = (statistics.ColumnName ?? '').toLowerCase()
    if (!columns.has(column)) {
      errors.push({ ColumnStatistics: statistics, Error: missing(column) })
      continue
    }
    const untrue = mistyped(statistics)
    if (untrue !== undefined) {
      errors.push({ ColumnStatistics: statistics, Error: untrue })
      continue
    }
    const body = writeBody(statistics)
    await db
      .withTables<CatalogTables>()
      .insertInto('glue_column_statistics')
      .values({ table_id: table.id, sort_key: sortKey, column_name: column, body })
      .onConflict((conflict) => conflict.columns(['table_id', 'sort_key', 'column_name']).doUpdateSet({ body }))
      .execute()
  }
  return errors
}

export async function readStatistics(
  db: GlueDb,
  { table, sortKey }: StatisticsPlace,
  names: readonly string[],
): Promise<{ ColumnStatisticsList: ColumnStatistics[]; Errors?: ColumnError[] }> {
  const wanted = [...new Set(names.map((name) => name.toLowerCase()))]
  const rows =
    wanted.length === 0
      ? []
      : await db
          .withTables<CatalogTables>()
          .selectFrom('glue_column_statistics')
          .select(['column_name', 'body'])
          .where('table_id', '=', table.id)
          .where('sort_key', '=', sortKey)
          .where('column_name', 'in', wanted)
          .execute()
  const found = new Map(rows.map(({ column_name, body }) => [column_name, body]))
  const ColumnStatisticsList: ColumnStatistics[] = []
  const Errors: ColumnError[] = []
  for (const name of wanted) {
    const body = found.get(name)
    if (body === undefined) Errors.push({ ColumnName: name, Error: missing(name) })
    else ColumnStatisticsList.push(readBody<ColumnStatistics>(body))
  }
  return Errors.length === 0 ? { ColumnStatisticsList } : { ColumnStatisticsList, Errors }
}

export async function dropStatistics(db: GlueDb, place: StatisticsPlace, name: string): Promise<void> {
  const { numDeletedRows } = await db
    .withTables<CatalogTables>()
    .deleteFrom('glue_column_statistics')
    .where('table_id', '=', place.table.id)
    .where('sort_key', '=', place.sortKey)
    .where('column_name', '=', name.toLowerCase())
    .executeTakeFirst()
  if (numDeletedRows === 0n) throw notFound('Statistics of column', name.toLowerCase())
}

/** `Type` says which of the members has the figures. */
function mistyped({ StatisticsData: data }: ColumnStatistics) {
  const type = data?.Type ?? ''
  const member = `${type.charAt(0)}${type.slice(1).toLowerCase()}ColumnStatisticsData`
  const given = Object.keys(data ?? {}).filter((name) => name !== 'Type')
  if (given.length === 1 && given[0] === member) return undefined
  const ErrorMessage = `StatisticsData of type ${type} has ${member} and nothing else.`
  return { ErrorCode: 'InvalidInputException', ErrorMessage }
}

function missing(column: string) {
  return { ErrorCode: 'EntityNotFoundException', ErrorMessage: `Column ${column} not found.` }
}
