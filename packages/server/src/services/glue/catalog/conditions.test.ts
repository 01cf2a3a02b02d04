import {
  CreateConnectionCommand,
  CreateDatabaseCommand,
  CreateTableCommand,
  GetConnectionCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  GetTableCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-glue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'

describe('tags and condition keys', () => {
  let server: GlueServer
  const blue = { team: 'blue' }
  const when = (condition: object) => ({ Effect: 'Allow', Action: 'glue:*', Resource: '*', Condition: condition })
  const catalog = { Effect: 'Allow', Action: 'glue:*', Resource: `${prefix}catalog` }
  const denied = { name: 'AccessDeniedException' }

  beforeAll(async () => {
    server = await startGlueServer()
    await server.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'mine' }, Tags: blue }))
    await server.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'theirs' }, Tags: { team: 'red' } }))
    await server.glue.send(new CreateTableCommand({ DatabaseName: 'mine', TableInput: { Name: 't' } }))
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it.each(['aws:ResourceTag/team', 'glue:resourceTag/team', 'GLUE:RESOURCETAG/Team'])('reads %s', async (key) => {
    const user = await server.user(
      `by-${Buffer.from(key).toString('hex')}`,
      catalog,
      when({ StringEquals: { [key]: 'blue' } }),
    )
    await user.send(new GetDatabaseCommand({ Name: 'Mine' }))
    await expect(user.send(new GetDatabaseCommand({ Name: 'theirs' }))).rejects.toMatchObject(denied)
    await expect(user.send(new GetDatabaseCommand({ Name: 'absent' }))).rejects.toMatchObject(denied)
    const { DatabaseList } = await user.send(new GetDatabasesCommand({}))
    expect(DatabaseList?.map(({ Name }) => Name)).toEqual(['mine'])
    // A table does not inherit the tags of its database.
    await expect(user.send(new GetTableCommand({ DatabaseName: 'mine', Name: 't' }))).rejects.toMatchObject({
      message: expect.stringContaining(`${prefix}table/mine/t`),
    })
  })

  it('sees a change of tags at once', async () => {
    const ResourceArn = `${prefix}database/theirs`
    const user = await server.user('follower', catalog, when({ StringEquals: { 'aws:ResourceTag/team': 'blue' } }))
    await server.glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd: blue }))
    await user.send(new GetDatabaseCommand({ Name: 'theirs' }))
    await server.glue.send(new UntagResourceCommand({ ResourceArn, TagsToRemove: ['team'] }))
    await expect(user.send(new GetDatabaseCommand({ Name: 'theirs' }))).rejects.toMatchObject(denied)
  })

  it('lets nothing be made without the tag that the policy asks for', async () => {
    const required = {
      StringEquals: { 'aws:RequestTag/team': 'blue' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
    }
    const user = await server.user('tagger', catalog, when(required))
    const create = (Name: string, Tags?: Record<string, string>) =>
      user.send(new CreateDatabaseCommand({ DatabaseInput: { Name }, ...(Tags === undefined ? {} : { Tags }) }))
    await expect(create('untagged')).rejects.toMatchObject(denied)
    await expect(create('wrong', { team: 'red' })).rejects.toMatchObject(denied)
    await expect(create('more', { ...blue, extra: 'x' })).rejects.toMatchObject(denied)
    await create('right', blue)
    await expect(create('right', blue)).rejects.toMatchObject({ name: 'AlreadyExistsException' })
  })

  it('asks glue:TagResource beside the creation, with the new tags as the resource’s own', async () => {
    const create = { Effect: 'Allow', Action: 'glue:CreateConnection', Resource: '*' }
    const tag = {
      Effect: 'Allow',
      Action: 'glue:TagResource',
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue', 'glue:resourceTag/team': 'blue' } },
    }
    const user = await server.user('connector', create)
    const make = (Tags: Record<string, string>) =>
      user.send(
        new CreateConnectionCommand({
          ConnectionInput: { Name: 'c', ConnectionType: 'NETWORK', ConnectionProperties: {} },
          Tags,
        }),
      )
    await expect(make(blue)).rejects.toMatchObject({
      message: expect.stringContaining(`glue:TagResource on resource: ${prefix}connection/c because`),
    })
    await server.grant('connector', create, tag)
    await expect(make({ team: 'red' })).rejects.toMatchObject(denied)
    await make(blue)
    expect((await server.glue.send(new GetConnectionCommand({ Name: 'c' }))).Connection?.Name).toBe('c')
  })

  it('folds names of databases and tables in policies, and no spelling slips past a Deny', async () => {
    const user = await server.user(
      'folder',
      { Effect: 'Allow', Action: 'glue:*', Resource: '*' },
      { Effect: 'Deny', Action: 'glue:GetTable', Resource: `${prefix}table/MINE/T` },
    )
    for (const Name of ['t', 'T']) {
      await expect(user.send(new GetTableCommand({ DatabaseName: 'mInE', Name }))).rejects.toMatchObject({
        message: expect.stringContaining('with an explicit deny in an identity-based policy'),
      })
    }
  })

  it('compares exactly where it is told to', async () => {
    const exact = await startGlueServer({ glue: { foldNames: false, legacyResourceTagKey: false } })
    try {
      await exact.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'Db' }, Tags: blue }))
      const Resource = [`${prefix}catalog`, `${prefix}database/Db`]
      const user = await exact.user('exact', { Effect: 'Allow', Action: 'glue:*', Resource })
      await expect(user.send(new GetDatabaseCommand({ Name: 'Db' }))).rejects.toMatchObject(denied)
      const legacy = await exact.user('legacy', catalog, when({ StringEquals: { 'glue:resourceTag/team': 'blue' } }))
      await expect(legacy.send(new GetDatabaseCommand({ Name: 'db' }))).rejects.toMatchObject(denied)
    } finally {
      await exact.remove()
    }
  })
})
