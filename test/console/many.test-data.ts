/** More of everything than fits a page, made through the APIs. */

import {
  CreateDatabaseCommand,
  CreateSessionCommand,
  CreateTableCommand,
  GetSessionCommand,
  GetStatementCommand,
  RunStatementCommand,
  StopSessionCommand,
} from '@aws-sdk/client-glue'
import {
  AddUserToGroupCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { CreateServerCommand, CreateUserCommand as CreateTransferUser, TransferClient } from '@aws-sdk/client-transfer'
import { expect, vi } from 'vitest'
import type { TestServer } from '../../packages/server/src/testing/test-server.ts'
import { account, glueClient } from './seed-account.test-data.ts'

/** One more than a page of a hundred. */
const many = 101
/** So many calls under way at once. */
const hands = 8

const patience = { timeout: 50_000, interval: 10 }

const policyOf = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const nothing = policyOf({ Effect: 'Allow', Action: 'iam:GetUser', Resource: '*' })
const trust = (Principal: object) => policyOf({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' })
/** `user-007` */
export const numbered = (what: string, index: number) => `${what}-${String(index).padStart(3, '0')}`

async function times(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  const queue = Array.from({ length: count }, (_, index) => index).values()
  const hand = async () => {
    for (const index of queue) await work(index)
  }
  await Promise.all(Array.from({ length: hands }, hand))
}

export async function manyEntities(server: TestServer): Promise<void> {
  const iam = server.iam(server.administrator)
  await iam.send(new CreateGroupCommand({ GroupName: 'everybody' }))
  const shared = await iam.send(new CreatePolicyCommand({ PolicyName: 'shared', PolicyDocument: nothing }))
  await times(many, async (index) => {
    const UserName = numbered('user', index)
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(new AddUserToGroupCommand({ UserName, GroupName: 'everybody' }))
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn: shared.Policy?.Arn }))
    await iam.send(new CreateGroupCommand({ GroupName: numbered('group', index) }))
    await iam.send(new CreatePolicyCommand({ PolicyName: numbered('policy', index), PolicyDocument: nothing }))
    const AssumeRolePolicyDocument = trust({ AWS: account })
    await iam.send(new CreateRoleCommand({ RoleName: numbered('role', index), AssumeRolePolicyDocument }))
  })
  for (let index = 0; index < 21; index += 1) {
    const PolicyName = numbered('inline', index)
    await iam.send(new PutRolePolicyCommand({ RoleName: 'role-000', PolicyName, PolicyDocument: nothing }))
  }
}

export async function manyTables(server: TestServer): Promise<void> {
  const glue = glueClient(server, server.administrator)
  await times(many, (index) =>
    glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: numbered('database', index) } })),
  )
  await times(many, (index) =>
    glue.send(new CreateTableCommand({ DatabaseName: 'database-000', TableInput: { Name: numbered('table', index) } })),
  )
}

/** More folders under one than S3 lists at once, and more objects than that before the first folder of another. */
export async function manyFolders(server: TestServer): Promise<void> {
  const s3 = server.s3(server.administrator)
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }))
  const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket: 'lake', Key, Body: 'x' }))
  await put('wide/deep/deeper/x')
  await times(1001, (index) => put(`wide/deep/day-${String(index).padStart(4, '0')}/x`))
  await times(1001, (index) => put(`flat/${String(index).padStart(4, '0')}`))
  await put('flat/zoo/x')
}

export async function manyLogins(server: TestServer): Promise<string> {
  const transfer = new TransferClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { ...server.administrator },
    maxAttempts: 1,
  })
  const role = await server.iam(server.administrator).send(
    new CreateRoleCommand({
      RoleName: 'sftp',
      AssumeRolePolicyDocument: trust({ Service: 'transfer.amazonaws.com' }),
    }),
  )
  const ids: string[] = []
  for (let index = 0; index < 26; index += 1)
    ids.push((await transfer.send(new CreateServerCommand({}))).ServerId ?? '')
  await times(many, (index) =>
    transfer.send(
      new CreateTransferUser({
        ServerId: ids[0],
        UserName: numbered('login', index),
        Role: role.Role?.Arn,
        HomeDirectory: '/lake',
      }),
    ),
  )
  return ids[0] ?? ''
}

/** Sessions that were stopped at once, and one that works, with more statements than a page. */
export async function manySessions(server: TestServer): Promise<void> {
  const iam = server.iam(server.administrator)
  const AssumeRolePolicyDocument = trust({ Service: 'glue.amazonaws.com' })
  await iam.send(new CreateRoleCommand({ RoleName: 'runner', AssumeRolePolicyDocument }))
  const glue = glueClient(server, server.administrator)
  const start = (Id: string) =>
    glue.send(
      new CreateSessionCommand({
        Id,
        Role: `arn:aws:iam::${account}:role/runner`,
        Command: { Name: 'glueetl', PythonVersion: '3' },
      }),
    )
  const reached = (Id: string, wanted: string) =>
    vi.waitFor(
      async () => expect((await glue.send(new GetSessionCommand({ Id }))).Session?.Status).toBe(wanted),
      patience,
    )
  for (let index = 0; index < 26; index += 1) {
    const Id = numbered('ended', index)
    await start(Id)
    await glue.send(new StopSessionCommand({ Id }))
    await reached(Id, 'STOPPED')
  }
  await start('busy')
  await reached('busy', 'READY')
  for (let index = 0; index < many; index += 1) {
    const { Id } = await glue.send(new RunStatementCommand({ SessionId: 'busy', Code: `print('line ${index + 1}')` }))
    // No more may wait than a hundred.
    await vi.waitFor(async () => {
      const { Statement } = await glue.send(new GetStatementCommand({ SessionId: 'busy', Id }))
      expect(Statement?.State).toBe('AVAILABLE')
    }, patience)
  }
}
