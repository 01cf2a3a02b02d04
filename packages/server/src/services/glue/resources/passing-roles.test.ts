/** Roles handed to Glue, and tags that come with a new resource: two ways in which a create needs more than its own action. */

import {
  CreateConnectionCommand,
  CreateCrawlerCommand,
  CreateJobCommand,
  CreateMLTransformCommand,
  type CreateMLTransformCommandInput,
  type GlueClient,
  StartCrawlerCommand,
  UpdateCrawlerCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'

let server: GlueServer
const roleArn = `arn:aws:iam::${account}:role/service-role/AWSGlueServiceRole-etl`
const Targets = { S3Targets: [{ Path: 's3://bucket/data' }] }
const create = (client: GlueClient, Name: string, Role: string) =>
  client.send(new CreateCrawlerCommand({ Name, Role, Targets }))

beforeAll(async () => {
  server = await startGlueServer()
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  }
  for (const [RoleName, Path] of [
    ['AWSGlueServiceRole-etl', '/service-role/'],
    ['other', '/'],
  ] as const) {
    const AssumeRolePolicyDocument = JSON.stringify(trust)
    await server.iam(server.administrator).send(new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument }))
  }
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

describe('iam:PassRole', () => {
  it('is asked on the ARN that the role bears, path and all, however it was named, for glue.amazonaws.com', async () => {
    const client = await server.user(
      'passer',
      { Effect: 'Allow', Action: ['glue:CreateCrawler', 'glue:UpdateCrawler', 'glue:StartCrawler'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: `arn:aws:iam::${account}:role/service-role/AWSGlueServiceRole*`,
        Condition: { StringLike: { 'iam:PassedToService': ['glue.amazonaws.com'] } },
      },
    )
    await create(client, 'by-name', 'AWSGlueServiceRole-etl')
    await create(client, 'by-path', 'service-role/AWSGlueServiceRole-etl')
    await create(client, 'by-arn', roleArn)
    const message = (arn: string) =>
      expect.stringContaining(
        `is not authorized to perform: iam:PassRole on resource: ${arn} because no identity-based policy allows the iam:PassRole action`,
      )
    await expect(create(client, 'denied', 'other')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: message(`arn:aws:iam::${account}:role/other`),
    })
    // Whether a role exists is nothing that this caller is told.
    await expect(create(client, 'denied', 'nobody')).rejects.toMatchObject({
      message: message(`arn:aws:iam::${account}:role/nobody`),
    })
    await client.send(new UpdateCrawlerCommand({ Name: 'by-name', Description: 'no role, nothing to pass' }))
    await expect(client.send(new UpdateCrawlerCommand({ Name: 'by-name', Role: 'other' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
    await client.send(new StartCrawlerCommand({ Name: 'by-name' }))
  })

  it('for another service is not enough', async () => {
    const client = await server.user(
      'ec2-passer',
      { Effect: 'Allow', Action: 'glue:*', Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'iam:PassRole',
        Resource: '*',
        Condition: { StringEquals: { 'iam:PassedToService': 'ec2.amazonaws.com' } },
      },
    )
    await expect(create(client, 'c', roleArn)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('iam:PassRole'),
    })
  })

  it('of a role in another account is denied', async () => {
    const foreign = 'arn:aws:iam::210987654321:role/theirs'
    await expect(create(server.glue, 'c', foreign)).rejects.toMatchObject({
      name: 'AccessDeniedException',
    })
  })

  it('leaves a job to find out when it runs', async () => {
    const made = await server.glue.send(
      new CreateJobCommand({ Name: 'j', Role: 'nobody', Command: { Name: 'glueetl' } }),
    )
    expect(made.Name).toBe('j')
  })
})

describe('tags on create', () => {
  const job = { Role: roleArn, Command: { Name: 'glueetl' } }

  it('need glue:TagResource on the new ARN, with the tags as request and resource tags', async () => {
    const client = await server.user(
      'tagger',
      { Effect: 'Allow', Action: ['glue:CreateJob', 'iam:PassRole'], Resource: '*' },
      {
        Effect: 'Allow',
        Action: 'glue:TagResource',
        Resource: `${prefix}job/*`,
        Condition: {
          StringEquals: { 'aws:RequestTag/team': 'blue', 'aws:ResourceTag/team': 'blue' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] },
        },
      },
    )
    await client.send(new CreateJobCommand({ Name: 'blue', ...job, Tags: { team: 'blue' } }))
    for (const Tags of [{ team: 'red' }, { team: 'blue', more: '1' }]) {
      await expect(client.send(new CreateJobCommand({ Name: 'denied', ...job, Tags }))).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(`glue:TagResource on resource: ${prefix}job/denied`),
      })
    }
  })

  it('of an ML transform are asked on the id that it is about to get', async () => {
    const client = await server.user(
      'trainer',
      { Effect: 'Allow', Action: ['glue:CreateMLTransform', 'iam:PassRole'], Resource: '*' },
      { Effect: 'Allow', Action: 'glue:TagResource', Resource: `${prefix}job/*` },
    )
    const transform: Omit<CreateMLTransformCommandInput, 'Name'> = {
      Role: roleArn,
      InputRecordTables: [{ DatabaseName: 'db', TableName: 't' }],
      Parameters: { TransformType: 'FIND_MATCHES', FindMatchesParameters: { PrimaryKeyColumnName: 'id' } },
    }
    await client.send(new CreateMLTransformCommand({ Name: 'plain', ...transform }))
    await expect(
      client.send(new CreateMLTransformCommand({ Name: 'tagged', ...transform, Tags: { a: 'b' } })),
    ).rejects.toMatchObject({
      message: expect.stringMatching(
        `glue:TagResource on resource: ${prefix}mlTransform/tfm-[0-9a-f]{40} because no identity-based policy`,
      ),
    })
    await server.grant(
      'trainer',
      { Effect: 'Allow', Action: ['glue:CreateMLTransform', 'iam:PassRole'], Resource: '*' },
      { Effect: 'Allow', Action: 'glue:TagResource', Resource: `${prefix}mlTransform/*` },
    )
    const made = await client.send(new CreateMLTransformCommand({ Name: 'tagged', ...transform, Tags: { a: 'b' } }))
    expect(made.TransformId).toMatch(/^tfm-/)
  })
})

