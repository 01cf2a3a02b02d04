import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchDeleteTableCommand,
  BatchDeleteTableVersionCommand,
  BatchGetPartitionCommand,
  BatchUpdatePartitionCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreatePartitionIndexCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeletePartitionCommand,
  DeletePartitionIndexCommand,
  DeleteTableCommand,
  DeleteTableVersionCommand,
  GetPartitionCommand,
  GetPartitionIndexesCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTablesCommand,
  GetTableVersionCommand,
  GetTableVersionsCommand,
  UpdatePartitionCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../../testing/databases.ts'
import { type GlueServer, prefix, startGlueServerOn } from '../glue-server.test-data.ts'

describe.each(databases)('tables and partitions on $name', (database) => {
  describe.skipIf(database.missing !== undefined)('through the wire', () => {
    let server: GlueServer
    const at = { DatabaseName: 'db', TableName: 't' }
    beforeAll(async () => {
      server = await startGlueServerOn(database)
      await server.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }))
    })
    afterAll(async () => {
      expect(server.log).toEqual([])
      await server.remove()
    })

    it('keeps a table as it was given', async () => {
      const { glue } = server
      const TableInput = {
        Name: 'T',
        Description: 'first',
        LastAccessTime: new Date(1_600_000_000_000),
        StorageDescriptor: { Columns: [{ Name: 'c', Type: 'int' }], Location: 's3://b/p' },
        PartitionKeys: [
          { Name: 'year', Type: 'int' },
          { Name: 'region', Type: 'string' },
        ],
        Parameters: { $date: '5', a: 'b' },
        TableType: 'EXTERNAL_TABLE',
      }
      await glue.send(new CreateTableCommand({ DatabaseName: 'DB', TableInput }))
      const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'Db', Name: 't' }))
      expect(Table).toEqual({
        ...TableInput,
        Name: 't',
        DatabaseName: 'db',
        Retention: 0,
        CreateTime: expect.any(Date),
        UpdateTime: expect.any(Date),
        CreatedBy: 'arn:aws:iam::123456789012:user/administrator',
        IsRegisteredWithLakeFormation: false,
        CatalogId: '123456789012',
        VersionId: '0',
      })
      await expect(glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput }))).rejects.toMatchObject({
        name: 'AlreadyExistsException',
        message: 'Table already exists.',
      })
      await expect(glue.send(new CreateTableCommand({ DatabaseName: 'no', TableInput }))).rejects.toMatchObject({
        name: 'EntityNotFoundException',
        message: 'Database no not found.',
      })
      await expect(glue.send(new GetTableCommand({ DatabaseName: 'db', Name: 'X' }))).rejects.toMatchObject({
        message: 'Table x not found.',
      })
      await expect(glue.send(new CreateTableCommand({ DatabaseName: 'db' }))).rejects.toMatchObject({
        name: 'InvalidInputException',
      })
    })

    it('archives versions and notices concurrent change', async () => {
      const { glue } = server
      const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'db', Name: 't' }))
      const keep = { StorageDescriptor: Table?.StorageDescriptor, PartitionKeys: Table?.PartitionKeys }
      const update = (Description: string, more: object = {}) =>
        glue.send(
          new UpdateTableCommand({ DatabaseName: 'db', TableInput: { Name: 't', Description, ...keep }, ...more }),
        )
      await update('second', { VersionId: '0' })
      await expect(update('lost', { VersionId: '0' })).rejects.toMatchObject({
        name: 'ConcurrentModificationException',
      })
      await update('third', { SkipArchive: true })
      await update('fourth')
      const versions = await glue.send(new GetTableVersionsCommand({ ...at, MaxResults: 2 }))
      expect(versions.TableVersions?.map(({ VersionId, Table: t }) => [VersionId, t?.Description])).toEqual([
        ['3', 'fourth'],
        ['2', 'third'],
      ])
      const rest = await glue.send(new GetTableVersionsCommand({ ...at, NextToken: versions.NextToken ?? '' }))
      expect(rest.TableVersions?.map(({ VersionId }) => VersionId)).toEqual(['0'])
      const old = await glue.send(new GetTableVersionCommand({ ...at, VersionId: '0' }))
      expect(old.TableVersion?.Table?.Description).toBe('first')
      await glue.send(new DeleteTableVersionCommand({ ...at, VersionId: '0' }))
      await expect(glue.send(new GetTableVersionCommand({ ...at, VersionId: '0' }))).rejects.toMatchObject({
        name: 'EntityNotFoundException',
      })
      const batch = await glue.send(new BatchDeleteTableVersionCommand({ ...at, VersionIds: ['2', '3', '9', 'x'] }))
      expect(batch.Errors?.map(({ VersionId, ErrorDetail }) => [VersionId, ErrorDetail?.ErrorCode])).toEqual([
        ['3', 'InvalidInputException'],
        ['9', 'EntityNotFoundException'],
        ['x', 'EntityNotFoundException'],
      ])
    })

    it('creates, reads, moves and drops partitions', async () => {
      const { glue } = server
      const Location = 's3://b/p/x'
      const input = (...Values: string[]) => ({ Values, StorageDescriptor: { Location, Columns: [{ Name: 'c' }] } })
      await glue.send(new CreatePartitionCommand({ ...at, PartitionInput: input('2024', 'eu') }))
      const { Partition } = await glue.send(new GetPartitionCommand({ ...at, PartitionValues: ['2024', 'eu'] }))
      expect(Partition).toEqual({
        ...input('2024', 'eu'),
        DatabaseName: 'db',
        TableName: 't',
        CreationTime: expect.any(Date),
        CatalogId: '123456789012',
      })
      await expect(
        glue.send(new CreatePartitionCommand({ ...at, PartitionInput: input('2024', 'eu') })),
      ).rejects.toMatchObject({ name: 'AlreadyExistsException', message: 'Partition already exists.' })
      await expect(
        glue.send(new CreatePartitionCommand({ ...at, PartitionInput: input('2024') })),
      ).rejects.toMatchObject({ name: 'InvalidInputException' })
      const created = await glue.send(
        new BatchCreatePartitionCommand({
          ...at,
          PartitionInputList: [
            input('2024', 'us'),
            input('2024', 'eu'),
            input('9', 'eu'),
            input('2024'),
            input('9', 'eu'),
          ],
        }),
      )
      expect(
        created.Errors?.map(({ PartitionValues, ErrorDetail }) => [PartitionValues, ErrorDetail?.ErrorCode]),
      ).toEqual([
        [['2024'], 'InvalidInputException'],
        [['9', 'eu'], 'AlreadyExistsException'],
        [['2024', 'eu'], 'AlreadyExistsException'],
      ])
      const some = await glue.send(
        new BatchGetPartitionCommand({ ...at, PartitionsToGet: [{ Values: ['9', 'eu'] }, { Values: ['1', 'x'] }] }),
      )
      expect(some.Partitions?.map(({ Values }) => Values)).toEqual([['9', 'eu']])
      await glue.send(
        new UpdatePartitionCommand({
          ...at,
          PartitionValueList: ['9', 'eu'],
          PartitionInput: { ...input('10', 'eu'), Parameters: { moved: 'yes' } },
        }),
      )
      await expect(glue.send(new GetPartitionCommand({ ...at, PartitionValues: ['9', 'eu'] }))).rejects.toMatchObject({
        name: 'EntityNotFoundException',
        message: 'Cannot find partition.',
      })
      const updated = await glue.send(
        new BatchUpdatePartitionCommand({
          ...at,
          Entries: [
            { PartitionValueList: ['10', 'eu'], PartitionInput: input('2024', 'us') },
            { PartitionValueList: ['77', 'eu'], PartitionInput: {} },
            { PartitionValueList: ['10', 'eu'], PartitionInput: { Parameters: { kept: 'values' } } },
          ],
        }),
      )
      expect(updated.Errors?.map(({ ErrorDetail }) => ErrorDetail?.ErrorCode)).toEqual([
        'AlreadyExistsException',
        'EntityNotFoundException',
      ])
      const deleted = await glue.send(
        new BatchDeletePartitionCommand({
          ...at,
          PartitionsToDelete: [{ Values: ['10', 'eu'] }, { Values: ['8', 'x'] }],
        }),
      )
      expect(deleted.Errors?.map(({ PartitionValues }) => PartitionValues)).toEqual([['8', 'x']])
      await glue.send(new DeletePartitionCommand({ ...at, PartitionValues: ['2024', 'us'] }))
      await expect(
        glue.send(new DeletePartitionCommand({ ...at, PartitionValues: ['2024', 'us'] })),
      ).rejects.toMatchObject({ message: 'Cannot find partition.' })
      await expect(
        glue.send(new UpdateTableCommand({ DatabaseName: 'db', TableInput: { Name: 't' } })),
      ).rejects.toMatchObject({ name: 'InvalidInputException' })
    })

    it('answers expressions, segments and pages', async () => {
      const { glue } = server
      const all = [2022, 2023, 2024, 10_000].flatMap((year) =>
        ['ap', 'eu', 'us'].map((region) => [String(year), region]),
      )
      await glue.send(
        new BatchCreatePartitionCommand({
          ...at,
          PartitionInputList: all.map((Values) => ({
            Values,
            StorageDescriptor: { Columns: [{ Name: 'c' }], Location: 'l' },
          })),
        }),
      )
      const ask = async (input: object) => {
        const { Partitions, NextToken } = await glue.send(new GetPartitionsCommand({ ...at, ...input }))
        return { values: Partitions?.map(({ Values }) => Values?.join('/')), NextToken, Partitions }
      }
      expect((await ask({})).values).toEqual(all.map((values) => values.join('/')))
      expect((await ask({ Expression: "year >= 2024 and region = 'us'" })).values).toEqual(['2024/us', '10000/us'])
      const first = await ask({ Expression: "region in ('ap','us')", MaxResults: 3 })
      expect(first.values).toEqual(['2022/ap', '2022/us', '2023/ap'])
      const next = await ask({ Expression: "region in ('ap','us')", MaxResults: 100, NextToken: first.NextToken })
      expect(next.values).toEqual(['2023/us', '2024/ap', '2024/us', '10000/ap', '10000/us'])
      expect(next.NextToken).toBeUndefined()
      const long = 'z'.repeat(1000)
      const many = ['k', 'l', 'm'].map((Name) => ({ Name, Type: 'string' }))
      await glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput: { Name: 'long', PartitionKeys: many } }))
      const ofLong = { DatabaseName: 'db', TableName: 'long' }
      for (const last of ['x', 'y']) {
        const PartitionInput = { Values: [long, long, `${long}${last}`] }
        await glue.send(new CreatePartitionCommand({ ...ofLong, PartitionInput }))
      }
      const found = await glue.send(new GetPartitionsCommand({ ...ofLong, Expression: "m like '%y'" }))
      expect(found.Partitions?.map(({ Values }) => Values?.[2]?.at(-1))).toEqual(['y'])
      await glue.send(new DeleteTableCommand({ DatabaseName: 'db', Name: 'long' }))
      const segments = await Promise.all([0, 1, 2].map((n) => ask({ Segment: { SegmentNumber: n, TotalSegments: 3 } })))
      expect(segments.flatMap(({ values }) => values).sort()).toEqual(all.map((values) => values.join('/')).sort())
      const bare = await ask({ Expression: 'year = 2022', ExcludeColumnSchema: true })
      expect(bare.Partitions?.[0]?.StorageDescriptor).toEqual({ Location: 'l' })
      await expect(ask({ Expression: "nope = 'x'" })).rejects.toMatchObject({ name: 'InvalidInputException' })
      await expect(ask({ NextToken: first.NextToken })).rejects.toMatchObject({ name: 'InvalidInputException' })
      await expect(ask({ Segment: { SegmentNumber: 3, TotalSegments: 3 } })).rejects.toMatchObject({
        name: 'InvalidInputException',
      })
    })

    it('has partition indexes', async () => {
      const { glue } = server
      await glue.send(new CreatePartitionIndexCommand({ ...at, PartitionIndex: { IndexName: 'i', Keys: ['Region'] } }))
      const { PartitionIndexDescriptorList } = await glue.send(new GetPartitionIndexesCommand(at))
      expect(PartitionIndexDescriptorList).toEqual([
        { IndexName: 'i', Keys: [{ Name: 'region', Type: 'string' }], IndexStatus: 'ACTIVE' },
      ])
      await expect(
        glue.send(new CreatePartitionIndexCommand({ ...at, PartitionIndex: { IndexName: 'i', Keys: ['year'] } })),
      ).rejects.toMatchObject({ name: 'AlreadyExistsException' })
      await expect(
        glue.send(new CreatePartitionIndexCommand({ ...at, PartitionIndex: { IndexName: 'j', Keys: ['c'] } })),
      ).rejects.toMatchObject({ name: 'InvalidInputException' })
      await glue.send(new DeletePartitionIndexCommand({ ...at, IndexName: 'i' }))
      await expect(glue.send(new DeletePartitionIndexCommand({ ...at, IndexName: 'i' }))).rejects.toMatchObject({
        name: 'EntityNotFoundException',
      })
    })

    it('lists what the caller may see, and deletes a database only with all its children', async () => {
      const { glue } = server
      for (const Name of ['orders', 'orders_raw', 'secret']) {
        await glue.send(new CreateTableCommand({ DatabaseName: 'db', TableInput: { Name } }))
      }
      const own = [`${prefix}catalog`, `${prefix}database/db`]
      const user = await server.user('lister', {
        Effect: 'Allow',
        Action: ['glue:GetTables', 'glue:DeleteDatabase'],
        Resource: [...own, `${prefix}table/db/orders*`],
      })
      const names = async (input: object = {}) =>
        (await user.send(new GetTablesCommand({ DatabaseName: 'db', ...input }))).TableList?.map(({ Name }) => Name)
      expect(await names()).toEqual(['orders', 'orders_raw'])
      expect(await names({ Expression: '.*_RAW|secret' })).toEqual(['orders_raw'])
      expect(await names({ Expression: 'order' })).toEqual([])
      await expect(names({ Expression: '(' })).rejects.toMatchObject({ name: 'InvalidInputException' })
      await expect(user.send(new DeleteDatabaseCommand({ Name: 'db' }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(`glue:DeleteDatabase on resource: ${prefix}table/db/secret because`),
      })
      const batch = await glue.send(
        new BatchDeleteTableCommand({ DatabaseName: 'db', TablesToDelete: ['secret', 'absent', 't'] }),
      )
      expect(batch.Errors).toEqual([
        {
          TableName: 'absent',
          ErrorDetail: { ErrorCode: 'EntityNotFoundException', ErrorMessage: 'Table absent not found.' },
        },
      ])
      await glue.send(new DeleteTableCommand({ DatabaseName: 'db', Name: 'ORDERS_raw' }))
      await user.send(new DeleteDatabaseCommand({ Name: 'DB' }))
      await expect(glue.send(new GetTableCommand({ DatabaseName: 'db', Name: 'orders' }))).rejects.toMatchObject({
        message: 'Database db not found.',
      })
    })
  })
})
