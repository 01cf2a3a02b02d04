/** kill -9 of a whole server in the middle of puts and completes, seen from outside: by the answers its clients got. */

import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { expect, it } from 'vitest'
import { Janitor } from '../../objects/janitor.ts'
import { Leases } from '../../objects/leases.ts'
import { LocalContents } from '../../objects/local-contents.ts'
import type { ObjectTables } from '../../objects/tables.ts'
import { Writer } from '../../objects/writer.ts'
import { schemaSteps } from '../../schema.ts'
import { openStore } from '../../store/store.ts'
import { prepareChildServer } from '../../testing/child-server.ts'
import { readCredentials } from '../../testing/test-server.ts'

/** Fifty under CI; a few while somebody works. */
const rounds = Number(process.env.SCOPEDOWN_CRASH_ROUNDS ?? (process.env.CI === 'true' ? 50 : 4))
const Bucket = 'crash'
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

/**
 * What an object holds begins with its name and goes on by it, so that half of one shows, and one under another's name. Half of
 * them are short, and kept elsewhere than the others.
 */
function bytesOf(name: string): Buffer {
  const digest = createHash('sha256').update(name).digest()
  return Buffer.concat([
    Buffer.from(`${name}|`),
    Buffer.alloc(digest.readUInt32BE(0) % (digest.readUInt8(4) < 128 ? 300_000 : 10_000), digest),
  ])
}
const nameIn = (bytes: Buffer) => bytes.subarray(0, bytes.indexOf('|')).toString()

class Clients {
  /** By key, what was last acknowledged there. */
  readonly acknowledged = new Map<string, string>()
  /** Uploads of which nobody asked that they be completed. */
  readonly unfinished = new Set<string>()
  answers = 0
  running = true
  readonly #s3: S3Client
  readonly #round: number

  constructor(s3: S3Client, round: number) {
    this.#s3 = s3
    this.#round = round
  }

  /** Writes until the server is gone. */
  async write(worker: number): Promise<void> {
    try {
      for (let n = 0; this.running; n += 1) {
        const name = `${this.#round}-${worker}-${n}`
        await this.#put(`put-${name}`, name)
        await this.#put(`same-${worker}`, name)
        await this.#upload(`upload-${name}`, name)
      }
    } catch (error) {
      // The server's death looks like this; any answer of a living one does not.
      if (this.running || (error as { $response?: unknown }).$response !== undefined) throw error
    }
  }

  async #put(Key: string, name: string): Promise<void> {
    await this.#s3.send(new PutObjectCommand({ Bucket, Key, Body: bytesOf(name) }))
    this.#acknowledge(Key, name)
  }

  async #upload(Key: string, name: string): Promise<void> {
    this.unfinished.add(Key)
    const { UploadId } = await this.#s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const upload = { Bucket, Key, UploadId }
    const { ETag } = await this.#s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: bytesOf(name) }))
    this.unfinished.delete(Key)
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
    await this.#s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }))
    this.#acknowledge(Key, name)
  }

  #acknowledge(key: string, name: string): void {
    this.acknowledged.set(key, name)
    this.answers += 1
  }
}

const client = (url: string, credentialsFile: string) =>
  new S3Client({
    endpoint: url,
    region: 'us-east-1',
    credentials: { ...readCredentials(credentialsFile) },
    forcePathStyle: true,
    maxAttempts: 1,
  })

it(`keeps what it acknowledged and shows nothing else, over ${rounds} kills`, { timeout: 600_000 }, async () => {
  const data = mkdtempSync(join(tmpdir(), 'scopedown-s3-crash-'))
  const acknowledged = new Map<string, string>()
  const unfinished = new Set<string>()
  try {
    let next = prepareChildServer({ data })
    for (let round = 0; round < rounds; round += 1) {
      const server = await next()
      next = prepareChildServer({ data })
      const s3 = client(server.url, server.credentialsFile)
      if (round === 0) await s3.send(new CreateBucketCommand({ Bucket }))
      const clients = new Clients(s3, round)
      const load = Promise.all([0, 1, 2].map((worker) => clients.write(worker)))
      // Killed before the first answers it would prove nothing.
      const patience = Date.now() + 30_000
      while (clients.answers < 3 && Date.now() < patience) await Promise.race([pause(5), load])
      await pause((round * 37) % 150)
      clients.running = false
      await server.kill('SIGKILL')
      await load
      s3.destroy()
      for (const [key, name] of clients.acknowledged) acknowledged.set(key, name)
      for (const key of clients.unfinished) unfinished.add(key)
    }
    const server = await next()
    expect(await faults(client(server.url, server.credentialsFile), acknowledged, unfinished)).toEqual([])
    await server.kill('SIGTERM')
    expect(acknowledged.size).toBeGreaterThan(rounds)
    expect(await leftovers(data)).toEqual({ orphans: [], missing: [] })
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
})

/** Everything that is lost, older than acknowledged, torn, or visible though nobody completed it. */
async function faults(
  s3: S3Client,
  acknowledged: ReadonlyMap<string, string>,
  unfinished: ReadonlySet<string>,
): Promise<string[]> {
  const faults: string[] = []
  const visible = new Map<string, string>()
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? [])
      const name = nameIn(bytes)
      if (!bytes.equals(bytesOf(name))) faults.push(`torn: ${Key}`)
      if (!Key.startsWith('same-') && !Key.endsWith(`-${name}`)) faults.push(`of another: ${Key}`)
      if (unfinished.has(Key)) faults.push(`never completed: ${Key}`)
      visible.set(Key, name)
    }
  }
  for (const [key, name] of acknowledged) {
    const shown = visible.get(key)
    // What was under way at the kill may have come after what was acknowledged, never before it.
    if (shown === undefined || earlier(shown, name)) faults.push(`lost: ${key} ${name}, shown ${shown}`)
  }
  return faults
}

function earlier(one: string, other: string): boolean {
  const [round = 0, , n = 0] = one.split('-').map(Number)
  const [otherRound = 0, , otherN = 0] = other.split('-').map(Number)
  return round < otherRound || (round === otherRound && n < otherN)
}

/** Contents that nothing refers to after the janitor's work an hour later, and contents that are referred to and not there. */
async function leftovers(data: string) {
  const clock = () => Date.now() + 3_600_000
  const store = (await openStore({ location: join(data, 'scopedown.db'), steps: schemaSteps })).as<ObjectTables>()
  const contents = new LocalContents(join(data, 'objects'))
  const writer = await Writer.start({ store, clock })
  const onError = (error: unknown) => {
    throw error
  }
  const janitor = new Janitor({ store, contents, leases: new Leases(), writer, clock, onError })
  await janitor.sweep()
  await janitor.removeOrphans()
  const missing = new Set(
    (await store.db.selectFrom('s3_segments').select('content').where('content', '!=', '').execute()).map(
      (s) => s.content,
    ),
  )
  const orphans: string[] = []
  for await (const id of contents.list()) if (!missing.delete(id)) orphans.push(id)
  await writer.stop()
  await store.close()
  return { orphans, missing: [...missing] }
}
