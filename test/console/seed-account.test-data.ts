/** An account with people, tables and denials in it, as one finds it after a day of work. */

import { CreateDatabaseCommand, CreateTableCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateServerCommand, CreateUserCommand as CreateTransferUser, TransferClient } from '@aws-sdk/client-transfer'
import type { Keys, TestServer } from '../../packages/server/src/testing/test-server.ts'

export const account = '123456789012'

export interface Seeded {
  readonly ana: Keys
  readonly ben: Keys
}

const document = (...statements: readonly object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2)

const catalog = 'arn:aws:glue:us-east-1:123456789012:catalog'
const database = (name: string) => `arn:aws:glue:us-east-1:${account}:database/${name}`
const table = (name: string) => `arn:aws:glue:us-east-1:${account}:table/${name}`

const reading = [
  {
    Sid: 'ReadSales',
    Effect: 'Allow',
    Action: ['glue:GetTable', 'glue:GetTables', 'glue:GetDatabase'],
    Resource: [catalog, database('sales'), table('sales/*')],
  },
  {
    Sid: 'OwnFolder',
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: 'arn:aws:s3:::company-reports/${aws:username}/*',
  },
]

export function glueClient(server: TestServer, keys: Keys): GlueClient {
  return new GlueClient({ endpoint: server.url, region: 'us-east-1', credentials: { ...keys }, maxAttempts: 1 })
}

export async function newKey(server: TestServer, name: string): Promise<Keys> {
  const { AccessKey } = await server.iam(server.administrator).send(new CreateAccessKeyCommand({ UserName: name }))
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
}

/** An SFTP user whose session policy narrows a role that may do anything in the bucket. */
async function transferUser(server: TestServer): Promise<void> {
  const iam = server.iam(server.administrator)
  const role = await iam.send(
    new CreateRoleCommand({
      RoleName: 'sftp',
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Service: 'transfer.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  )
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'sftp',
      PolicyName: 'bucket',
      PolicyDocument: document({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::company-reports*' }),
    }),
  )
  const transfer = new TransferClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { ...server.administrator },
    maxAttempts: 1,
  })
  const { ServerId } = await transfer.send(new CreateServerCommand({}))
  await transfer.send(
    new CreateTransferUser({
      ServerId,
      UserName: 'sftp-ana',
      Role: role.Role?.Arn,
      HomeDirectory: '/company-reports/ana',
      Policy: document({
        Sid: 'Home',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:PutObject'],
        Resource: 'arn:aws:s3:::${transfer:HomeDirectory}/*',
      }),
    }),
  )
}

export async function seedAccount(server: TestServer): Promise<Seeded> {
  const iam = server.iam(server.administrator)
  for (const name of ['ana', 'ben']) {
    await iam.send(new CreateUserCommand({ UserName: name, Tags: [{ Key: 'team', Value: 'sales' }] }))
    await iam.send(
      new PutUserPolicyCommand({ UserName: name, PolicyName: 'reading', PolicyDocument: document(...reading) }),
    )
  }
  const anything = { Sid: 'Anything', Effect: 'Allow', Action: ['glue:*', 's3:*'], Resource: '*' }
  const boundary = await iam.send(new CreatePolicyCommand({ PolicyName: 'office', PolicyDocument: document(anything) }))
  await iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn: boundary.Policy?.Arn,
      SetAsDefault: true,
      PolicyDocument: document(anything, {
        Sid: 'OfficeOnly',
        Effect: 'Deny',
        Action: 's3:*',
        Resource: '*',
        Condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      }),
    }),
  )
  await iam.send(new PutUserPermissionsBoundaryCommand({ UserName: 'ben', PermissionsBoundary: boundary.Policy?.Arn }))
  await iam.send(
    new CreateRoleCommand({
      RoleName: 'etl',
      AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' }),
    }),
  )
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'etl',
      PolicyName: 'writing',
      PolicyDocument: document({ Effect: 'Allow', Action: 'glue:*', Resource: '*' }),
    }),
  )
  await iam.send(new CreateUserCommand({ UserName: 'auditor' }))
  await iam
    .send(new AttachUserPolicyCommand({ UserName: 'auditor', PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }))
    .catch(() => undefined)
  const glue = glueClient(server, server.administrator)
  for (const [name, tables] of [
    ['sales', ['orders', 'customers', 'returns']],
    ['hr', ['salaries', 'people']],
  ] as const) {
    await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: name } }))
    for (const one of tables) {
      await glue.send(new CreateTableCommand({ DatabaseName: name, TableInput: { Name: one } }))
    }
  }
  const s3 = server.s3(server.administrator)
  await s3.send(new CreateBucketCommand({ Bucket: 'company-reports' }))
  for (const Key of ['ana/june.csv', 'ana/july.csv', 'ben/june.csv', 'plan.txt']) {
    await s3.send(new PutObjectCommand({ Bucket: 'company-reports', Key, Body: Key }))
  }
  await transferUser(server)
  const [ana, ben] = [await newKey(server, 'ana'), await newKey(server, 'ben')]
  await glueClient(server, ana).send(new GetTableCommand({ DatabaseName: 'sales', Name: 'orders' }))
  await glueClient(server, ana)
    .send(new GetTableCommand({ DatabaseName: 'hr', Name: 'salaries' }))
    .catch(() => undefined)
  for (const keys of [ana, ben]) {
    await server
      .s3(keys)
      .send(new GetObjectCommand({ Bucket: 'company-reports', Key: 'ben/june.csv' }))
      .catch(() => undefined)
  }
  return { ana, ben }
}
