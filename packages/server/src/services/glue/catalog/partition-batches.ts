/**
 * Partitions in batches: all are allowed or none; after that each fails on its own, in `Errors`. API reference:
 * BatchCreatePartition, BatchGetPartition, BatchUpdatePartition, BatchDeletePartition.
 */

import type { BatchUpdatePartitionFailureEntry, PartitionError, PartitionInput } from '@aws-sdk/client-glue'
import { operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { hierarchy } from './hierarchy.ts'
import {
  dropPartition,
  insertPartitions,
  keyOf,
  newPartition,
  type PartitionRow,
  partitioned,
  partitionShape,
  partitionsByKey,
  requireKey,
  wrongCount,
} from './partition-rows.ts'
import { noPartition, partitionedTable, replacePartition, writePartitions } from './partitions.ts'

const taken = { ErrorCode: 'AlreadyExistsException', ErrorMessage: 'Partition already exists.' }
const absent = { ErrorCode: 'EntityNotFoundException', ErrorMessage: noPartition().message }
const miscounted = { ErrorCode: 'InvalidInputException', ErrorMessage: wrongCount }

export const batchCreatePartition = operation('BatchCreatePartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('BatchCreatePartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input, time } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const Errors = await writePartitions(deps, scope, input, async (db, row) => {
      const table = partitioned(row)
      const errors: PartitionError[] = []
      const rows = new Map<string, PartitionRow>()
      for (const partition of input.PartitionInputList) {
        const PartitionValues = partition.Values ?? []
        const key = keyOf(table, PartitionValues)
        if (key === undefined) errors.push({ PartitionValues, ErrorDetail: miscounted })
        else if (rows.has(key)) errors.push({ PartitionValues, ErrorDetail: taken })
        else rows.set(key, newPartition(table, partition, time))
      }
      const inserted = await insertPartitions(db, [...rows.values()])
      for (const [key, row] of rows) {
        if (inserted.has(key)) continue
        errors.push({ PartitionValues: JSON.parse(row.values_json) as string[], ErrorDetail: taken })
      }
      return errors
    })
    return Errors.length === 0 ? {} : { Errors }
  },
  // Which partitions, not the hundred copies of their table's columns that came with them. Of refused input as well: it may lack
  // what every accepted one has.
  audited: ({ PartitionInputList, ...rest }: { readonly PartitionInputList?: readonly PartitionInput[] }) => ({
    ...rest,
    PartitionInputList: PartitionInputList?.map((partition) => ({ Values: partition?.Values })),
  }),
})

export const batchGetPartition = operation('BatchGetPartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('BatchGetPartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const table = await partitionedTable(deps.store.db, owner.scope(), input)
    const keys = input.PartitionsToGet.map(({ Values }) => requireKey(table, Values))
    const rows = await partitionsByKey(deps.store.db, table.row.id, [...new Set(keys)])
    const byKey = new Map(rows.map((row) => [row.sort_key, row]))
    const found = keys.flatMap((key) => byKey.get(key) ?? [])
    return { Partitions: found.map((row) => partitionShape(row, table, owner)), UnprocessedKeys: [] }
  },
})

export const batchUpdatePartition = operation('BatchUpdatePartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('BatchUpdatePartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const Errors = await writePartitions(deps, scope, input, async (db, row) => {
      const table = partitioned(row)
      const errors: BatchUpdatePartitionFailureEntry[] = []
      for (const { PartitionValueList, PartitionInput } of input.Entries) {
        const counted = [PartitionValueList, PartitionInput.Values ?? PartitionValueList].every(
          (values) => keyOf(table, values) !== undefined,
        )
        const outcome = counted
          ? await replacePartition(db, table, PartitionValueList, PartitionInput)
          : ('miscounted' as const)
        if (outcome === 'replaced') continue
        errors.push({ PartitionValueList, ErrorDetail: { absent, taken, miscounted }[outcome] })
      }
      return errors
    })
    return Errors.length === 0 ? {} : { Errors }
  },
})

export const batchDeletePartition = operation('BatchDeletePartition', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('BatchDeletePartition', ownerOf(call, input.CatalogId), deps)
    return asked.tables(input.DatabaseName, [input.TableName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const Errors = await writePartitions(deps, scope, input, async (db, row) => {
      const table = partitioned(row)
      const errors: PartitionError[] = []
      for (const { Values: PartitionValues } of input.PartitionsToDelete) {
        const key = keyOf(table, PartitionValues)
        if (key === undefined) errors.push({ PartitionValues, ErrorDetail: miscounted })
        else if (!(await dropPartition(db, table.row.id, key))) errors.push({ PartitionValues, ErrorDetail: absent })
      }
      return errors
    })
    return Errors.length === 0 ? {} : { Errors }
  },
})
