import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateRoleCommand, CreateUserCommand, GetUserCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addAccount } from './accounts.ts'
import { startServer } from './main.ts'
import { type Keys, readCredentials, startTestServer, type TestServer } from './testing/test-server.ts'

const here = '123456789012'
const there = '210987654321'

describe('two accounts in one server', () => {
  let server: TestServer
  let stranger: Keys

  beforeAll(async () => {
    server = await startTestServer()
    const { credentialsFile } = await addAccount(there, { data: server.data })
    expect(statSync(credentialsFile).mode & 0o777).toBe(0o600)
    stranger = readCredentials(credentialsFile)
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('are told apart, and an account is added once', async () => {
    expect((await server.sts(stranger).send(new GetCallerIdentityCommand({}))).Account).toBe(there)
    await expect(addAccount(there, { data: server.data })).rejects.toThrow('is there already')
    await expect(addAccount('12', { data: server.data })).rejects.toThrow('twelve digits')
    await expect(server.iam(stranger).send(new GetUserCommand({ UserName: 'administrator' }))).resolves.toMatchObject({
      User: { Arn: `arn:aws:iam::${there}:user/administrator` },
    })
  })

  it('need both sides for a role across them', async () => {
    const trust = (principal: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: principal }, Action: 'sts:AssumeRole' }],
      })
    const iam = server.iam(server.administrator)
    const named = `arn:aws:iam::${there}:user/administrator`
    await iam.send(new CreateRoleCommand({ RoleName: 'shared', AssumeRolePolicyDocument: trust(named) }))
    await iam.send(new CreateRoleCommand({ RoleName: 'own', AssumeRolePolicyDocument: trust(here) }))
    const assume = (name: string) =>
      server
        .sts(stranger)
        .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${here}:role/${name}`, RoleSessionName: 's1' }))
    const { AssumedRoleUser } = await assume('shared')
    expect(AssumedRoleUser?.Arn).toBe(`arn:aws:sts::${here}:assumed-role/shared/s1`)
    // Here the trust policy is a resource policy of another account, and it names nobody of theirs.
    await expect(assume('own')).rejects.toMatchObject({ name: 'AccessDenied' })
    // Their own side may refuse too.
    const deny = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' }],
    })
    await server
      .iam(stranger)
      .send(new PutUserPolicyCommand({ UserName: 'administrator', PolicyName: 'no', PolicyDocument: deny }))
    await expect(assume('shared')).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
    })
  })

  it('refuse a trust policy that names nobody', async () => {
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${there}:user/nobody` }, Action: 'sts:AssumeRole' },
      ],
    })
    await expect(
      server
        .iam(server.administrator)
        .send(new CreateRoleCommand({ RoleName: 'nobody', AssumeRolePolicyDocument: trust })),
    ).rejects.toMatchObject({
      name: 'MalformedPolicyDocumentException',
      message: expect.stringContaining('Invalid principal in policy'),
    })
  })
})

describe('starting', () => {
  it('names another master key for what it is, and starts again with the right one', async () => {
    const data = mkdtempSync(join(tmpdir(), 'scopedown-start-'))
    try {
      const first = await startTestServer({ data })
      await first.iam(first.administrator).send(new CreateUserCommand({ UserName: 'kept' }))
      await first.close()
      process.env.SCOPEDOWN_MASTER_KEY = Buffer.alloc(32, 7).toString('base64')
      await expect(startServer({ data, port: 0 })).rejects.toThrow('another master key')
      process.env.SCOPEDOWN_MASTER_KEY = 'short'
      await expect(startServer({ data, port: 0 })).rejects.toThrow('32 bytes')
      delete process.env.SCOPEDOWN_MASTER_KEY
      const again = await startTestServer({ data })
      expect(again.firstStart).toBe(false)
      const { User } = await again.iam(again.administrator).send(new GetUserCommand({ UserName: 'kept' }))
      expect(User?.UserName).toBe('kept')
      await again.close()
    } finally {
      delete process.env.SCOPEDOWN_MASTER_KEY
      rmSync(data, { recursive: true, force: true })
    }
  })
})
