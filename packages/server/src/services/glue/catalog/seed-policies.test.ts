/** Every example of "Specifying AWS Glue resource ARNs" that is about the catalog, word for word, through the wire. */

import {
  BatchCreatePartitionCommand,
  CreateConnectionCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  CreateUserDefinedFunctionCommand,
  DeleteDatabaseCommand,
  GetConnectionCommand,
  GetDatabaseCommand,
  GetDataCatalogEncryptionSettingsCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTablesCommand,
  GetTableVersionCommand,
  GetUserDefinedFunctionCommand,
} from '@aws-sdk/client-glue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'

const grantCreatePartitions = `{ "Sid": "GrantCreatePartitions", "Effect": "Allow", "Action": [ "glue:BatchCreatePartitions" ], "Resource": [ "arn:aws:glue:us-east-1:123456789012:table/PrivateDatabase/PrivateTable", "arn:aws:glue:us-east-1:123456789012:database/PrivateDatabase", "arn:aws:glue:us-east-1:123456789012:catalog" ] }`

const grantDeleteDatabase = `{ "Sid": "GrantDeleteDatabase", "Effect": "Allow", "Action": [ "glue:DeleteDatabase" ], "Resource": [ "arn:aws:glue:us-east-1:123456789012:table/PrivateDatabase/*", "arn:aws:glue:us-east-1:123456789012:userDefinedFunction/PrivateDatabase/*", "arn:aws:glue:us-east-1:123456789012:database/PrivateDatabase", "arn:aws:glue:us-east-1:123456789012:catalog" ] }`

/** The examples of the page's table. */
const examples = {
  catalog: 'arn:aws:glue:us-east-1:123456789012:catalog',
  database: 'arn:aws:glue:us-east-1:123456789012:database/db1',
  table: 'arn:aws:glue:us-east-1:123456789012:table/db1/tbl1',
  userDefinedFunction: 'arn:aws:glue:us-east-1:123456789012:userDefinedFunction/db1/func1',
  connection: 'arn:aws:glue:us-east-1:123456789012:connection/connection1',
  everyTable: 'arn:aws:glue:us-east-1:123456789012:table/default/*',
}

