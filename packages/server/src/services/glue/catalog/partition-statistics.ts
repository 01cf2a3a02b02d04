/** Column statistics of a partition. API reference: Get-, Update- and DeleteColumnStatisticsForPartition. */

import { type GlueDb, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { dropStatistics, putStatistics, readStatistics, type StatisticsPlace } from './column-statistics.ts'
import { hierarchy } from './hierarchy.ts'
import { findPartition, partitioned, requireKey } from './partition-rows.ts'
import { noPartition, writePartitions } from './partitions.ts'
import { type TableRow, tableNamed } from './tables.ts'

async function partitionPlace(db: GlueDb, table: TableRow, values: readonly string[]): Promise<StatisticsPlace> {
  const sortKey = requireKey(partitioned(table), values)
  if ((await findPartition(db, table.id, sortKey)) === undefined) throw noPartition()
  return { table, sortKey }
}

export const getColumnStatisticsForPartition = operation('GetColumnStatisticsForPartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetColumnStatisticsForPartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const { db } = deps.store
    const table = await tableNamed(db, scope, input.DatabaseName, input.TableName)
    return readStatistics(db, await partitionPlace(db, table, input.PartitionValues), input.ColumnNames)
  },
})

export const updateColumnStatisticsForPartition = operation('UpdateColumnStatisticsForPartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('UpdateColumnStatisticsForPartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const Errors = await writePartitions(deps, scope, input, async (db, table) => {
      return putStatistics(db, await partitionPlace(db, table, input.PartitionValues), input.ColumnStatisticsList)
    })
    return Errors.length === 0 ? {} : { Errors }
  },
})

export const deleteColumnStatisticsForPartition = operation('DeleteColumnStatisticsForPartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('DeleteColumnStatisticsForPartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await writePartitions(deps, scope, input, async (db, table) => {
      await dropStatistics(db, await partitionPlace(db, table, input.PartitionValues), input.ColumnName)
    })
    return {}
  },
})
