import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import {
  CreateAccessCommand,
  CreateServerCommand,
  DescribeAccessCommand,
  TransferClient,
  UpdateAccessCommand,
} from '@aws-sdk/client-transfer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
let transfer: TransferClient
const announced: string[] = []
const Role = 'arn:aws:iam::123456789012:role/access'
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
})

beforeAll(async () => {
  server = await startTestServer({ announce: (line) => announced.push(line) })
  const credentials = { ...server.administrator }
  transfer = new TransferClient({ endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 })
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'transfer.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  }
  const role = { RoleName: 'access', AssumeRolePolicyDocument: JSON.stringify(trust) }
  await server.iam(server.administrator).send(new CreateRoleCommand(role))
})
afterAll(() => server.remove())

function auditLines(): Record<string, unknown>[] {
  const folder = join(server.data, 'audit')
  const text = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
  const lines = text
    .join('')
    .split('\n')
    .filter((line) => /"eventName":"(Create|Update)Access"/.test(line))
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('a blank session policy of an access', () => {
  it('is allowed, and said aloud: in the audit log and to the operator, each time', async () => {
    const { ServerId } = await transfer.send(
      new CreateServerCommand({
        IdentityProviderType: 'AWS_DIRECTORY_SERVICE',
        IdentityProviderDetails: { DirectoryId: 'd-0123456789' },
      }),
    )
    const access = { ServerId, ExternalId: 'S-1-1-12-1234567890-123456789-1234567890-1234' }
    await transfer.send(new CreateAccessCommand({ ...access, Role, Policy: '' }))
    await transfer.send(new UpdateAccessCommand({ ...access, Policy: policy }))
    await transfer.send(new UpdateAccessCommand({ ...access, Policy: ' ' }))
    await transfer.send(new UpdateAccessCommand({ ...access, HomeDirectory: '/bucket' }))
    expect((await transfer.send(new DescribeAccessCommand(access))).Access).toMatchObject({ Policy: ' ' })
    const loud = { sessionPolicy: 'blank: nothing narrows the role' }
    await expect
      .poll(() => auditLines().map(({ eventName, additionalEventData }) => [eventName, additionalEventData]))
      .toEqual([
        ['CreateAccess', loud],
        ['UpdateAccess', undefined],
        ['UpdateAccess', loud],
        ['UpdateAccess', undefined],
      ])
    expect(announced.filter((line) => line.includes(access.ExternalId))).toHaveLength(2)
  })
})
