import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DeleteRoleCommand, DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { GetObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { DeleteUserCommand } from '@aws-sdk/client-transfer'
import type SftpClient from 'ssh2-sftp-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bucket, type SftpTestServer, sharedRole, sshOptions, startSftpServer } from './sftp-server.test-data.ts'

const patient = { timeout: 60_000, interval: 100 }

describe.each(['discard', 'keep'] as const)('an upload whose client goes away, told to %s what came', (fate) => {
  let server: SftpTestServer

  beforeAll(async () => {
    server = await startSftpServer({ sftpPartialUploads: fate })
    await server.user('dora')
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  const admin = () => server.s3(server.administrator)
  const uploads = async () => (await admin().send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []
  const stored = async (key: string) => {
    try {
      const { Body } = await admin().send(new GetObjectCommand({ Bucket: bucket, Key: key }))
      return Buffer.from((await Body?.transformToByteArray()) ?? [])
    } catch {
      return undefined
    }
  }
  const partialClose = async (key: string) =>
    (await server.activity()).find(
      (record) => record['activity-type'] === 'PARTIAL_CLOSE' && record.path === `/${bucket}/${key}`,
    )
  const drop = (client: SftpClient) =>
    (client as unknown as { client: { _sock: { destroy(): void } } }).client._sock.destroy()

  async function half(user: string, name: string, bytes: Buffer): Promise<SftpClient> {
    const client = await server.client(user)
    const writer = client.createWriteStream(`/${bucket}/${user}/${name}`)
    writer.on('error', () => {})
    await new Promise<void>((resolve) => writer.write(bytes, () => resolve()))
    return client
  }

  it('killed in the middle of a large file', async () => {
    const bytes = randomBytes(24 << 20)
    writeFileSync(join(server.folder, 'large'), bytes)
    // As fast as 32 Mbit/s, that is for six seconds.
    const args = [
      ...sshOptions,
      '-l',
      '32000',
      '-i',
      server.keyFile,
      '-P',
      String(server.port),
      '-b',
      '-',
      'dora@127.0.0.1',
    ]
    const child = spawn('sftp', args, { cwd: server.folder, stdio: ['pipe', 'ignore', 'ignore'] })
    child.stdin.end('put large\n')
    await expect.poll(uploads, patient).toHaveLength(1)
    child.kill('SIGKILL')
    await expect.poll(uploads, patient).toEqual([])
    await expect.poll(() => partialClose('dora/large'), patient).toMatchObject({ kept: fate === 'keep' })
    const object = await stored('dora/large')
    if (fate === 'discard') expect(object).toBeUndefined()
    else {
      expect(object?.length).toBeGreaterThan(1 << 20)
      expect(object?.length).toBeLessThan(bytes.length)
      expect(object?.equals(bytes.subarray(0, object.length))).toBe(true)
    }
  }, 120_000)

  it('gone in the middle of a small file, or of one that is appended to', async () => {
    await server.put('dora/grown', 'before ')
    const client = await server.client('dora')
    const writer = client.createWriteStream(`/${bucket}/dora/grown`, { flags: 'a' })
    writer.on('error', () => {})
    await new Promise<void>((resolve) => writer.write('after', () => resolve()))
    drop(client)
    drop(await half('dora', 'small', Buffer.from('small')))
    for (const name of ['grown', 'small']) {
      await expect.poll(() => partialClose(`dora/${name}`), patient).toMatchObject({ kept: fate === 'keep' })
    }
    expect((await stored('dora/grown'))?.toString()).toBe(fate === 'keep' ? 'before after' : 'before ')
    expect((await stored('dora/small'))?.toString()).toBe(fate === 'keep' ? 'small' : undefined)
  }, 120_000)

  it('before a byte came leaves what was there', async () => {
    await server.put('dora/there', 'there')
    drop(await half('dora', 'there', Buffer.alloc(0)))
    await expect.poll(() => partialClose('dora/there'), patient).toMatchObject({ kept: false })
    expect((await stored('dora/there'))?.toString()).toBe('there')
  }, 120_000)

  it('is never kept where the server ended the session, nor where it may not be written any more', async () => {
    await server.user('deleted')
    await half('deleted', 'file', Buffer.from('x'))
    await server.transfer.send(new DeleteUserCommand({ ServerId: server.serverId, UserName: 'deleted' }))
    await expect.poll(() => partialClose('deleted/file'), patient).toMatchObject({ kept: false })
    const iam = server.iam(server.administrator)
    const Role = await server.role('Narrowed', sharedRole)
    await server.user('narrowed', { Role })
    const narrowed = await half('narrowed', 'file', Buffer.alloc(3 << 20))
    const nothing = sharedRole.replace('"Allow"', '"Deny"')
    await iam.send(new PutRolePolicyCommand({ RoleName: 'Narrowed', PolicyName: 'files', PolicyDocument: nothing }))
    drop(narrowed)
    await expect.poll(() => partialClose('narrowed/file'), patient).toMatchObject({ kept: false })
    await expect.poll(uploads, patient).toEqual([])
    expect([await stored('deleted/file'), await stored('narrowed/file')]).toEqual([undefined, undefined])
  }, 120_000)

  it('leaves its session without a right when its role is gone, and the log says so', async () => {
    const Role = await server.role('Leaving', sharedRole)
    await server.user('leaving', { Role })
    const client = await half('leaving', 'file', Buffer.from('x'))
    const iam = server.iam(server.administrator)
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'Leaving', PolicyName: 'files' }))
    await iam.send(new DeleteRoleCommand({ RoleName: 'Leaving' }))
    await expect(client.list(`/${bucket}/leaving`)).rejects.toThrow(/[Pp]ermission denied/)
    await expect(client.get(`/${bucket}/dora/there`)).rejects.toThrow(/[Pp]ermission denied/)
    drop(client)
    await expect.poll(() => partialClose('leaving/file'), patient).toMatchObject({ kept: false })
    expect(await stored('leaving/file')).toBeUndefined()
    expect((await server.activity()).findLast(({ operation }) => operation === 'OPEN')).toMatchObject({
      decision: { outcome: 'denied', by: 'role' },
    })
  }, 120_000)
})
