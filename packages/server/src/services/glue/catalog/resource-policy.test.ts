import {
  CreateDatabaseCommand,
  CreateTableCommand,
  DeleteResourcePolicyCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  GetResourcePoliciesCommand,
  GetResourcePolicyCommand,
  GetTableCommand,
  GetTablesCommand,
  type GlueClient,
  PutResourcePolicyCommand,
} from '@aws-sdk/client-glue'
import { CreateUserCommand, DeleteUserCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, type GlueServer, otherAccount, prefix, startGlueServer } from '../glue-server.test-data.ts'

describe('the catalog policy', () => {
  let server: GlueServer
  let other: GlueClient
  const theirs = prefix.replace(account, otherAccount)
  beforeAll(async () => {
    server = await startGlueServer()
    other = server.glueAs(server.other)
    await other.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'shared' } }))
    await other.send(new CreateTableCommand({ DatabaseName: 'shared', TableInput: { Name: 'open' } }))
    await other.send(new CreateTableCommand({ DatabaseName: 'shared', TableInput: { Name: 'closed' } }))
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })
  const put = (client: GlueClient, Statement: object | object[], more: object = {}) =>
    client.send(
      new PutResourcePolicyCommand({ PolicyInJson: JSON.stringify({ Version: '2012-10-17', Statement }), ...more }),
    )

  it('lets another account in where both sides allow', async () => {
    const reader = await server.user('reader', { Effect: 'Allow', Action: 'glue:Get*', Resource: '*' })
    const get = (Name: string) =>
      reader.send(new GetTableCommand({ CatalogId: otherAccount, DatabaseName: 'shared', Name }))
    await expect(get('open')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `glue:GetTable on resource: ${theirs}catalog because no resource-based policy allows the glue:GetTable action`,
      ),
    })
    const stranger = await server.user('stranger')
    await put(other, {
      Effect: 'Allow',
      Principal: { AWS: [`arn:aws:iam::${account}:user/reader`, `arn:aws:iam::${account}:user/stranger`] },
      Action: ['glue:GetTable', 'glue:GetTables', 'glue:GetDatabases'],
      Resource: [`${theirs}catalog`, `${theirs}database/Shared`, `${theirs}table/shared/open`],
    })
    expect((await get('OPEN')).Table?.CatalogId).toBe(otherAccount)
    await expect(get('closed')).rejects.toMatchObject({
      message: expect.stringContaining(`on resource: ${theirs}table/shared/closed because no resource-based policy`),
    })
    const list = await reader.send(new GetTablesCommand({ CatalogId: otherAccount, DatabaseName: 'shared' }))
    expect(list.TableList?.map(({ Name }) => Name)).toEqual(['open'])
    await expect(
      reader.send(new GetDatabaseCommand({ CatalogId: otherAccount, Name: 'shared' })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' })
    await expect(
      stranger.send(new GetTableCommand({ CatalogId: otherAccount, DatabaseName: 'shared', Name: 'open' })),
    ).rejects.toMatchObject({ message: expect.stringContaining('because no identity-based policy allows') })
    await expect(reader.send(new GetDatabasesCommand({ CatalogId: '999999999999' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('grants and denies within the account', async () => {
    const user = await server.user('local')
    const { glue } = server
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }))
    const principal = { AWS: `arn:aws:iam::${account}:user/local` }
    await put(glue, {
      Effect: 'Allow',
      Principal: principal,
      Action: 'glue:GetDatabase',
      Resource: [`${prefix}catalog`, `${prefix}database/db`],
    })
    expect((await user.send(new GetDatabaseCommand({ Name: 'db' }))).Database?.Name).toBe('db')
    await put(glue, { Effect: 'Deny', Principal: '*', Action: 'glue:GetDatabase', Resource: `${prefix}database/*` })
    await expect(glue.send(new GetDatabaseCommand({ Name: 'db' }))).rejects.toMatchObject({
      message: expect.stringContaining(
        `on resource: ${prefix}database/db with an explicit deny in a resource-based policy`,
      ),
    })
    await glue.send(new DeleteResourcePolicyCommand({}))
    await glue.send(new GetDatabaseCommand({ Name: 'db' }))
  })

  it('stands under hashes and conditions', async () => {
    const { glue } = server
    const statement = (Action: string) => ({
      Effect: 'Allow',
      Principal: { AWS: otherAccount },
      Action,
      Resource: `${prefix}*`,
    })
    await expect(glue.send(new GetResourcePolicyCommand({}))).rejects.toMatchObject({ name: 'EntityNotFoundException' })
    await expect(glue.send(new DeleteResourcePolicyCommand({}))).rejects.toMatchObject({
      name: 'EntityNotFoundException',
    })
    await expect(put(glue, statement('glue:*'), { PolicyExistsCondition: 'MUST_EXIST' })).rejects.toMatchObject({
      name: 'ConditionCheckFailureException',
    })
    const { PolicyHash } = await put(glue, statement('glue:*'), { PolicyExistsCondition: 'NOT_EXIST' })
    const got = await glue.send(new GetResourcePolicyCommand({ ResourceArn: `${prefix}catalog` }))
    expect(got).toMatchObject({ PolicyHash, CreateTime: expect.any(Date), UpdateTime: expect.any(Date) })
    expect(JSON.parse(got.PolicyInJson ?? '').Statement).toEqual(statement('glue:*'))
    await expect(put(glue, statement('glue:*'), { PolicyExistsCondition: 'NOT_EXIST' })).rejects.toMatchObject({
      name: 'ConditionCheckFailureException',
    })
    const next = await put(glue, statement('glue:Get*'), { PolicyHashCondition: PolicyHash })
    expect(next.PolicyHash).not.toBe(PolicyHash)
    await expect(put(glue, statement('glue:*'), { PolicyHashCondition: PolicyHash })).rejects.toMatchObject({
      name: 'ConditionCheckFailureException',
    })
    await expect(glue.send(new DeleteResourcePolicyCommand({ PolicyHashCondition: PolicyHash }))).rejects.toMatchObject(
      { name: 'ConditionCheckFailureException' },
    )
    expect((await glue.send(new GetResourcePoliciesCommand({}))).GetResourcePoliciesResponseList).toHaveLength(1)
    await glue.send(new DeleteResourcePolicyCommand({ PolicyHashCondition: next.PolicyHash }))
    expect((await glue.send(new GetResourcePoliciesCommand({}))).GetResourcePoliciesResponseList).toEqual([])
  })

  const allow = { Effect: 'Allow', Action: 'glue:GetTable', Resource: `${prefix}*` }
  const root = { AWS: `arn:aws:iam::${otherAccount}:root` }
  it.each([
    ['no principal', allow],
    ['part of a name', { ...allow, Principal: { AWS: `arn:aws:iam::${account}:user/*` } }],
    ['a user who does not exist', { ...allow, Principal: { AWS: `arn:aws:iam::${account}:user/nobody` } }],
    ['every resource', { ...allow, Principal: root, Resource: '*' }],
    ["another account's resource", { ...allow, Principal: root, Resource: `${theirs}catalog` }],
    ['another region', { ...allow, Principal: root, Resource: `arn:aws:glue:eu-west-1:${account}:catalog` }],
    ['no resource', { Effect: 'Allow', Action: 'glue:GetTable', Principal: root }],
    ['locking out its author', { ...allow, Effect: 'Deny', Principal: '*', Action: 'glue:*' }],
    ['an unknown effect', { ...allow, Effect: 'Maybe', Principal: root }],
    ['its size', { ...allow, Principal: root, Sid: 'x'.repeat(10_300) }],
  ])('refuses a policy for %s', async (_why, statement) => {
    await expect(put(server.glue, statement)).rejects.toMatchObject({
      name: expect.stringMatching(/^(InvalidInput|Validation)Exception$/),
    })
    await expect(server.glue.send(new GetResourcePolicyCommand({}))).rejects.toMatchObject({
      name: 'EntityNotFoundException',
    })
  })

  it('gives a user made anew under an old name nothing', async () => {
    const iam = server.iam(server.administrator)
    await iam.send(new CreateUserCommand({ UserName: 'phoenix' }))
    await put(server.glue, { ...allow, Principal: { AWS: `arn:aws:iam::${account}:user/phoenix` } })
    await iam.send(new DeleteUserCommand({ UserName: 'phoenix' }))
    await iam.send(new CreateUserCommand({ UserName: 'phoenix' }))
    const phoenix = server.glueAs(await server.keysOf('phoenix'))
    await expect(phoenix.send(new GetTableCommand({ DatabaseName: 'db', Name: 't' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    const got = await server.glue.send(new GetResourcePolicyCommand({}))
    expect(got.PolicyInJson).toMatch(/AIDA/)
    await server.glue.send(new DeleteResourcePolicyCommand({}))
  })
})
