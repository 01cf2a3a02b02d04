import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { CreateServerCommand, CreateUserCommand, DescribeServerCommand, TransferClient } from '@aws-sdk/client-transfer'
import ssh2 from 'ssh2'
import SftpClient from 'ssh2-sftp-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newKeyPair } from '../services/transfer/ssh-key.ts'
import { type ChildServer, startChildServer } from '../testing/child-server.ts'
import { readCredentials } from '../testing/test-server.ts'
import { init, noAttributes, request, string, u32, u64 } from './protocol/protocol.test-data.ts'
import { account, bucket, run, sharedRole, template, trust } from './sftp-server.test-data.ts'

const data = mkdtempSync(join(tmpdir(), 'scopedown-hostile-'))
const { private: privateKey, public: publicKey } = newKeyPair()
let server: ChildServer
let port = 0
let serverId = ''
const sdk = () => ({
  endpoint: server.url,
  region: 'us-east-1',
  credentials: { ...readCredentials(server.credentialsFile) },
  maxAttempts: 1,
})

async function portOf(id: string): Promise<number> {
  const { Server } = await new TransferClient(sdk()).send(new DescribeServerCommand({ ServerId: id }))
  const endpoint = Server?.Tags?.find(({ Key }) => Key === 'aws:scopedown:endpoint')?.Value ?? ''
  return Number(endpoint.split(':').at(-1))
}

beforeAll(async () => {
  server = await startChildServer({
    data,
    sftpPort: 0,
    sftpLimits: { unauthenticatedPerAddress: 150, loginMilliseconds: 3_000 },
  })
  const iam = new IAMClient(sdk())
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust }))
  await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: sharedRole }))
  const s3 = new S3Client({ ...sdk(), forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'mallory/big', Body: Buffer.alloc(1 << 20) }))
  const transfer = new TransferClient(sdk())
  const { ServerId } = await transfer.send(new CreateServerCommand({}))
  serverId = ServerId ?? ''
  await transfer.send(
    new CreateUserCommand({
      ServerId,
      UserName: 'mallory',
      Role: `arn:aws:iam::${account}:role/r`,
      HomeDirectory: `/${bucket}/mallory`,
      Policy: template,
      SshPublicKeyBody: publicKey,
    }),
  )
  port = await portOf(serverId)
})
afterAll(async () => {
  await server.kill('SIGKILL')
  rmSync(data, { recursive: true, force: true })
})

const residentMegabytes = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))?.[1]) / 1024

async function channel(): Promise<{ client: ssh2.Client; sftp: Duplex }> {
  const client = new ssh2.Client()
  client.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({ host: '127.0.0.1', port, username: 'mallory', privateKey })
  })
  const sftp = await new Promise<Duplex>((resolve, reject) =>
    client.subsys('sftp', (error, stream) => (error ? reject(error) : resolve(stream))),
  )
  sftp.on('error', () => {})
  return { client, sftp }
}

async function works(): Promise<void> {
  const client = new SftpClient()
  await client.connect({ host: '127.0.0.1', port, username: 'mallory', privateKey })
  expect((await client.get(`/${bucket}/mallory/big`)) as Buffer).toHaveLength(1 << 20)
  await client.end()
}

