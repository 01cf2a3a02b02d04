/**
 * GetPartitions: the expression narrows what is read to ranges of the index; what is read is asked the rest, a batch at a
 * time, so that neither a table's size nor a hard question fills the memory. API reference: GetPartitions.
 */

import type { Partition } from '@aws-sdk/client-glue'
import { sql } from 'kysely'
import { invalidInput } from '../faults.ts'
import { type GlueDb, type GlueInput, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { type Page, type Paging, pageOf } from '../page.ts'
import { hierarchy } from './hierarchy.ts'
import { compareText } from './partition/column-type.ts'
import { ofSortKey, ofValues, satisfies } from './partition/evaluate.ts'
import { type KeyRange, keyRanges } from './partition/key-ranges.ts'
import { parseExpression } from './partition/parse-expression.ts'
import { findPartition, type PartitionRow, partitionShape, partitionsByKey, valuesOf } from './partition-rows.ts'
import { partitionedTable } from './partitions.ts'
import type { CatalogTables } from './schema.ts'
import { refuseTransactions } from './tables.ts'

/** AWS's default, where a request sets none. */
const pageSize = 1000

/** As much as the index alone holds: a row's body is read once it is known to be wanted. */
type Candidate = Pick<PartitionRow, 'sort_key'>

export const getPartitions = operation('GetPartitions', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetPartitions', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    refuseTransactions(input)
    const owner = ownerOf(call, input.CatalogId)
    const scope = owner.scope()
    const { db } = deps.store
    const table = await partitionedTable(db, scope, input)
    const { keys } = table
    const text = input.Expression?.trim()
    const expression = text === undefined || text === '' ? undefined : parseExpression(text, keys)
    const segment = segmentOf(input.Segment)
    const paging: Paging = {
      operation: 'GetPartitions',
      scope,
      filter: [table.row.id, text, segment],
      token: input.NextToken,
      size: input.MaxResults ?? pageSize,
    }
    const place: Place = { db, tableId: table.row.id, ranges: keyRanges(expression, keys), segment }
    const keyOf = ({ sort_key }: Candidate) => sort_key
    const comparedOf = (key: string) =>
      ofSortKey(key, keys) ??
      findPartition(db, table.row.id, key).then((row) => ofValues(row === undefined ? [] : valuesOf(row), keys))
    const { rows: found, NextToken } =
      expression === undefined
        ? await pageOf<PartitionRow>(paging, {
            fetch: (after, limit) => overRanges(place, after, limit, (query) => query.selectAll().execute()),
            keyOf,
          })
        : await withBodies(
            place,
            await pageOf<Candidate>(paging, {
              fetch: (after, limit) => overRanges(place, after, limit, (query) => query.select('sort_key').execute()),
              keyOf,
              keep: async ({ sort_key }) => satisfies(await comparedOf(sort_key), expression),
              batch: scanned,
            }),
          )
    const Partitions = found.map((row) => partitionShape(row, table, owner))
    return {
      Partitions: input.ExcludeColumnSchema === true ? Partitions.map(withoutColumns) : Partitions,
      ...NextToken,
    }
  },
})

interface Segment {
  readonly number: number
  readonly total: number
}

function segmentOf(input: GlueInput<'GetPartitions'>['Segment']): Segment | undefined {
  if (input === undefined) return undefined
  const { SegmentNumber: number, TotalSegments: total } = input
  if (number >= total) throw invalidInput('SegmentNumber must be less than TotalSegments.')
  return { number, total }
}

interface Place {
  readonly db: GlueDb
  readonly tableId: number
  readonly ranges: readonly KeyRange[]
  readonly segment: Segment | undefined
}

/** Rows of the index that are asked at once. */
const scanned = 2000

async function withBodies({ db, tableId }: Place, page: Page<Candidate>): Promise<Page<PartitionRow>> {
  const keys = page.rows.map(({ sort_key }) => sort_key)
  return { rows: await partitionsByKey(db, tableId, keys), NextToken: page.NextToken }
}

function inRange({ db, tableId, segment }: Place, { from, to }: KeyRange, last: string | undefined, limit: number) {
  return db
    .withTables<CatalogTables>()
    .selectFrom('glue_partitions')
    .where('table_id', '=', tableId)
    .where('sort_key', '>=', from)
    .where('sort_key', '<', to)
    .$if(last !== undefined, (query) => query.where('sort_key', '>', last ?? ''))
    .$if(segment !== undefined, (query) =>
      query.where(sql<boolean>`bucket % ${sql.lit(segment?.total ?? 1)} = ${sql.lit(segment?.number ?? 0)}`),
    )
    .orderBy('sort_key')
    .limit(limit)
}

/** The next `limit` in the order of their keys, out of the ranges. */
async function overRanges<Row extends { readonly sort_key: string }>(
  place: Place,
  after: string | undefined,
  limit: number,
  read: (query: ReturnType<typeof inRange>) => Promise<Row[]>,
): Promise<Row[]> {
  const found: Row[] = []
  for (const range of place.ranges) {
    if (found.length >= limit) break
    if (after !== undefined && compareText(range.to, after) <= 0) continue
    const last = found.at(-1)?.sort_key ?? after
    found.push(...(await read(inRange(place, range, last, limit - found.length))))
  }
  // Lets other calls in: SQLite's answers come without a pause of their own.
  await new Promise((resolve) => setImmediate(resolve))
  return found
}

function withoutColumns(partition: Partition): Partition {
  if (partition.StorageDescriptor === undefined) return partition
  const { Columns: _, ...rest } = partition.StorageDescriptor
  return { ...partition, StorageDescriptor: rest }
}
