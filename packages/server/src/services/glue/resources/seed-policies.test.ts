/**
 * The example policies of the Glue Developer Guide about resources outside the catalog, word for word. "Specifying AWS Glue
 * resource ARNs" and "Identity-based policy examples for AWS Glue".
 */

import {
  BatchGetDevEndpointsCommand,
  BatchGetTriggersCommand,
  CreateDevEndpointCommand,
  CreateJobCommand,
  CreateTriggerCommand,
  type CreateTriggerCommandInput,
  DeleteDevEndpointCommand,
  GetDevEndpointCommand,
  GetDevEndpointsCommand,
  GetTriggerCommand,
  GetTriggersCommand,
  type GlueClient,
  ListDevEndpointsCommand,
  ListTriggersCommand,
  TagResourceCommand,
  UpdateDevEndpointCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'

let server: GlueServer
const roleArn = `arn:aws:iam::${account}:role/dev`
const denied = (user: string, operation: string, endpoint?: string) => ({
  name: 'AccessDeniedException',
  message: expect.stringMatching(
    `^User: arn:aws:iam::${account}:user/${user} is not authorized to perform: glue:${operation}${
      endpoint === undefined ? '' : ` on resource: ${prefix}devEndpoint/${endpoint}`
    } because no identity-based policy allows the glue:${operation} action`,
  ),
})
const get = (client: GlueClient, EndpointName: string) => client.send(new GetDevEndpointCommand({ EndpointName }))
const update = (client: GlueClient, EndpointName: string) =>
  client.send(new UpdateDevEndpointCommand({ EndpointName, AddArguments: { a: '1' } }))

beforeAll(async () => {
  server = await startGlueServer()
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  }
  await server
    .iam(server.administrator)
    .send(new CreateRoleCommand({ RoleName: 'dev', AssumeRolePolicyDocument: JSON.stringify(trust) }))
  for (const EndpointName of ['myDevEndpoint-1', 'myDevEndpoint-2', 'other', 'Anna', 'de1', 'de2']) {
    await server.glue.send(new CreateDevEndpointCommand({ EndpointName, RoleArn: roleArn }))
  }
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

describe('singular operations', () => {
  it('MinimumPermissions', async () => {
    const client = await server.user('minimum', {
      Sid: 'MinimumPermissions',
      Effect: 'Allow',
      Action: 'glue:GetDevEndpoint',
      Resource: 'arn:aws:glue:us-east-1:123456789012:devEndpoint/myDevEndpoint-1',
    })
    const { DevEndpoint } = await get(client, 'myDevEndpoint-1')
    expect(DevEndpoint).toMatchObject({ EndpointName: 'myDevEndpoint-1', Status: 'READY', NumberOfNodes: 5 })
    await expect(get(client, 'myDevEndpoint-2')).rejects.toMatchObject(
      denied('minimum', 'GetDevEndpoint', 'myDevEndpoint-2'),
    )
    await expect(update(client, 'myDevEndpoint-1')).rejects.toMatchObject(
      denied('minimum', 'UpdateDevEndpoint', 'myDevEndpoint-1'),
    )
  })

  it('PermissionWithWildcard', async () => {
    const client = await server.user('wildcard', {
      Sid: 'PermissionWithWildcard',
      Effect: 'Allow',
      Action: 'glue:UpdateDevEndpoint',
      Resource: 'arn:aws:glue:us-east-1:123456789012:devEndpoint/myDevEndpoint-*',
    })
    await update(client, 'myDevEndpoint-1')
    await update(client, 'myDevEndpoint-2')
    await expect(update(client, 'other')).rejects.toMatchObject(denied('wildcard', 'UpdateDevEndpoint', 'other'))
    await expect(update(client, 'mydevendpoint-1')).rejects.toMatchObject({ name: 'AccessDeniedException' })
  })

  it('CombinedPermissions: absent below A, denied everywhere else', async () => {
    const client = await server.user('combined', {
      Sid: 'CombinedPermissions',
      Effect: 'Allow',
      Action: ['glue:UpdateDevEndpoint', 'glue:GetDevEndpoint'],
      Resource: 'arn:aws:glue:us-east-1:123456789012:devEndpoint/A*',
    })
    expect((await get(client, 'Anna')).DevEndpoint?.EndpointName).toBe('Anna')
    for (const call of [get, update]) {
      await expect(call(client, 'Absent')).rejects.toMatchObject({
        name: 'EntityNotFoundException',
        message: 'DevEndpoint Absent not found.',
      })
    }
    await expect(get(client, 'de1')).rejects.toMatchObject(denied('combined', 'GetDevEndpoint', 'de1'))
    await expect(update(client, 'nobody')).rejects.toMatchObject(denied('combined', 'UpdateDevEndpoint', 'nobody'))
  })
})

describe('operations on several resources', () => {
  it('PluralAPIIncluded', async () => {
    const client = await server.user(
      'plural',
      {
        Sid: 'PluralAPIIncluded',
        Effect: 'Allow',
        Action: ['glue:GetDevEndpoints', 'glue:GetDevEndpoint', 'glue:CreateDevEndpoint', 'glue:UpdateDevEndpoint'],
        Resource: ['*'],
      },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: roleArn },
    )
    await client.send(new CreateDevEndpointCommand({ EndpointName: 'made', RoleArn: roleArn }))
    await update(client, 'made')
    expect((await get(client, 'made')).DevEndpoint?.Arguments).toEqual({ a: '1' })
    const { DevEndpoints } = await client.send(new GetDevEndpointsCommand({}))
    expect(DevEndpoints?.map(({ EndpointName }) => EndpointName)).toContain('made')
    await expect(client.send(new DeleteDevEndpointCommand({ EndpointName: 'made' }))).rejects.toMatchObject(
      denied('plural', 'DeleteDevEndpoint', 'made'),
    )
    await expect(client.send(new ListDevEndpointsCommand({}))).rejects.toMatchObject(
      denied('plural', 'ListDevEndpoints'),
    )
  })

  it('is granted by no ARN pattern, not even the widest of the kind', async () => {
    const client = await server.user('narrow', {
      Effect: 'Allow',
      Action: 'glue:GetDevEndpoints',
      Resource: `${prefix}devEndpoint/*`,
    })
    await expect(client.send(new GetDevEndpointsCommand({}))).rejects.toMatchObject(denied('narrow', 'GetDevEndpoints'))
  })

  it('BatchGetAPIIncluded', async () => {
    const client = await server.user('batch', {
      Sid: 'BatchGetAPIIncluded',
      Effect: 'Allow',
      Action: ['glue:BatchGetDevEndpoints'],
      Resource: ['arn:aws:glue:us-east-1:123456789012:devEndpoint/de1'],
    })
    const batch = (...DevEndpointNames: string[]) => client.send(new BatchGetDevEndpointsCommand({ DevEndpointNames }))
    expect((await batch('de1')).DevEndpoints).toMatchObject([{ EndpointName: 'de1' }])
    await expect(batch('de2')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: 'No access to any requested resource.',
    })
    // Beside an allowed one, what exists and what does not look alike.
    const mixed = await batch('de2', 'de1', 'absent')
    expect(mixed.DevEndpoints?.map(({ EndpointName }) => EndpointName)).toEqual(['de1'])
    expect(mixed.DevEndpointsNotFound).toEqual(['de2', 'absent'])
  })
})