describe('two hundred hostile connections', () => {
  it('take no more than 300 MB, and others are served meanwhile', async () => {
    const before = residentMegabytes()
    const sockets: Socket[] = []
    const clients: ssh2.Client[] = []
    const halfOpen = (text = '') => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      socket.on('error', () => {})
      sockets.push(socket)
    }
    for (let index = 0; index < 50; index += 1) halfOpen()
    for (let index = 0; index < 25; index += 1) halfOpen('SSH-2.0-half\r\n')
    for (let index = 0; index < 25; index += 1) halfOpen('x'.repeat(100_000))
    for (let index = 0; index < 100; index += 1) {
      const { client, sftp } = await channel()
      clients.push(client)
      sftp.write(init)
      sftp.write(request('open', 1, string('/company-transfers/mallory/big'), u32(1), noAttributes))
      // 16,384 reads of 255 KiB each, none of them ever looked at.
      const reads = Array.from({ length: 16_384 }, (_, id) =>
        request('read', id + 2, string(u32(1)), u64(0), u32(261_120)),
      )
      sftp.write(Buffer.concat(reads))
    }
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    const resident = residentMegabytes()
    await works()
    process.stderr.write(
      `resident with 200 hostile connections: ${resident.toFixed(0)} MB, ${before.toFixed(0)} MB before\n`,
    )
    expect(resident).toBeLessThan(300)
    for (const socket of sockets) socket.destroy()
    for (const client of clients) client.end()
  }, 60_000)

  it('that say 256 MiB are ended, one by one', async () => {
    const { sftp } = await channel()
    const ended = new Promise<void>((resolve) => sftp.on('close', () => resolve()))
    sftp.resume()
    sftp.write(init)
    sftp.write(Buffer.concat([u32(256 << 20), Buffer.alloc(1024)]))
    await ended
    await works()
  })

  it('that only wait are let go of after the time for login', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    // What is not read holds back the end.
    socket.resume()
    await new Promise<void>((resolve) => socket.on('close', () => resolve()))
  }, 10_000)

  it('that spray passwords and keys get six tries each', async () => {
    const wrong = newKeyPair().private
    let tries = 0
    const client = new ssh2.Client()
    client.on('error', () => {})
    await new Promise<void>((resolve) => {
      client.on('close', () => resolve())
      client.connect({
        host: '127.0.0.1',
        port,
        username: 'mallory',
        authHandler: (_left, _partial, next) => {
          tries += 1
          const method =
            tries % 2 === 0
              ? { type: 'password' as const, username: 'mallory', password: `p${tries}` }
              : { type: 'publickey' as const, username: 'mallory', key: wrong }
          next(tries > 50 ? (false as never) : method)
        },
      })
    })
    expect(tries).toBeLessThanOrEqual(8)
    await works()
  }, 60_000)

  it('open ten channels and no more', async () => {
    const { client } = await channel()
    const more = await Promise.allSettled(
      Array.from(
        { length: 12 },
        () =>
          new Promise<void>((resolve, reject) => client.subsys('sftp', (error) => (error ? reject(error) : resolve()))),
      ),
    )
    expect(more.filter(({ status }) => status === 'fulfilled')).toHaveLength(9)
    client.end()
  })
})

const auditor = ['ssh-audit', process.env.SCOPEDOWN_TEST_SSH_AUDIT ?? ''].find(
  (name) => name !== '' && spawnSync(name, ['--help'], { stdio: 'ignore' }).error === undefined,
)
if (auditor === undefined) {
  if (process.env.CI === 'true') throw new Error('ssh-audit is not installed')
  process.stderr.write('skipping ssh-audit: it is not installed\n')
}

describe.skipIf(auditor === undefined)('ssh-audit', () => {
  it('finds no failure in a server with the security policy TransferSecurityPolicy-2023-05', async () => {
    const { ServerId = '' } = await new TransferClient(sdk()).send(
      new CreateServerCommand({ SecurityPolicyName: 'TransferSecurityPolicy-2023-05' }),
    )
    const { out } = await run(auditor ?? '', ['--no-colors', '-p', String(await portOf(ServerId)), '127.0.0.1'])
    expect(out).toContain('(gen) banner: SSH-2.0-Scopedown')
    expect(out.split('\n').filter((line) => line.includes('[fail]'))).toEqual([])
  }, 60_000)
})

describe('kill -9 in the middle of an upload', () => {
  it('shows nothing torn, loses nothing acknowledged, and takes the upload anew', async () => {
    const client = new SftpClient()
    client.on('error', () => {})
    await client.connect({ host: '127.0.0.1', port, username: 'mallory', privateKey })
    await client.put(Buffer.from('kept'), `/${bucket}/mallory/kept.txt`)
    const writer = client.createWriteStream(`/${bucket}/mallory/torn.bin`)
    writer.on('error', () => {})
    await new Promise<void>((resolve) => writer.write(Buffer.alloc(6 << 20, 7), () => resolve()))
    const uploads = () =>
      new S3Client({ ...sdk(), forcePathStyle: true }).send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    // Acknowledged are the bytes; that they are on their way shows a little later, or else nothing would be left to take back.
    for (let left = 600; left > 0 && (await uploads()).Uploads === undefined; left -= 1) {
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    expect((await uploads()).Uploads).toHaveLength(1)
    await server.kill('SIGKILL')
    server = await startChildServer({ data, sftpPort: 0 })
    const before = port
    port = await portOf(serverId)
    expect(port).toBe(before)
    const again = new SftpClient()
    await again.connect({ host: '127.0.0.1', port, username: 'mallory', privateKey })
    expect((await again.get(`/${bucket}/mallory/kept.txt`)).toString()).toBe('kept')
    await expect(again.stat(`/${bucket}/mallory/torn.bin`)).rejects.toMatchObject({ code: 'ENOENT' })
    await again.put(Buffer.alloc(6 << 20, 7), `/${bucket}/mallory/torn.bin`)
    const s3 = new S3Client({ ...sdk(), forcePathStyle: true })
    const { ContentLength } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'mallory/torn.bin' }))
    expect(ContentLength).toBe(6 << 20)
    // What was under way was taken back at the start: nothing of it takes room.
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([])
    await again.end()
  }, 60_000)
})
