/** Column statistics of a table. API reference: Get-, Update- and DeleteColumnStatisticsForTable. */

import { operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { dropStatistics, noPartition, putStatistics, readStatistics } from './column-statistics.ts'
import { hierarchy } from './hierarchy.ts'
import { writePartitions } from './partitions.ts'
import { tableNamed } from './tables.ts'

export const getColumnStatisticsForTable = operation('GetColumnStatisticsForTable', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetColumnStatisticsForTable', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const { db } = deps.store
    const table = await tableNamed(db, scope, input.DatabaseName, input.TableName)
    return readStatistics(db, { table, sortKey: noPartition }, input.ColumnNames)
  },
})

export const updateColumnStatisticsForTable = operation('UpdateColumnStatisticsForTable', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('UpdateColumnStatisticsForTable', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const Errors = await writePartitions(deps, scope, input, async (db, table) => {
      return putStatistics(db, { table, sortKey: noPartition }, input.ColumnStatisticsList)
    })
    return Errors.length === 0 ? {} : { Errors }
  },
})

export const deleteColumnStatisticsForTable = operation('DeleteColumnStatisticsForTable', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('DeleteColumnStatisticsForTable', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await writePartitions(deps, scope, input, async (db, table) => {
      await dropStatistics(db, { table, sortKey: noPartition }, input.ColumnName)
    })
    return {}
  },
})
