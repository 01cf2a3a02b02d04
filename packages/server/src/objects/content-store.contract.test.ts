/** One contract for every content store: a local folder, a bucket of another Scopedown, a bucket of moto's server. */

import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingClient } from '../testing/external-client.ts'
import { startTestServer } from '../testing/test-server.ts'
import { type ContentStore, MissingContent } from './content-store.ts'
import { LocalContents } from './local-contents.ts'
import { parseUpstream, UpstreamContents } from './upstream-contents.ts'

interface Opened {
  readonly contents: ContentStore
  remove(): Promise<void>
}

interface StoreUnderTest {
  readonly name: string
  readonly missing: string | undefined
  open(): Promise<Opened>
}

const stores: readonly StoreUnderTest[] = [
  { name: 'a local folder', missing: undefined, open: openLocal },
  { name: 'another Scopedown', missing: undefined, open: openScopedown },
  { name: "moto's server", missing: missingClient('python3', '-c', 'import moto.server'), open: openMoto },
]

async function openLocal(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'scopedown-contents-'))
  const contents = new LocalContents(folder)
  return { contents, remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

async function openScopedown(): Promise<Opened> {
  const server = await startTestServer()
  await server.s3(server.administrator).send(new CreateBucketCommand({ Bucket: 'upstream' }))
  const location = parseUpstream(`s3://upstream/some/prefix?endpoint=${server.url}&region=us-east-1`)
  if (location === undefined) throw new Error('the location cannot be read')
  const contents = await UpstreamContents.open(location, server.administrator)
  return { contents, remove: () => server.remove() }
}

async function openMoto(): Promise<Opened> {
  const port = await freePort()
  const child = spawn('python3', ['-m', 'moto.server', '-p', String(port)], { stdio: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  while (
    !(await fetch(endpoint).then(
      () => true,
      () => false,
    ))
  )
    await new Promise((resolve) => setTimeout(resolve, 100))
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' }
  const client = new S3Client({ endpoint, region: 'us-east-1', forcePathStyle: true, credentials })
  await client.send(new CreateBucketCommand({ Bucket: 'upstream' }))
  const location = parseUpstream(`s3://upstream?endpoint=${endpoint}&region=us-east-1`)
  if (location === undefined) throw new Error('the location cannot be read')
  const contents = await UpstreamContents.open(location, credentials)
  return { contents, remove: async () => void child.kill() }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

const newId = () => randomBytes(16).toString('hex')

async function* pieces(bytes: Buffer, size: number, fail?: Error): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  if (fail !== undefined) throw fail
}

async function listed(contents: ContentStore): Promise<string[]> {
  const ids: string[] = []
  for await (const id of contents.list()) ids.push(id)
  return ids
}

for (const { name, missing, open } of stores) {
  describe.skipIf(missing !== undefined)(`contents in ${name}`, () => {
    let opened: Opened
    let contents: ContentStore
    beforeAll(async () => {
      opened = await open()
      contents = opened.contents
    })
    afterAll(async () => {
      await contents.close()
      await opened.remove()
    })

    it.each([1, 1000, 1024 * 1024, 8 * 1024 * 1024, 20 * 1024 * 1024 + 7])('keeps %i bytes', async (size) => {
      const id = newId()
      const bytes = randomBytes(size)
      await contents.write(id, pieces(bytes, 70_000))
      expect((await buffer(await contents.read(id, 0, size))).equals(bytes)).toBe(true)
      expect(await listed(contents)).toContain(id)
      await contents.remove(id)
    })

    it('reads a part of one', async () => {
      const id = newId()
      const bytes = randomBytes(100_000)
      await contents.write(id, pieces(bytes, 70_000))
      for (const [start, end] of [
        [0, 1],
        [99_999, 100_000],
        [69_990, 70_010],
      ] as const) {
        expect(await buffer(await contents.read(id, start, end))).toEqual(bytes.subarray(start, end))
      }
      await contents.remove(id)
    })

    it('keeps nothing where the source fails, and fails with its failure', async () => {
      for (const size of [10, 9 * 1024 * 1024]) {
        const id = newId()
        const failure = new Error('the client hung up')
        await expect(contents.write(id, pieces(randomBytes(size), 70_000, failure))).rejects.toBe(failure)
        expect(await listed(contents)).not.toContain(id)
        await expect(contents.read(id, 0, 1)).rejects.toThrow(MissingContent)
      }
    })

    it('removes what is there and what is not', async () => {
      const id = newId()
      await contents.write(id, pieces(randomBytes(5), 5))
      await contents.remove(id)
      await contents.remove(id)
      expect(await listed(contents)).not.toContain(id)
    })

    it('takes no name but an id', async () => {
      for (const id of ['', '../../etc/passwd', 'A'.repeat(32), `${newId()}/x`]) {
        await expect(contents.write(id, pieces(Buffer.from('x'), 1))).rejects.toThrow('not the id of a content')
      }
    })
  })
}