describe('the List and BatchGet pattern, with tags', () => {
  beforeAll(async () => {
    await server.glue.send(new CreateJobCommand({ Name: 'j', Role: 'dev', Command: { Name: 'glueetl' } }))
    for (const [Name, Tags] of [
      ['tagged', { Name: 'Tom' }],
      ['plain', undefined],
    ] as const) {
      const given: CreateTriggerCommandInput = { Name, Type: 'ON_DEMAND', Actions: [{ JobName: 'j' }] }
      await server.glue.send(new CreateTriggerCommand(Tags === undefined ? given : { ...given, Tags }))
    }
  })

  it('hides what a tag denies from BatchGet, and from nothing that asks on *', async () => {
    const client = await server.user(
      'tom',
      {
        Sid: 'TagBasedDeny',
        Effect: 'Deny',
        Action: ['glue:GetTrigger', 'glue:BatchGetTriggers'],
        Resource: '*',
        Condition: { 'ForAnyValue:StringEquals': { 'aws:ResourceTag/Name': ['Tom'] } },
      },
      { Effect: 'Allow', Action: ['glue:*'], Resource: '*' },
    )
    const { TriggerNames = [] } = await client.send(new ListTriggersCommand({}))
    expect(TriggerNames).toEqual(['plain', 'tagged'])
    const batch = await client.send(new BatchGetTriggersCommand({ TriggerNames }))
    expect(batch.Triggers?.map(({ Name }) => Name)).toEqual(['plain'])
    expect(batch.TriggersNotFound).toEqual(['tagged'])
    await expect(client.send(new GetTriggerCommand({ Name: 'tagged' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(
        `glue:GetTrigger on resource: ${prefix}trigger/tagged with an explicit deny in an identity-based policy`,
      ),
    })
    const { Triggers } = await client.send(new GetTriggersCommand({}))
    expect(Triggers?.map(({ Name }) => Name)).toEqual(['plain', 'tagged'])
  })

  it('grants by tag, and filters lists by tag', async () => {
    const client = await server.user('owner', {
      Effect: 'Allow',
      Action: ['glue:BatchGetTriggers', 'glue:ListTriggers', 'glue:GetTrigger'],
      Resource: '*',
      Condition: { StringEquals: { 'aws:ResourceTag/Name': 'Tom' } },
    })
    expect((await client.send(new GetTriggerCommand({ Name: 'tagged' }))).Trigger?.Name).toBe('tagged')
    await expect(client.send(new GetTriggerCommand({ Name: 'plain' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    const batch = await client.send(new BatchGetTriggersCommand({ TriggerNames: ['plain', 'tagged', 'absent'] }))
    expect(batch.TriggersNotFound).toEqual(['plain', 'absent'])
    await expect(client.send(new BatchGetTriggersCommand({ TriggerNames: ['absent'] }))).rejects.toMatchObject({
      message: 'No access to any requested resource.',
    })
    // A list asks on *, which has no tags.
    await expect(client.send(new ListTriggersCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' })
    const listed = await server.glue.send(new ListTriggersCommand({ Tags: { Name: 'Tom' } }))
    expect(listed.TriggerNames).toEqual(['tagged'])
    await server.glue.send(
      new TagResourceCommand({ ResourceArn: `${prefix}trigger/plain`, TagsToAdd: { Name: 'Tom', More: '1' } }),
    )
    const later = await server.glue.send(new ListTriggersCommand({ Tags: { Name: 'Tom', More: '1' } }))
    expect(later.TriggerNames).toEqual(['plain'])
    expect((await client.send(new GetTriggerCommand({ Name: 'plain' }))).Trigger?.Name).toBe('plain')
  })
})
