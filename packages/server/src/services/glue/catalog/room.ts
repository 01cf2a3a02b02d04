/** The Data Catalog: databases and all that lies in them, connections, and the catalog's own settings. */

import type { Room } from '../room.ts'
import { createDatabase, findDatabase, getDatabase, getDatabases, updateDatabase } from './databases.ts'
import { deleteDatabase } from './delete-database.ts'
import { getPartitions } from './get-partitions.ts'
import {
  batchCreatePartition,
  batchDeletePartition,
  batchGetPartition,
  batchUpdatePartition,
} from './partition-batches.ts'
import { createPartitionIndex, deletePartitionIndex, getPartitionIndexes } from './partition-indexes.ts'
import { createPartition, deletePartition, getPartition, updatePartition } from './partitions.ts'
import { catalogSteps } from './schema.ts'
import { getTables } from './table-lists.ts'
import {
  batchDeleteTableVersion,
  deleteTableVersion,
  getTableVersion,
  getTableVersions,
  updateTable,
} from './table-versions.ts'
import { batchDeleteTable, createTable, deleteTable, getTable } from './tables.ts'

const bearsNoTags = { taggable: false, inCatalog: true, foldsNames: true, exists: async () => false } as const

export const catalogRoom: Room = {
  operations: [
    ...[createDatabase, getDatabase, getDatabases, updateDatabase, deleteDatabase],
    ...[createTable, getTable, getTables, updateTable, deleteTable, batchDeleteTable],
    ...[getTableVersion, getTableVersions, deleteTableVersion, batchDeleteTableVersion],
    ...[createPartition, getPartition, getPartitions, updatePartition, deletePartition],
    ...[batchCreatePartition, batchGetPartition, batchUpdatePartition, batchDeletePartition],
    ...[createPartitionIndex, getPartitionIndexes, deletePartitionIndex],
  ],
  steps: catalogSteps,
  kinds: {
    catalog: { title: 'Catalog', ...bearsNoTags, foldsNames: false },
    database: {
      title: 'Database',
      taggable: true,
      inCatalog: true,
      foldsNames: true,
      tagNeeds: 'glue:GetDatabase',
      exists: async (db, scope, name) => (await findDatabase(db, scope, name)) !== undefined,
    },
    table: { title: 'Table', ...bearsNoTags },
    userDefinedFunction: { title: 'Function', ...bearsNoTags },
  },
}
