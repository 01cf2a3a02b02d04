/** For each operation of the catalog, a call that succeeds where everything below is there. */

import { account, otherAccount, prefix } from '../glue-server.test-data.ts'

export interface CatalogCase {
  readonly operation: string
  readonly about?: string
  /** `db` holds table `t` with partition `x`, and function `f`; there is a connection and a catalog policy. */
  readonly input: (db: string) => Readonly<Record<string, unknown>>
  /** Further needs that the table leaves to the text: tags. */
  readonly more?: (db: string) => readonly { readonly action: string; readonly resource: string }[]
  /** Where in the answer a list's item stands. */
  readonly item?: (answer: Readonly<Record<string, unknown>>, db: string) => boolean
  readonly names?: (db: string) => Readonly<Record<string, string>>
}

const statistics = {
  ColumnName: 'c',
  ColumnType: 'boolean',
  AnalyzedTime: new Date(0),
  StatisticsData: {
    Type: 'BOOLEAN',
    BooleanColumnStatisticsData: { NumberOfTrues: 1, NumberOfFalses: 1, NumberOfNulls: 0 },
  },
}
export const catalogPolicy = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: otherAccount }, Action: 'glue:GetTable', Resource: `${prefix}*` },
})

const table =
  (more: object = {}) =>
  (DatabaseName: string) => ({ DatabaseName, TableName: 't', ...more })
const fn =
  (more: object = {}) =>
  (DatabaseName: string) => ({ DatabaseName, FunctionName: 'f', ...more })
const holds = (list: unknown, key: string, value: string) =>
  (list as Readonly<Record<string, unknown>>[] | undefined)?.some((item) => item[key] === value) === true
const connectionInput = (Name: string) => ({ Name, ConnectionType: 'NETWORK', ConnectionProperties: {} })
const databaseArn = (name: string) => `${prefix}database/${name}`
const connectionArn = (name: string) => `${prefix}connection/${name}`
const Tags = { team: 'blue' }

