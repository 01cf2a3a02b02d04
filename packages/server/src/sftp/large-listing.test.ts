/** Directories of more entries than anybody wants to hold in memory, listed by a server of its own process. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { CreateServerCommand, CreateUserCommand, DescribeServerCommand, TransferClient } from '@aws-sdk/client-transfer'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ObjectTables } from '../objects/tables.ts'
import { schemaSteps } from '../schema.ts'
import { newKeyPair } from '../services/transfer/ssh-key.ts'
import { openStore } from '../store/store.ts'
import { type ChildServer, startChildServer } from '../testing/child-server.ts'
import { readCredentials } from '../testing/test-server.ts'
import { PacketSplitter } from './protocol/packet-splitter.ts'
import { init, request, string, u32 } from './protocol/protocol.test-data.ts'
import { account, bucket, run, sharedRole, sshOptions, template, trust } from './sftp-server.test-data.ts'

const entries = Number(process.env.SCOPEDOWN_TEST_LISTED ?? 200_000)
const few = 10_000
const entriesOfPage = 1000
const data = mkdtempSync(join(tmpdir(), 'scopedown-listing-'))
const keyFile = join(data, 'client-key')
const { private: privateKey, public: publicKey } = newKeyPair()
let server: ChildServer
let port = 0

/** Rows of the index as uploads would have left them. */
async function fill(): Promise<void> {
  const opened = await openStore({ location: join(data, 'scopedown.db'), steps: schemaSteps })
  const store = opened.as<ObjectTables>()
  const made = { name: bucket, account_id: account, region: 'us-east-1', created_at: 0, policy: null, tags: '[]' }
  await store.db.insertInto('s3_buckets').values(made).execute()
  const folder = (name: string, count: number) =>
    store.db.transaction().execute(async (db) => {
      for (let from = 0; from < count; from += 1000) {
        const rows = Array.from({ length: Math.min(1000, count - from) }, (_, index) => ({
          bucket,
          key: `ann/${name}/file-${String(from + index).padStart(8, '0')}`,
          id: `${name}${from + index}`,
          size: 1,
          etag: '0',
          modified_at: 1,
          facts: '{}',
          tags: '[]',
        }))
        await db.insertInto('s3_objects').values(rows).execute()
      }
    })
  await folder('many', entries)
  await folder('few', few)
  await store.close()
}

beforeAll(async () => {
  await fill()
  writeFileSync(keyFile, privateKey, { mode: 0o600 })
  server = await startChildServer({ data, sftpPort: 0 })
  const sdk = {
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { ...readCredentials(server.credentialsFile) },
    maxAttempts: 1,
  }
  const iam = new IAMClient(sdk)
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: trust }))
  await iam.send(new PutRolePolicyCommand({ RoleName: 'r', PolicyName: 'p', PolicyDocument: sharedRole }))
  const transfer = new TransferClient(sdk)
  const { ServerId } = await transfer.send(new CreateServerCommand({}))
  await transfer.send(
    new CreateUserCommand({
      ServerId,
      UserName: 'ann',
      Role: `arn:aws:iam::${account}:role/r`,
      HomeDirectory: `/${bucket}/ann`,
      Policy: template,
      SshPublicKeyBody: publicKey,
    }),
  )
  const { Server } = await transfer.send(new DescribeServerCommand({ ServerId }))
  const endpoint = Server?.Tags?.find(({ Key }) => Key === 'aws:scopedown:endpoint')?.Value ?? ''
  port = Number(endpoint.split(':').at(-1))
}, 120_000)
afterAll(async () => {
  await server.kill('SIGKILL')
  rmSync(data, { recursive: true, force: true })
})

/** Resident memory in MiB: at most since it was last reset. */
const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))?.[1]) / 1024
const resetPeak = () => writeFileSync(`/proc/${server.process.pid}/clear_refs`, '5')

/** Pages that the store was asked for since the server started. */
const pages = () =>
  readdirSync(join(data, 'audit'))
    .flatMap((file) => readFileSync(join(data, 'audit', file), 'utf8').split('\n'))
    .filter((line) => line.includes('"ListObjectsV2"')).length

async function list(folder: string): Promise<string[]> {
  const args = [...sshOptions, '-i', keyFile, '-P', String(port), '-b', '-', 'ann@127.0.0.1']
  const { out, status } = await run('sftp', args, { input: `ls -1f ${folder}\n`, cwd: data })
  expect(status).toBe(0)
  return out.split('\n').filter((line) => line.includes('file-'))
}

describe(`a directory of ${entries} entries`, () => {
  it('is listed whole by OpenSSH’s sftp, in the memory that one of a twentieth takes', {
    timeout: 300_000,
  }, async () => {
    // The compiler and the collector settle first.
    for (let round = 0; round < 5; round += 1) await list('few')
    resetPeak()
    expect(await list('few')).toHaveLength(few)
    const ofFew = peak()
    resetPeak()
    const names = await list('many')
    expect(new Set(names).size).toBe(entries)
    const ofMany = peak()
    process.stderr.write(`listing ${few} entries: ${ofFew.toFixed(0)} MiB; ${entries}: ${ofMany.toFixed(0)} MiB\n`)
    // Two hundred thousand entries held would take forty and more; what the collector lets lie is less than ten.
    expect(ofMany - ofFew).toBeLessThan(30)
  })

  it('is not listed on while the client does not read, and goes on when it does', { timeout: 300_000 }, async () => {
    const { client, sftp } = await channel()
    const splitter = new PacketSplitter()
    const before = pages()
    sftp.write(init)
    sftp.write(request('opendir', 1, string(`/${bucket}/ann/many`)))
    const wanted = Array.from({ length: entries / 50 }, (_, id) => request('readdir', id + 2, string(u32(1))))
    sftp.write(Buffer.concat(wanted))
    // Until nothing more is asked of the store: what fits the windows has been made.
    let made = -1
    for (let same = 0, left = 600; same < 10 && left > 0; left -= 1) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      const now = pages() - before
      same = now === made && now > 0 ? same + 1 : 0
      made = now
    }
    expect(made).toBeLessThan(entries / entriesOfPage / 2)
    let names = 0
    await new Promise<void>((resolve) => {
      sftp.on('data', (chunk: Buffer) => {
        splitter.add(chunk)
        for (const packet of splitter.all()) {
          if (packet[0] === nameType) names += packet.readUInt32BE(5)
          if (names === entries) resolve()
        }
      })
    })
    client.end()
  })
})

/** NAME; the answer to a READDIR. */
const nameType = 104

async function channel(): Promise<{ client: ssh2.Client; sftp: Duplex }> {
  const client = new ssh2.Client()
  client.on('error', () => {})
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({ host: '127.0.0.1', port, username: 'ann', privateKey })
  })
  const sftp = await new Promise<Duplex>((resolve, reject) =>
    client.subsys('sftp', (error, stream) => (error ? reject(error) : resolve(stream))),
  )
  sftp.on('error', () => {})
  return { client, sftp }
}
