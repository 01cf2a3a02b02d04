/** The Data Catalog: databases and all that lies in them, connections, and the catalog's own settings. */

import type { Room } from '../room.ts'
import { getConnections } from './connection-lists.ts'
import {
  batchDeleteConnection,
  createConnection,
  deleteConnection,
  findConnection,
  getConnection,
  updateConnection,
} from './connections.ts'
import { createDatabase, findDatabase, getDatabase, getDatabases, updateDatabase } from './databases.ts'
import { deleteDatabase } from './delete-database.ts'
import { getUserDefinedFunctions } from './function-lists.ts'
import {
  createUserDefinedFunction,
  deleteUserDefinedFunction,
  getUserDefinedFunction,
  updateUserDefinedFunction,
} from './functions.ts'
import { getPartitions } from './get-partitions.ts'
import {
  batchCreatePartition,
  batchDeletePartition,
  batchGetPartition,
  batchUpdatePartition,
} from './partition-batches.ts'
import { createPartitionIndex, deletePartitionIndex, getPartitionIndexes } from './partition-indexes.ts'
import {
  deleteColumnStatisticsForPartition,
  getColumnStatisticsForPartition,
  updateColumnStatisticsForPartition,
} from './partition-statistics.ts'
import { createPartition, deletePartition, getPartition, updatePartition } from './partitions.ts'
import { deleteResourcePolicy, getResourcePolicies, getResourcePolicy, putResourcePolicy } from './resource-policy.ts'
import { catalogSteps } from './schema.ts'
import { searchTables } from './search-tables.ts'
import {
  getCatalogImportStatus,
  getDataCatalogEncryptionSettings,
  importCatalogToGlue,
  putDataCatalogEncryptionSettings,
} from './settings.ts'
import { getTables } from './table-lists.ts'
import {
  deleteColumnStatisticsForTable,
  getColumnStatisticsForTable,
  updateColumnStatisticsForTable,
} from './table-statistics.ts'
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
    ...[createTable, getTable, getTables, updateTable, deleteTable, batchDeleteTable, searchTables],
    ...[getTableVersion, getTableVersions, deleteTableVersion, batchDeleteTableVersion],
    ...[createPartition, getPartition, getPartitions, updatePartition, deletePartition],
    ...[batchCreatePartition, batchGetPartition, batchUpdatePartition, batchDeletePartition],
    ...[createPartitionIndex, getPartitionIndexes, deletePartitionIndex],
    ...[getColumnStatisticsForTable, updateColumnStatisticsForTable, deleteColumnStatisticsForTable],
    ...[getColumnStatisticsForPartition, updateColumnStatisticsForPartition, deleteColumnStatisticsForPartition],
    ...[createUserDefinedFunction, getUserDefinedFunction, getUserDefinedFunctions],
    ...[updateUserDefinedFunction, deleteUserDefinedFunction],
    ...[createConnection, getConnection, getConnections, updateConnection, deleteConnection, batchDeleteConnection],
    ...[putResourcePolicy, getResourcePolicy, deleteResourcePolicy, getResourcePolicies],
    ...[getDataCatalogEncryptionSettings, putDataCatalogEncryptionSettings],
    ...[getCatalogImportStatus, importCatalogToGlue],
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
    connection: {
      title: 'Connection',
      taggable: true,
      inCatalog: true,
      tagNeeds: 'glue:GetConnection',
      exists: async (db, scope, name) => (await findConnection(db, scope, name)) !== undefined,
    },
    userDefinedFunction: { title: 'Function', ...bearsNoTags },
  },
}
