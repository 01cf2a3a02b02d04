/** A database with one of everything, a connection of the same name, and a catalog policy: what the catalog's cases stand on. */

import { catalogPolicy, statisticsOfC } from './catalog-cases.test-data.ts'

export async function fillCatalog(
  make: (operation: string, input: object) => Promise<unknown>,
  db: string,
): Promise<void> {
  await make('CreateDatabase', { DatabaseInput: { Name: db } })
  const table = { DatabaseName: db, TableName: 't' }
  const TableInput = {
    Name: 't',
    StorageDescriptor: { Columns: [{ Name: 'c', Type: 'boolean' }] },
    PartitionKeys: [{ Name: 'p', Type: 'string' }],
  }
  await make('CreateTable', { DatabaseName: db, TableInput, PartitionIndexes: [{ IndexName: 'i', Keys: ['p'] }] })
  await make('UpdateTable', { DatabaseName: db, TableInput })
  await make('CreatePartition', { ...table, PartitionInput: { Values: ['x'] } })
  await make('UpdateColumnStatisticsForTable', { ...table, ColumnStatisticsList: [statisticsOfC] })
  await make('UpdateColumnStatisticsForPartition', {
    ...table,
    PartitionValues: ['x'],
    ColumnStatisticsList: [statisticsOfC],
  })
  await make('CreateUserDefinedFunction', { DatabaseName: db, FunctionInput: { FunctionName: 'f' } })
  await make('CreateConnection', {
    ConnectionInput: { Name: db, ConnectionType: 'NETWORK', ConnectionProperties: {} },
  })
  await make('PutResourcePolicy', { PolicyInJson: catalogPolicy })
}
