import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateAccessKeyCommand, CreateUserCommand, GetUserCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand, GetSessionTokenCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendSigned } from '../testing/signed-request.ts'
import { type Keys, startTestServer, type TestServer } from '../testing/test-server.ts'

describe('the audit log', () => {
  let server: TestServer
  let alice: Keys
  const secrets: string[] = []
  let lines: Record<string, unknown>[] = []
  let text = ''

  beforeAll(async () => {
    server = await startTestServer()
    const iam = server.iam(server.administrator)
    await iam.send(new CreateUserCommand({ UserName: 'alice' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    alice = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
    const { Credentials } = await server.sts(alice).send(new GetSessionTokenCommand({}))
    await server
      .sts({
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      })
      .send(new GetCallerIdentityCommand({}))
    await expect(server.iam(alice).send(new GetUserCommand({}))).rejects.toThrow()
    await expect(
      server.sts({ ...alice, secretAccessKey: 'wrong-secret-key' }).send(new GetCallerIdentityCommand({})),
    ).rejects.toThrow()
    await sendSigned(server.url, alice, {
      service: 'sts',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=NoSuchThing&Version=2011-06-15',
    })
    secrets.push(
      server.administrator.secretAccessKey,
      alice.secretAccessKey,
      'wrong-secret-key',
      Credentials?.SecretAccessKey ?? '',
      Credentials?.SessionToken ?? '',
      readFileSync(join(server.data, 'master.key'), 'utf8').trim(),
    )
    await server.close()
    const folder = join(server.data, 'audit')
    text = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('')
    lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove().catch(() => {})
  })

  it('has one line for every call, also for those that never got to an operation', () => {
    expect(lines.map(({ eventName, errorCode }) => [eventName, errorCode])).toEqual([
      ['CreateUser', undefined],
      ['CreateAccessKey', undefined],
      ['GetSessionToken', undefined],
      ['GetCallerIdentity', undefined],
      ['GetUser', 'AccessDenied'],
      ['GetCallerIdentity', 'SignatureDoesNotMatch'],
      [undefined, 'InvalidAction'],
    ])
  })

  it('says who, what and how it was decided', () => {
    expect(lines[0]).toMatchObject({
      userIdentity: { type: 'IAMUser', userName: 'administrator', accountId: '123456789012' },
      eventSource: 'iam.amazonaws.com',
      requestParameters: { userName: 'alice' },
      sourceIPAddress: '127.0.0.1',
      decision: { outcome: 'allowed', requirements: [{ action: 'iam:CreateUser', outcome: 'allowed' }] },
    })
    expect(lines[4]).toMatchObject({
      errorMessage: expect.stringContaining('because no identity-based policy allows the iam:GetUser action'),
      decision: {
        outcome: 'implicitDeny',
        authorizationId: expect.stringMatching(/^[0-9a-z]{32}$/),
        requirements: [{ action: 'iam:GetUser', outcome: 'implicitDeny', by: ['identity'], statements: [] }],
      },
    })
    expect(lines[3]).toMatchObject({ decision: { outcome: 'exempt' } })
  })

  it('holds no secret, nor does the database in the clear', () => {
    const database = ['scopedown.db', 'scopedown.db-wal']
      .filter((file) => readdirSync(server.data).includes(file))
      .map((file) => readFileSync(join(server.data, file), 'latin1'))
      .join('')
    expect(text.length).toBeGreaterThan(1000)
    expect(database).toContain('alice')
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(10)
      expect(text).not.toContain(secret)
      expect(database).not.toContain(secret)
    }
  })
})