describe('the network of a job', () => {
  it('is that of its connections: a policy may tie jobs to a subnet', async () => {
    for (const [Name, SubnetId] of [
      ['inside', 'subnet-1'],
      ['outside', 'subnet-2'],
    ]) {
      const PhysicalConnectionRequirements = { SubnetId, SecurityGroupIdList: ['sg-1'] }
      const ConnectionInput = {
        Name,
        ConnectionType: 'NETWORK' as const,
        ConnectionProperties: {},
        PhysicalConnectionRequirements,
      }
      await server.glue.send(new CreateConnectionCommand({ ConnectionInput }))
    }
    const client = await server.user(
      'networker',
      {
        Effect: 'Allow',
        Action: 'glue:CreateJob',
        Resource: '*',
        Condition: {
          'ForAllValues:StringEquals': { 'glue:SubnetIds': ['subnet-1'], 'glue:SecurityGroupIds': ['sg-1'] },
          Null: { 'glue:SubnetIds': 'false' },
        },
      },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: '*' },
    )
    const create = (Name: string, ...Connections: string[]) =>
      client.send(
        new CreateJobCommand({ Name, Role: roleArn, Command: { Name: 'glueetl' }, Connections: { Connections } }),
      )
    await create('in', 'inside')
    for (const connections of [['inside', 'outside'], ['outside'], ['absent'], []]) {
      await expect(create('out', ...connections)).rejects.toMatchObject({
        name: 'AccessDeniedException',
        message: expect.stringContaining(`glue:CreateJob on resource: ${prefix}job/out`),
      })
    }
  })
})
