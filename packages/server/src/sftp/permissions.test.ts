import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeleteRoleCommand, DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { ListMultipartUploadsCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import { DeleteUserCommand, UpdateUserCommand } from '@aws-sdk/client-transfer'
import type SftpClient from 'ssh2-sftp-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newKeyPair } from '../services/transfer/ssh-key.ts'
import {
  account,
  bucket,
  type SftpTestServer,
  sharedRole,
  startSftpServer,
  template,
  tightTemplate,
} from './sftp-server.test-data.ts'

let server: SftpTestServer
let open: SftpClient[] = []

beforeAll(async () => {
  server = await startSftpServer()
  await server.put('bobby/secret.txt', 'bobby')
  await server.put('alice/secret.txt', 'alice')
  await server.put('bob/own.txt', 'bob')
})
afterEach(async () => {
  for (const client of open) await client.end().catch(() => {})
  open = []
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

async function as(name: string, port?: number): Promise<SftpClient> {
  const client = await server.client(name, port)
  open.push(client)
  return client
}

const denied = { message: expect.stringMatching(/[Pp]ermission denied/) }

describe('one shared role and a template for each of fifty users', () => {
  it('lets each into the own folder and nobody into another’s', async () => {
    const names = Array.from({ length: 50 }, (_, index) => `user${String(index).padStart(2, '0')}`)
    for (const name of names) await server.user(name)
    for (const [index, name] of names.entries()) {
      const client = await as(name)
      expect(await client.cwd()).toBe(`/${bucket}/${name}`)
      await client.put(Buffer.from(name), `/${bucket}/${name}/file.txt`)
      expect((await client.get(`/${bucket}/${name}/file.txt`)).toString()).toBe(name)
      const other = names[(index + 1) % names.length]
      await expect(client.put(Buffer.from('x'), `/${bucket}/${other}/file.txt`)).rejects.toMatchObject(denied)
      await client.end()
    }
  })
})

describe('another user’s folder', () => {
  const attempts: readonly [string, (client: SftpClient) => Promise<unknown>][] = [
    ['open', (client) => client.get(`/${bucket}/alice/secret.txt`)],
    ['open by ..', (client) => client.get('../alice/secret.txt')],
    ['write', (client) => client.put(Buffer.from('x'), `/${bucket}/alice/new.txt`)],
    ['append', (client) => client.append(Buffer.from('x'), `/${bucket}/alice/secret.txt`)],
    ['list', (client) => client.list(`/${bucket}/alice`)],
    ['list the bucket', (client) => client.list(`/${bucket}`)],
    ['list the buckets', (client) => client.list('/')],
    ['stat', (client) => client.stat(`/${bucket}/alice/secret.txt`)],
    ['stat the folder', (client) => client.stat(`/${bucket}/alice`)],
    ['delete', (client) => client.delete(`/${bucket}/alice/secret.txt`)],
    ['mkdir', (client) => client.mkdir(`/${bucket}/alice/new`)],
    ['rmdir', (client) => client.rmdir(`/${bucket}/alice`)],
    ['rename out', (client) => client.rename(`/${bucket}/alice/secret.txt`, `/${bucket}/bob/mine.txt`)],
    ['rename in', (client) => client.rename(`/${bucket}/bob/own.txt`, `/${bucket}/alice/in.txt`)],
    ['posix-rename in', (client) => client.posixRename(`/${bucket}/bob/own.txt`, `/${bucket}/alice/in.txt`)],
    ['the sibling prefix', (client) => client.get(`/${bucket}/bobby/secret.txt`)],
    ['list the sibling prefix', (client) => client.list(`/${bucket}/bobby`)],
    ['write at the bucket’s own name', (client) => client.put(Buffer.from('x'), `/${bucket}`)],
    ['write at the root', (client) => client.put(Buffer.from('x'), '/file')],
    ['make a bucket', (client) => client.mkdir('/newbucket')],
    ['another bucket', (client) => client.get('/other-bucket/file')],
    ['a wildcard', (client) => client.get(`/${bucket}/*/secret.txt`)],
  ]

  beforeAll(() => server.user('bob', { Policy: tightTemplate }))

  it.each(attempts)('stays closed: %s', async (_, attempt) => {
    await expect(attempt(await as('bob'))).rejects.toMatchObject({
      message: expect.stringMatching(/[Pp]ermission denied|No such file|Failure|directory/),
    })
    const admin = await server.s3(server.administrator)
    expect(admin).toBeDefined()
  })

  it('was neither read nor changed by any of it', async () => {
    await server.user('alice')
    const client = await as('alice')
    expect((await client.list(`/${bucket}/alice`)).map(({ name }) => name)).toEqual(['secret.txt'])
    expect((await client.get(`/${bucket}/alice/secret.txt`)).toString()).toBe('alice')
  })

  it('cannot be linked to', async () => {
    const client = (await as('bob')) as unknown as {
      sftp: { symlink(a: string, b: string, done: (e?: Error) => void): void }
    }
    const error = await new Promise<Error | undefined>((resolve) =>
      client.sftp.symlink(`/${bucket}/alice/secret.txt`, `/${bucket}/bob/link`, resolve),
    )
    expect(error).toMatchObject({ code: 8 })
  })

  it('is listed by the seed’s own `bob*` where its name begins like the user’s: the template’s hole, not ours', async () => {
    await server.user('bob2', { Policy: template.replaceAll('${transfer:Username}', 'bob') })
    const client = await as('bob2')
    expect((await client.list(`/${bucket}/bobby`)).map(({ name }) => name)).toEqual(['secret.txt'])
    await expect(client.get(`/${bucket}/bobby/secret.txt`)).rejects.toMatchObject(denied)
  })
})

describe('role and session policy', () => {
  it('together: a session policy cannot widen, a blank one restricts nothing', async () => {
    const narrow = await server.role(
      'Narrow',
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: `arn:aws:s3:::${bucket}/narrow/*` }],
      }),
    )
    const everything = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    })
    await server.user('narrow', { Role: narrow, Policy: everything })
    const client = await as('narrow')
    await client.put(Buffer.from('x'), `/${bucket}/narrow/x`)
    await expect(client.put(Buffer.from('x'), `/${bucket}/alice/x`)).rejects.toMatchObject(denied)
    await server.user('blank', { Policy: ' ' })
    const free = await as('blank')
    expect((await free.get(`/${bucket}/alice/secret.txt`)).toString()).toBe('alice')
    const records = await server.activity()
    expect(records).toContainEqual(
      expect.objectContaining({ 'activity-type': 'CONNECTED', user: 'blank', 'session-policy': 'NONE' }),
    )
  })

  it('say so in the audit log where the policy is blank: when it is set, and at each login', async () => {
    await server.user('airy', { Policy: '' })
    await (await as('airy')).end()
    const update = { ServerId: server.serverId, UserName: 'airy' }
    await server.transfer.send(new UpdateUserCommand({ ...update, Policy: template }))
    await (await as('airy')).end()
    await server.transfer.send(new UpdateUserCommand({ ...update, Policy: ' ' }))
    await new Promise((resolve) => setTimeout(resolve, 300))
    const folder = join(server.data, 'audit')
    const text = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'))
    const lines = text
      .join('')
      .split('\n')
      .filter((line) => line.includes('airy'))
    const calls = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    const told = calls.filter(({ eventName }) => /^(AssumeRole|CreateUser|UpdateUser)$/.test(String(eventName)))
    const loud = { sessionPolicy: 'blank: nothing narrows the role' }
    expect(told.map(({ eventName, additionalEventData }) => [eventName, additionalEventData])).toEqual([
      ['CreateUser', loud],
      ['AssumeRole', loud],
      ['UpdateUser', undefined],
      ['AssumeRole', undefined],
      ['UpdateUser', loud],
    ])
  })

  it('are read anew: a right that is taken away is gone for the connection that is open', async () => {
    const own = await server.role('Changing', sharedRole)
    await server.user('changing', { Role: own })
    const client = await as('changing')
    await client.put(Buffer.from('x'), `/${bucket}/changing/x`)
    await server
      .iam(server.administrator)
      .send(new DeleteRolePolicyCommand({ RoleName: 'Changing', PolicyName: 'files' }))
    await expect(client.get(`/${bucket}/changing/x`)).rejects.toMatchObject(denied)
    await server
      .iam(server.administrator)
      .send(new PutRolePolicyCommand({ RoleName: 'Changing', PolicyName: 'files', PolicyDocument: sharedRole }))
    expect((await client.get(`/${bucket}/changing/x`)).toString()).toBe('x')
  })

  it('keep the session policy of the login', async () => {
    await server.user('kept')
    const client = await as('kept')
    await server.transfer.send(new UpdateUserCommand({ ServerId: server.serverId, UserName: 'kept', Policy: '' }))
    await expect(client.get(`/${bucket}/alice/secret.txt`)).rejects.toMatchObject(denied)
    expect((await (await as('kept')).get(`/${bucket}/alice/secret.txt`)).toString()).toBe('alice')
  })

  it('yield to an explicit Deny of the bucket’s policy, and are capped where it allows the role', async () => {
    await server.user('capped', { Policy: tightTemplate })
    const client = await as('capped')
    await client.put(Buffer.from('x'), `/${bucket}/capped/denied.txt`)
    const statement = (Effect: string, key: string) => ({
      Effect,
      Principal: { AWS: server.roleArn },
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${bucket}/${key}`,
    })
    await server.s3(server.administrator).send(
      new PutBucketPolicyCommand({
        Bucket: bucket,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [statement('Deny', 'capped/denied.txt'), statement('Allow', 'alice/*')],
        }),
      }),
    )
    await expect(client.get(`/${bucket}/capped/denied.txt`)).rejects.toMatchObject(denied)
    await expect(client.get(`/${bucket}/alice/secret.txt`)).rejects.toMatchObject(denied)
    const records = await server.activity()
    const refusals = records.filter((record) => record['activity-type'] === 'ERROR')
    expect(refusals.at(-1)).toMatchObject({
      message: 'Access denied',
      path: `/${bucket}/alice/secret.txt`,
      decision: { action: 's3:GetObject', outcome: 'implicitDeny' },
    })
  })
})

describe('a login', () => {
  it('needs the role’s trust, for this very user where it says so', async () => {
    const trusting = (arn: string) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'transfer.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: { StringEquals: { 'aws:SourceAccount': account }, ArnLike: { 'aws:SourceArn': arn } },
          },
        ],
      })
    const users = `arn:aws:transfer:us-east-1:${account}:user/${server.serverId}`
    const Role = await server.role('Trusting', sharedRole, trusting(`${users}/trusted`))
    await server.user('trusted', { Role })
    await server.user('untrusted', { Role })
    await expect(as('trusted')).resolves.toBeDefined()
    await expect(as('untrusted')).rejects.toThrow(/authentication/i)
    expect(await server.activity()).toContainEqual(
      expect.objectContaining({
        'activity-type': 'AUTH_FAILURE',
        user: 'untrusted',
        message: expect.stringContaining('role'),
      }),
    )
  })

  it('by another user’s key, as nobody, or by a name that cannot be, fails alike', async () => {
    const other = newKeyPair()
    await server.user('keyed', { SshPublicKeyBody: other.public })
    const messages = []
    for (const name of ['keyed', 'nobody-there', 'ab', '*', 'root', '../bob']) {
      messages.push(
        await server.client(name).then(
          () => 'in',
          (error: Error) => error.message.replaceAll(name, 'NAME'),
        ),
      )
    }
    expect(new Set(messages).size).toBe(1)
    expect(messages[0]).toMatch(/authentication/i)
  })

  it('ends in the middle of a transfer when the user is deleted, and leaves nothing behind', async () => {
    await server.user('leaving')
    const client = await as('leaving')
    const ended = new Promise<void>((resolve) => client.on('close', () => resolve()))
    const writer = client.createWriteStream(`/${bucket}/leaving/half.bin`)
    writer.on('error', () => {})
    await new Promise<void>((resolve) => writer.write(Buffer.alloc(2 << 20), () => resolve()))
    await server.transfer.send(new DeleteUserCommand({ ServerId: server.serverId, UserName: 'leaving' }))
    await ended
    await expect(as('leaving')).rejects.toThrow()
    await server.user('witness', { Policy: '' })
    const reader = await as('witness')
    await expect(reader.stat(`/${bucket}/leaving/half.bin`)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await server.activity()).toContainEqual(expect.objectContaining({ 'activity-type': 'PARTIAL_CLOSE' }))
  })
})

describe('an upload that comes to nothing', () => {
  it('leaves no part behind, though the role may not abort it and is gone by then', async () => {
    const policy = JSON.parse(sharedRole) as { Statement: unknown[] }
    policy.Statement.push({ Effect: 'Deny', Action: 's3:AbortMultipartUpload', Resource: '*' })
    const Role = await server.role('NoAbort', JSON.stringify(policy))
    await server.user('quitter', { Role })
    const uploads = async () => {
      const list = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: 'quitter/' })
      return (await server.s3(server.administrator).send(list)).Uploads ?? []
    }
    for (const goesFirst of [false, true]) {
      const client = await as('quitter')
      const writer = client.createWriteStream(`/${bucket}/quitter/half.bin`)
      writer.on('error', () => {})
      await new Promise<void>((resolve) => writer.write(Buffer.alloc(3 << 20), () => resolve()))
      await expect.poll(uploads).toHaveLength(1)
      if (goesFirst) {
        const iam = server.iam(server.administrator)
        await iam.send(new DeleteRolePolicyCommand({ RoleName: 'NoAbort', PolicyName: 'files' }))
        await iam.send(new DeleteRoleCommand({ RoleName: 'NoAbort' }))
      }
      await client.end()
      await expect.poll(uploads, { timeout: 5000 }).toEqual([])
    }
  })
})

describe('LOGICAL home directories', () => {
  it('map, list their virtual ancestors, and cannot be left', async () => {
    await server.put('docs/reports/2026.txt', 'report')
    await server.user('logical', {
      HomeDirectory: undefined,
      HomeDirectoryType: 'LOGICAL',
      HomeDirectoryMappings: [
        { Entry: '/team/reports', Target: `/${bucket}/docs/reports` },
        { Entry: '/own', Target: `/${bucket}/\${transfer:UserName}` },
      ],
      Policy: '',
    })
    const client = await as('logical')
    expect(await client.cwd()).toBe('/')
    expect((await client.list('/')).map(({ name }) => name).sort()).toEqual(['own', 'team'])
    expect((await client.list('/team')).map(({ name }) => name)).toEqual(['reports'])
    expect((await client.get('/team/reports/2026.txt')).toString()).toBe('report')
    expect((await client.get('/team/reports/../../../../team/reports/2026.txt')).toString()).toBe('report')
    await expect(client.get(`/${bucket}/alice/secret.txt`)).rejects.toMatchObject({ code: 2 })
    await expect(client.get('/team/reports/../../alice/secret.txt')).rejects.toMatchObject({ code: 2 })
    await expect(client.put(Buffer.from('x'), '/team/x')).rejects.toMatchObject({ code: 2 })
    await expect(client.mkdir('/new')).rejects.toThrow()
    await expect(client.rmdir('/own')).rejects.toThrow()
    await client.put(Buffer.from('mine'), '/own/mine.txt')
    await client.rename('/own/mine.txt', '/team/reports/mine.txt')
    expect((await client.list('/own')).length).toBe(0)
  })
})
