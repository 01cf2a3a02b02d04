import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BatchDeleteConnectionCommand,
  CreateConnectionCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  CreateUserDefinedFunctionCommand,
  DeleteColumnStatisticsForTableCommand,
  DeleteConnectionCommand,
  DeleteUserDefinedFunctionCommand,
  GetCatalogImportStatusCommand,
  GetColumnStatisticsForPartitionCommand,
  GetColumnStatisticsForTableCommand,
  GetConnectionCommand,
  GetConnectionsCommand,
  GetDataCatalogEncryptionSettingsCommand,
  GetTagsCommand,
  GetUserDefinedFunctionCommand,
  GetUserDefinedFunctionsCommand,
  ImportCatalogToGlueCommand,
  PutDataCatalogEncryptionSettingsCommand,
  SearchTablesCommand,
  UpdateColumnStatisticsForPartitionCommand,
  UpdateColumnStatisticsForTableCommand,
  UpdateConnectionCommand,
  UpdateUserDefinedFunctionCommand,
} from '@aws-sdk/client-glue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../../testing/databases.ts'
import { type GlueServer, prefix, startGlueServerOn } from '../glue-server.test-data.ts'

describe.each(databases)('functions, connections, statistics, search, settings on $name', (database) => {
  describe.skipIf(database.missing !== undefined)('through the wire', () => {
    let server: GlueServer
    beforeAll(async () => {
      server = await startGlueServerOn(database)
      for (const Name of ['db', 'other']) {
        await server.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }))
      }
    })
    afterAll(async () => {
      expect(server.log).toEqual([])
      await server.remove()
    })

    it('keeps functions', async () => {
      const { glue } = server
      const make = (DatabaseName: string, FunctionName: string, more: object = {}) =>
        glue.send(
          new CreateUserDefinedFunctionCommand({
            DatabaseName,
            FunctionInput: { FunctionName, ClassName: 'C', ...more },
          }),
        )
      await make('db', 'MyFn', { ResourceUris: [{ ResourceType: 'JAR', Uri: 's3://b/j' }], OwnerType: 'USER' })
      await make('db', 'sum_of', { FunctionType: 'AGGREGATE_FUNCTION' })
      await make('other', 'myfn')
      const one = await glue.send(new GetUserDefinedFunctionCommand({ DatabaseName: 'DB', FunctionName: 'MYFN' }))
      expect(one.UserDefinedFunction).toEqual({
        FunctionName: 'myfn',
        DatabaseName: 'db',
        ClassName: 'C',
        OwnerType: 'USER',
        ResourceUris: [{ ResourceType: 'JAR', Uri: 's3://b/j' }],
        CreateTime: expect.any(Date),
        CatalogId: '123456789012',
      })
      await expect(make('db', 'MYFN')).rejects.toMatchObject({ message: 'Function already exists.' })
      const list = async (input: {
        Pattern: string
        DatabaseName?: string
        MaxResults?: number
        NextToken?: string
      }) => {
        const answer = await glue.send(new GetUserDefinedFunctionsCommand(input))
        const names = answer.UserDefinedFunctions?.map((f) => `${f.DatabaseName}.${f.FunctionName}`)
        return { names, NextToken: answer.NextToken ?? '' }
      }
      expect((await list({ Pattern: '.*', DatabaseName: 'db' })).names).toEqual(['db.myfn', 'db.sum_of'])
      const first = await list({ Pattern: 'my.*', MaxResults: 1 })
      expect(first.names).toEqual(['db.myfn'])
      expect((await list({ Pattern: 'my.*', MaxResults: 1, NextToken: first.NextToken })).names).toEqual(['other.myfn'])
      const seer = await server.user('seer', {
        Effect: 'Allow',
        Action: 'glue:GetUserDefinedFunctions',
        Resource: [`${prefix}catalog`, `${prefix}database/*`, `${prefix}userDefinedFunction/other/*`],
      })
      const seen = await seer.send(new GetUserDefinedFunctionsCommand({ Pattern: '.*' }))
      expect(seen.UserDefinedFunctions?.map((f) => f.DatabaseName)).toEqual(['other'])
      await glue.send(
        new UpdateUserDefinedFunctionCommand({
          DatabaseName: 'db',
          FunctionName: 'myfn',
          FunctionInput: { FunctionName: 'MyFn', ClassName: 'D' },
        }),
      )
      await expect(
        glue.send(
          new UpdateUserDefinedFunctionCommand({
            DatabaseName: 'db',
            FunctionName: 'myfn',
            FunctionInput: { FunctionName: 'elsewhere' },
          }),
        ),
      ).rejects.toMatchObject({ name: 'InvalidInputException' })
      await glue.send(new DeleteUserDefinedFunctionCommand({ DatabaseName: 'db', FunctionName: 'myfn' }))
      await expect(
        glue.send(new GetUserDefinedFunctionCommand({ DatabaseName: 'db', FunctionName: 'myfn' })),
      ).rejects.toMatchObject({ name: 'EntityNotFoundException', message: 'Function myfn not found.' })
    })

    it('keeps connections, their passwords sealed and out of the audit log', async () => {
      const { glue } = server
      const secret = 'pass-word-in-clear'
      const ConnectionInput = {
        Name: 'Jdbc',
        ConnectionType: 'JDBC' as const,
        ConnectionProperties: { JDBC_CONNECTION_URL: 'jdbc:x', USERNAME: 'u', PASSWORD: secret },
        PhysicalConnectionRequirements: { SubnetId: 'subnet-1' },
      }
      await glue.send(new CreateConnectionCommand({ ConnectionInput, Tags: { team: 'blue' } }))
      const { Connection } = await glue.send(new GetConnectionCommand({ Name: 'Jdbc' }))
      expect(Connection).toMatchObject({ ...ConnectionInput, Status: 'READY', LastUpdatedBy: expect.any(String) })
      const hidden = await glue.send(new GetConnectionCommand({ Name: 'Jdbc', HidePassword: true }))
      expect(hidden.Connection?.ConnectionProperties).toEqual({ JDBC_CONNECTION_URL: 'jdbc:x', USERNAME: 'u' })
      await expect(glue.send(new GetConnectionCommand({ Name: 'jdbc' }))).rejects.toMatchObject({
        message: 'Connection jdbc not found.',
      })
      await expect(
        glue.send(
          new UpdateConnectionCommand({
            Name: 'Jdbc',
            ConnectionInput: { ...ConnectionInput, ConnectionProperties: { PASSWORD: secret.repeat(100) } },
          }),
        ),
      ).rejects.toMatchObject({ name: 'InvalidInputException', message: expect.not.stringContaining(secret) })
      await glue.send(
        new UpdateConnectionCommand({ Name: 'Jdbc', ConnectionInput: { ...ConnectionInput, MatchCriteria: ['m'] } }),
      )
      await glue.send(
        new CreateConnectionCommand({
          ConnectionInput: { Name: 'net', ConnectionType: 'NETWORK', ConnectionProperties: {} },
        }),
      )
      const names = async (Filter?: object) =>
        (await glue.send(new GetConnectionsCommand({ Filter, HidePassword: true }))).ConnectionList?.map((c) => c.Name)
      expect(await names()).toEqual(['Jdbc', 'net'])
      expect(await names({ ConnectionType: 'NETWORK' })).toEqual(['net'])
      expect(await names({ MatchCriteria: ['m'] })).toEqual(['Jdbc'])
      const ResourceArn = `${prefix}connection/Jdbc`
      expect((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({ team: 'blue' })
      const batch = await glue.send(new BatchDeleteConnectionCommand({ ConnectionNameList: ['net', 'absent'] }))
      expect(batch.Succeeded).toEqual(['net'])
      expect(batch.Errors?.absent?.ErrorCode).toBe('EntityNotFoundException')
      await glue.send(new DeleteConnectionCommand({ ConnectionName: 'Jdbc' }))
      await glue.send(
        new CreateConnectionCommand({
          ConnectionInput: { Name: 'Jdbc', ConnectionType: 'NETWORK', ConnectionProperties: {} },
        }),
      )
      expect((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({})
      for (const file of filesIn(server.data)) expect(readFileSync(file).includes(secret), file).toBe(false)
    })

    it('keeps statistics of columns', async () => {
      const { glue } = server
      await glue.send(
        new CreateTableCommand({
          DatabaseName: 'db',
          TableInput: {
            Name: 'stats',
            StorageDescriptor: { Columns: [{ Name: 'n', Type: 'decimal(5,2)' }] },
            PartitionKeys: [{ Name: 'p', Type: 'string' }],
          },
        }),
      )
      const at = { DatabaseName: 'db', TableName: 'stats' }
      const statistics = (ColumnName: string) => ({
        ColumnName,
        ColumnType: 'decimal',
        AnalyzedTime: new Date(1_700_000_000_000),
        StatisticsData: {
          Type: 'DECIMAL' as const,
          DecimalColumnStatisticsData: {
            MinimumValue: { UnscaledValue: new Uint8Array([1, 2, 255]), Scale: 2 },
            NumberOfNulls: 1,
            NumberOfDistinctValues: 2,
          },
        },
      })
      const put = await glue.send(
        new UpdateColumnStatisticsForTableCommand({ ...at, ColumnStatisticsList: [statistics('N'), statistics('zz')] }),
      )
      expect(put.Errors?.map(({ ColumnStatistics, Error: e }) => [ColumnStatistics?.ColumnName, e?.ErrorCode])).toEqual(
        [['zz', 'EntityNotFoundException']],
      )
      const got = await glue.send(new GetColumnStatisticsForTableCommand({ ...at, ColumnNames: ['n', 'p'] }))
      expect(got.ColumnStatisticsList).toEqual([statistics('N')])
      expect(got.Errors?.map(({ ColumnName }) => ColumnName)).toEqual(['p'])
      await glue.send(new DeleteColumnStatisticsForTableCommand({ ...at, ColumnName: 'n' }))
      await expect(
        glue.send(new DeleteColumnStatisticsForTableCommand({ ...at, ColumnName: 'n' })),
      ).rejects.toMatchObject({ name: 'EntityNotFoundException' })
      const ofPartition = { ...at, PartitionValues: ['x'] }
      await expect(
        glue.send(
          new UpdateColumnStatisticsForPartitionCommand({ ...ofPartition, ColumnStatisticsList: [statistics('n')] }),
        ),
      ).rejects.toMatchObject({ message: 'Cannot find partition.' })
      await glue.send(new CreatePartitionCommand({ ...at, PartitionInput: { Values: ['x'] } }))
      await glue.send(
        new UpdateColumnStatisticsForPartitionCommand({ ...ofPartition, ColumnStatisticsList: [statistics('n')] }),
      )
      const partition = await glue.send(
        new GetColumnStatisticsForPartitionCommand({ ...ofPartition, ColumnNames: ['n'] }),
      )
      expect(partition.ColumnStatisticsList).toHaveLength(1)
    })

    it('searches what the caller may see', async () => {
      const { glue } = server
      const make = (DatabaseName: string, Name: string, Description: string) =>
        glue.send(
          new CreateTableCommand({ DatabaseName, TableInput: { Name, Description, Parameters: { kind: Name } } }),
        )
      await make('db', 'customer-link', 'about customers')
      await make('db', 'xxlinkyy', 'nothing')
      await make('other', 'link', 'Customers again')
      const names = async (input: object, client = glue) =>
        (await client.send(new SearchTablesCommand(input))).TableList?.map((t) => `${t.DatabaseName}.${t.Name}`)
      expect(await names({ Filters: [{ Key: 'Name', Value: 'link' }] })).toEqual(['db.customer-link', 'other.link'])
      expect(await names({ SearchText: 'LINK' })).toEqual(['db.customer-link', 'db.xxlinkyy', 'other.link'])
      expect(await names({ SearchText: '"link"' })).toEqual(['other.link'])
      expect(await names({ Filters: [{ Key: 'kind', Value: 'xxlinkyy' }] })).toEqual(['db.xxlinkyy'])
      expect(await names({ SearchText: 'link', SortCriteria: [{ FieldName: 'Name', Sort: 'DESC' }] })).toEqual([
        'db.xxlinkyy',
        'other.link',
        'db.customer-link',
      ])
      const sorted = { SearchText: 'link', SortCriteria: [{ FieldName: 'Name', Sort: 'ASC' as const }], MaxResults: 2 }
      const first = await glue.send(new SearchTablesCommand(sorted))
      expect(await names({ ...sorted, NextToken: first.NextToken })).toEqual(['db.xxlinkyy'])
      const tomorrow = new Date(Date.now() + 86_400_000).toISOString()
      const time = (Comparator: string) => [{ Key: 'CreateTime', Value: tomorrow, Comparator }]
      expect(await names({ SearchText: 'link', Filters: time('LESS_THAN') })).toHaveLength(3)
      expect(await names({ Filters: time('GREATER_THAN') })).toEqual([])
      const user = await server.user('searcher', {
        Effect: 'Allow',
        Action: 'glue:SearchTables',
        Resource: [`${prefix}catalog`, `${prefix}database/db`, `${prefix}table/*/*link`],
      })
      expect(await names({}, user)).toEqual(['db.customer-link'])
    })

    it('has settings that promise nothing', async () => {
      const { glue } = server
      const settings = await glue.send(new GetDataCatalogEncryptionSettingsCommand({}))
      const { DataCatalogEncryptionSettings } = settings
      expect(DataCatalogEncryptionSettings?.EncryptionAtRest?.CatalogEncryptionMode).toBe('DISABLED')
      await glue.send(new PutDataCatalogEncryptionSettingsCommand({ DataCatalogEncryptionSettings }))
      await expect(
        glue.send(
          new PutDataCatalogEncryptionSettingsCommand({
            DataCatalogEncryptionSettings: { EncryptionAtRest: { CatalogEncryptionMode: 'SSE-KMS' } },
          }),
        ),
      ).rejects.toMatchObject({ name: 'InvalidInputException' })
      expect((await glue.send(new GetCatalogImportStatusCommand({}))).ImportStatus).toEqual({ ImportCompleted: false })
      await glue.send(new ImportCatalogToGlueCommand({}))
      expect((await glue.send(new GetCatalogImportStatusCommand({}))).ImportStatus).toEqual({
        ImportCompleted: true,
        ImportTime: expect.any(Date),
        ImportedBy: 'arn:aws:iam::123456789012:user/administrator',
      })
    })
  })
})

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