export const catalogCases: readonly CatalogCase[] = [
  { operation: 'CreateDatabase', input: (db) => ({ DatabaseInput: { Name: `new-${db}` } }) },
  {
    operation: 'CreateDatabase',
    about: 'with tags',
    input: (db) => ({ DatabaseInput: { Name: `new-${db}` }, Tags }),
    more: (db) => [{ action: 'glue:TagResource', resource: databaseArn(`new-${db}`) }],
  },
  { operation: 'GetDatabase', input: (db) => ({ Name: db }) },
  {
    operation: 'GetDatabases',
    input: () => ({}),
    names: (database) => ({ database }),
    item: (answer, db) => holds(answer.DatabaseList, 'Name', db),
  },
  { operation: 'UpdateDatabase', input: (db) => ({ Name: db, DatabaseInput: { Name: db } }) },
  { operation: 'DeleteDatabase', input: (db) => ({ Name: db }), names: () => ({ table: 't', function: 'f' }) },
  { operation: 'CreateTable', input: (db) => ({ DatabaseName: db, TableInput: { Name: 'new' } }) },
  { operation: 'GetTable', input: (db) => ({ DatabaseName: db, Name: 't' }) },
  { operation: 'GetTable', about: 'by account', input: (db) => ({ CatalogId: account, DatabaseName: db, Name: 't' }) },
  {
    operation: 'GetTables',
    input: (db) => ({ DatabaseName: db }),
    names: () => ({ table: 't' }),
    item: (answer) => holds(answer.TableList, 'Name', 't'),
  },
  {
    operation: 'UpdateTable',
    input: (db) => ({ DatabaseName: db, TableInput: { Name: 't', PartitionKeys: [{ Name: 'p' }] } }),
  },
  { operation: 'DeleteTable', input: (db) => ({ DatabaseName: db, Name: 't' }) },
  { operation: 'BatchDeleteTable', input: (db) => ({ DatabaseName: db, TablesToDelete: ['t', 'absent'] }) },
  {
    operation: 'SearchTables',
    input: () => ({}),
    names: (database) => ({ database, table: 't' }),
    item: (answer, db) => holds(answer.TableList, 'DatabaseName', db),
  },
  { operation: 'GetTableVersion', input: table() },
  { operation: 'GetTableVersions', input: table() },
  { operation: 'DeleteTableVersion', input: table({ VersionId: '0' }) },
  { operation: 'BatchDeleteTableVersion', input: table({ VersionIds: ['0'] }) },
  { operation: 'CreatePartition', input: table({ PartitionInput: { Values: ['y'] } }) },
  { operation: 'GetPartition', input: table({ PartitionValues: ['x'] }) },
  { operation: 'GetPartitions', input: table() },
  { operation: 'UpdatePartition', input: table({ PartitionValueList: ['x'], PartitionInput: {} }) },
  { operation: 'DeletePartition', input: table({ PartitionValues: ['x'] }) },
  { operation: 'BatchCreatePartition', input: table({ PartitionInputList: [{ Values: ['z'] }] }) },
  { operation: 'BatchGetPartition', input: table({ PartitionsToGet: [{ Values: ['x'] }] }) },
  { operation: 'BatchUpdatePartition', input: table({ Entries: [{ PartitionValueList: ['x'], PartitionInput: {} }] }) },
  { operation: 'BatchDeletePartition', input: table({ PartitionsToDelete: [{ Values: ['x'] }] }) },
  { operation: 'CreatePartitionIndex', input: table({ PartitionIndex: { IndexName: 'new', Keys: ['p'] } }) },
  { operation: 'GetPartitionIndexes', input: table() },
  { operation: 'DeletePartitionIndex', input: table({ IndexName: 'i' }) },
  { operation: 'GetColumnStatisticsForTable', input: table({ ColumnNames: ['c'] }) },
  { operation: 'UpdateColumnStatisticsForTable', input: table({ ColumnStatisticsList: [statistics] }) },
  { operation: 'DeleteColumnStatisticsForTable', input: table({ ColumnName: 'c' }) },
  { operation: 'GetColumnStatisticsForPartition', input: table({ PartitionValues: ['x'], ColumnNames: ['c'] }) },
  {
    operation: 'UpdateColumnStatisticsForPartition',
    input: table({ PartitionValues: ['x'], ColumnStatisticsList: [statistics] }),
  },
  { operation: 'DeleteColumnStatisticsForPartition', input: table({ PartitionValues: ['x'], ColumnName: 'c' }) },
  {
    operation: 'CreateUserDefinedFunction',
    input: (db) => ({ DatabaseName: db, FunctionInput: { FunctionName: 'new' } }),
  },
  { operation: 'GetUserDefinedFunction', input: fn() },
  {
    operation: 'GetUserDefinedFunctions',
    about: 'of a database',
    input: (db) => ({ DatabaseName: db, Pattern: '.*' }),
    names: (database) => ({ database, function: 'f' }),
    item: (answer) => holds(answer.UserDefinedFunctions, 'FunctionName', 'f'),
  },
  {
    operation: 'GetUserDefinedFunctions',
    about: 'of all',
    input: () => ({ Pattern: '.*' }),
    names: (database) => ({ database, function: 'f' }),
    item: (answer, db) => holds(answer.UserDefinedFunctions, 'DatabaseName', db),
  },
  { operation: 'UpdateUserDefinedFunction', input: fn({ FunctionInput: {} }) },
  { operation: 'DeleteUserDefinedFunction', input: fn() },
  { operation: 'CreateConnection', input: (db) => ({ ConnectionInput: connectionInput(`new-${db}`) }) },
  {
    operation: 'CreateConnection',
    about: 'with tags',
    input: (db) => ({ ConnectionInput: connectionInput(`new-${db}`), Tags }),
    more: (db) => [{ action: 'glue:TagResource', resource: connectionArn(`new-${db}`) }],
  },
  { operation: 'GetConnection', input: (db) => ({ Name: db }) },
  {
    operation: 'GetConnections',
    input: () => ({}),
    names: (connection) => ({ connection }),
    item: (answer, db) => holds(answer.ConnectionList, 'Name', db),
  },
  { operation: 'UpdateConnection', input: (db) => ({ Name: db, ConnectionInput: connectionInput(db) }) },
  { operation: 'DeleteConnection', input: (db) => ({ ConnectionName: db }) },
  { operation: 'BatchDeleteConnection', input: (db) => ({ ConnectionNameList: [db, `absent-${db}`] }) },
  { operation: 'PutResourcePolicy', input: () => ({ PolicyInJson: catalogPolicy }) },
  { operation: 'GetResourcePolicy', input: () => ({}) },
  { operation: 'GetResourcePolicy', about: 'by ARN', input: () => ({ ResourceArn: `${prefix}catalog` }) },
  { operation: 'DeleteResourcePolicy', input: () => ({}) },
  { operation: 'GetResourcePolicies', input: () => ({}) },
  { operation: 'GetDataCatalogEncryptionSettings', input: () => ({}) },
  { operation: 'PutDataCatalogEncryptionSettings', input: () => ({ DataCatalogEncryptionSettings: {} }) },
  { operation: 'GetCatalogImportStatus', input: () => ({}) },
  { operation: 'ImportCatalogToGlue', input: () => ({}) },
  {
    operation: 'TagResource',
    about: 'a database',
    input: (db) => ({ ResourceArn: databaseArn(db), TagsToAdd: Tags }),
    more: (db) => [{ action: 'glue:GetDatabase', resource: databaseArn(db) }],
  },
  {
    operation: 'TagResource',
    about: 'a connection',
    input: (db) => ({ ResourceArn: connectionArn(db), TagsToAdd: Tags }),
    more: (db) => [{ action: 'glue:GetConnection', resource: connectionArn(db) }],
  },
  { operation: 'UntagResource', input: (db) => ({ ResourceArn: databaseArn(db), TagsToRemove: ['team'] }) },
  { operation: 'GetTags', input: (db) => ({ ResourceArn: connectionArn(db) }) },
]
export const statisticsOfC = statistics