describe('the examples of the page on resource ARNs', () => {
  let server: GlueServer
  const denied = (resource: string) => ({
    name: 'AccessDeniedException',
    message: expect.stringContaining(` on resource: ${resource} because no identity-based policy allows`),
  })

  beforeAll(async () => {
    server = await startGlueServer()
    const { glue } = server
    for (const Name of ['default', 'db1', 'PrivateDatabase']) {
      await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name } }))
    }
    const tables = [
      ['default', 'one'],
      ['default', 'two'],
      ['db1', 'tbl1'],
      ['db1', 'tbl2'],
      ['PrivateDatabase', 'PrivateTable'],
    ] as const
    for (const [DatabaseName, Name] of tables) {
      const PartitionKeys = [{ Name: 'day', Type: 'string' }]
      await glue.send(new CreateTableCommand({ DatabaseName, TableInput: { Name, PartitionKeys } }))
    }
    for (const [DatabaseName, FunctionName] of [
      ['db1', 'func1'],
      ['db1', 'func2'],
      ['PrivateDatabase', 'PrivateFunction'],
    ] as const) {
      await glue.send(new CreateUserDefinedFunctionCommand({ DatabaseName, FunctionInput: { FunctionName } }))
    }
    for (const Name of ['connection1', 'connection2']) {
      const ConnectionInput = { Name, ConnectionType: 'NETWORK' as const, ConnectionProperties: {} }
      await glue.send(new CreateConnectionCommand({ ConnectionInput }))
    }
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('GrantCreatePartitions grants nothing as printed: there is no such action', async () => {
    const user = await server.user('creator', JSON.parse(grantCreatePartitions))
    const input = { DatabaseName: 'PrivateDatabase', TableName: 'PrivateTable' }
    const one = new BatchCreatePartitionCommand({ ...input, PartitionInputList: [{ Values: ['monday'] }] })
    await expect(user.send(one)).rejects.toMatchObject(denied(`${prefix}catalog`))
  })

  it('GrantCreatePartitions with the action as it is called grants exactly that', async () => {
    const text = grantCreatePartitions.replace('BatchCreatePartitions', 'BatchCreatePartition')
    await server.grant('creator', JSON.parse(text))
    const user = server.glueAs(await server.keysOf('creator'))
    const input = { DatabaseName: 'PrivateDatabase', TableName: 'PrivateTable' }
    const batch = { ...input, PartitionInputList: [{ Values: ['monday'] }] }
    expect((await user.send(new BatchCreatePartitionCommand(batch))).Errors).toBeUndefined()
    await expect(
      user.send(new CreatePartitionCommand({ ...input, PartitionInput: { Values: ['tuesday'] } })),
    ).rejects.toMatchObject(denied(`${prefix}catalog`))
    await expect(user.send(new BatchCreatePartitionCommand({ ...batch, TableName: 'Other' }))).rejects.toMatchObject(
      denied(`${prefix}table/privatedatabase/other`),
    )
    await expect(
      user.send(new BatchCreatePartitionCommand({ ...batch, DatabaseName: 'db1', TableName: 'tbl1' })),
    ).rejects.toMatchObject(denied(`${prefix}database/db1`))
  })

  it.each([
    ['arn:aws:glue:us-east-1:123456789012:catalog', 'catalog'],
    ['arn:aws:glue:us-east-1:123456789012:database/PrivateDatabase', 'database/privatedatabase'],
    ['arn:aws:glue:us-east-1:123456789012:table/PrivateDatabase/*', 'table/privatedatabase/privatetable'],
    [
      'arn:aws:glue:us-east-1:123456789012:userDefinedFunction/PrivateDatabase/*',
      'userDefinedFunction/privatedatabase/privatefunction',
    ],
  ])('GrantDeleteDatabase without %s does not delete', async (removed, named) => {
    const statement = JSON.parse(grantDeleteDatabase) as { Resource: string[] }
    const Resource = statement.Resource.filter((resource) => resource !== removed)
    const user = await server.user(`partial-${named.replaceAll('/', '-')}`, { ...statement, Resource })
    await expect(user.send(new DeleteDatabaseCommand({ Name: 'PrivateDatabase' }))).rejects.toMatchObject(
      denied(prefix + named),
    )
  })

  it('GrantDeleteDatabase deletes the database with its children, and no other', async () => {
    const user = await server.user('deleter', JSON.parse(grantDeleteDatabase))
    await expect(user.send(new DeleteDatabaseCommand({ Name: 'db1' }))).rejects.toMatchObject(
      denied(`${prefix}database/db1`),
    )
    await user.send(new DeleteDatabaseCommand({ Name: 'PrivateDatabase' }))
    await expect(
      server.glue.send(new GetTableCommand({ DatabaseName: 'PrivateDatabase', Name: 'PrivateTable' })),
    ).rejects.toMatchObject({ name: 'EntityNotFoundException' })
  })

  it('table/default/* is every table of default', async () => {
    const Resource = [examples.everyTable, examples.catalog, `${prefix}database/*`]
    const user = await server.user('reader', { Effect: 'Allow', Action: 'glue:Get*', Resource })
    const all = await user.send(new GetTablesCommand({ DatabaseName: 'default' }))
    expect(all.TableList?.map(({ Name }) => Name)).toEqual(['one', 'two'])
    expect((await user.send(new GetTablesCommand({ DatabaseName: 'db1' }))).TableList).toEqual([])
    await expect(user.send(new GetTableCommand({ DatabaseName: 'db1', Name: 'tbl1' }))).rejects.toMatchObject(
      denied(examples.table),
    )
  })

  it('asks the catalog alone for what is the catalog', async () => {
    const user = await server.user('of-catalog', { Effect: 'Allow', Action: 'glue:*', Resource: examples.catalog })
    await user.send(new GetDataCatalogEncryptionSettingsCommand({}))
    await expect(user.send(new GetDatabaseCommand({ Name: 'db1' }))).rejects.toMatchObject(denied(examples.database))
  })

  it('asks database and catalog for a database', async () => {
    const Resource = [examples.catalog, examples.database]
    const user = await server.user('of-database', { Effect: 'Allow', Action: 'glue:*', Resource })
    await user.send(new GetDatabaseCommand({ Name: 'db1' }))
    await expect(user.send(new GetDatabaseCommand({ Name: 'default' }))).rejects.toMatchObject(
      denied(`${prefix}database/default`),
    )
    await expect(user.send(new GetTableCommand({ DatabaseName: 'db1', Name: 'tbl1' }))).rejects.toMatchObject(
      denied(examples.table),
    )
  })

  it('asks table, database and catalog for a table, its partitions and its versions', async () => {
    const Resource = [examples.catalog, examples.database, examples.table]
    const user = await server.user('of-table', { Effect: 'Allow', Action: 'glue:*', Resource })
    const at = { DatabaseName: 'db1', TableName: 'tbl1' }
    await user.send(new GetTableCommand({ DatabaseName: 'db1', Name: 'tbl1' }))
    await user.send(new GetPartitionsCommand(at))
    await user.send(new GetTableVersionCommand({ ...at, VersionId: '0' }))
    await expect(user.send(new GetPartitionsCommand({ ...at, TableName: 'tbl2' }))).rejects.toMatchObject(
      denied(`${prefix}table/db1/tbl2`),
    )
    const alone = await server.user('of-table-alone', { Effect: 'Allow', Action: 'glue:*', Resource: examples.table })
    await expect(alone.send(new GetPartitionsCommand(at))).rejects.toMatchObject(denied(examples.catalog))
  })

  it('asks function, database and catalog for a function', async () => {
    const Resource = [examples.catalog, examples.database, examples.userDefinedFunction]
    const user = await server.user('of-function', { Effect: 'Allow', Action: 'glue:*', Resource })
    const get = (FunctionName: string) =>
      user.send(new GetUserDefinedFunctionCommand({ DatabaseName: 'db1', FunctionName }))
    expect((await get('func1')).UserDefinedFunction?.FunctionName).toBe('func1')
    await expect(get('func2')).rejects.toMatchObject(denied(`${prefix}userDefinedFunction/db1/func2`))
  })

  it('asks connection and catalog for a connection', async () => {
    const Resource = [examples.catalog, examples.connection]
    const user = await server.user('of-connection', { Effect: 'Allow', Action: 'glue:*', Resource })
    expect((await user.send(new GetConnectionCommand({ Name: 'connection1' }))).Connection?.Name).toBe('connection1')
    await expect(user.send(new GetConnectionCommand({ Name: 'connection2' }))).rejects.toMatchObject(
      denied(`${prefix}connection/connection2`),
    )
  })
})
