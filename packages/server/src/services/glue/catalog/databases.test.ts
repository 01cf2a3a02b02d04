import {
  CreateDatabaseCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateDatabaseCommand,
} from '@aws-sdk/client-glue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'

describe('databases', () => {
  let server: GlueServer
  beforeAll(async () => {
    server = await startGlueServer()
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('keeps what it is given, under a name in lower case', async () => {
    const { glue } = server
    await glue.send(
      new CreateDatabaseCommand({
        DatabaseInput: { Name: 'Sales', Description: 'd', Parameters: { k: 'v' } },
        Tags: { team: 'blue' },
      }),
    )
    const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'SALES' }))
    expect(Database).toEqual({
      Name: 'sales',
      Description: 'd',
      Parameters: { k: 'v' },
      CreateTime: expect.any(Date),
      CatalogId: '123456789012',
    })
    await expect(glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'sAles' } }))).rejects.toMatchObject({
      name: 'AlreadyExistsException',
      message: 'Database already exists.',
    })
    await expect(glue.send(new GetDatabaseCommand({ Name: 'Nope' }))).rejects.toMatchObject({
      name: 'EntityNotFoundException',
      message: 'Database nope not found.',
    })
    await glue.send(new UpdateDatabaseCommand({ Name: 'sales', DatabaseInput: { Name: 'SALES', Description: 'e' } }))
    expect((await glue.send(new GetDatabaseCommand({ Name: 'sales' }))).Database?.Description).toBe('e')
    await expect(
      glue.send(new UpdateDatabaseCommand({ Name: 'sales', DatabaseInput: { Name: 'other' } })),
    ).rejects.toMatchObject({ name: 'InvalidInputException' })
  })

  it('bears tags', async () => {
    const { glue } = server
    const ResourceArn = `${prefix}database/Sales`
    await glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd: { stage: 'dev' } }))
    expect((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({ stage: 'dev', team: 'blue' })
    await glue.send(new UntagResourceCommand({ ResourceArn, TagsToRemove: ['team', 'absent'] }))
    expect((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({ stage: 'dev' })
    await expect(glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd: { 'aws:x': 'y' } }))).rejects.toMatchObject(
      { name: 'InvalidInputException' },
    )
    await expect(glue.send(new GetTagsCommand({ ResourceArn: `${prefix}database/absent` }))).rejects.toMatchObject({
      name: 'EntityNotFoundException',
      message: 'Database absent not found.',
    })
  })

  it('pages through those that the caller may see', async () => {
    for (const letter of ['a', 'b', 'c', 'd']) {
      await server.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: `p_${letter}` } }))
    }
    const reader = await server.user('reader', {
      Effect: 'Allow',
      Action: 'glue:GetDatabases',
      Resource: [`${prefix}catalog`, `${prefix}database/p_a`, `${prefix}database/P_C`, `${prefix}database/p_d`],
    })
    const first = await reader.send(new GetDatabasesCommand({ MaxResults: 2 }))
    expect(first.DatabaseList?.map(({ Name }) => Name)).toEqual(['p_a', 'p_c'])
    const second = await reader.send(new GetDatabasesCommand({ MaxResults: 2, NextToken: first.NextToken ?? '' }))
    expect(second.DatabaseList?.map(({ Name }) => Name)).toEqual(['p_d'])
    expect(second.NextToken).toBeUndefined()
    await expect(
      reader.send(new GetDatabasesCommand({ NextToken: first.NextToken ?? '', ResourceShareType: 'ALL' })),
    ).rejects.toMatchObject({ name: 'InvalidInputException' })
    await expect(reader.send(new GetDatabasesCommand({ MaxResults: 101 }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  it('names the first ARN that is refused, root first, and hides existence', async () => {
    const user = await server.user('half', {
      Effect: 'Allow',
      Action: 'glue:GetDatabase',
      Resource: `${prefix}catalog`,
    })
    await expect(user.send(new GetDatabaseCommand({ Name: 'Absent' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `is not authorized to perform: glue:GetDatabase on resource: ${prefix}database/absent because no identity-based policy allows the glue:GetDatabase action`,
      ),
    })
    await server.grant('half', { Effect: 'Allow', Action: 'glue:GetDatabase', Resource: `${prefix}database/*` })
    await expect(user.send(new GetDatabaseCommand({ Name: 'sales' }))).rejects.toMatchObject({
      message: expect.stringContaining(`on resource: ${prefix}catalog because`),
    })
  })
})
