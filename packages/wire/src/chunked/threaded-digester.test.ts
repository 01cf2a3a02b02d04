/** A thread gives the digests that are given here, and give back what they take. Runs the built thread: `npm run build` first. */

import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { expect, it, vi } from 'vitest'
import { openBody } from './body.ts'
import { CHECKSUM_ALGORITHMS } from './checksum.ts'
import { blockBytes, blocksOfRing } from './digest-messages.ts'
import { leastBusyThread } from './digest-threads.ts'
import { type DigestAlgorithm, type Digester, type Digests, digestHere } from './digests.ts'
import { digestOnThread, worthThreads } from './threaded-digester.ts'

// Two threads whatever the machine has: then each has several bodies.
vi.mock('node:os', async (original) => ({ ...(await original<object>()), availableParallelism: () => 2 }))

const all: readonly DigestAlgorithm[] = ['md5', ...CHECKSUM_ALGORITHMS]

function onThread(algorithms = all): Digester {
  const digester = digestOnThread(algorithms)
  if (digester === undefined) throw new Error('no ring is free')
  return digester
}

async function fill(digester: Digester, bytes: Buffer, piece: number): Promise<void> {
  for (let at = 0; at < bytes.length; at += piece) await digester.update(bytes.subarray(at, at + piece))
}

const sorted = (digests: Digests) => [...digests].sort()
const bytes = randomBytes(blockBytes * (blocksOfRing + 2) + 7)

it('gives what is given here, in pieces of any size, many bodies at once', async () => {
  const piece = fc.oneof(fc.integer({ min: 20_000, max: 70_000 }), fc.integer({ min: blockBytes, max: bytes.length }))
  const one = fc.record({
    length: fc.integer({ min: 0, max: bytes.length }),
    piece,
    algorithms: fc.subarray([...all], { minLength: 1 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 6 }), async (bodies) => {
      const digests = bodies.map(async ({ length, piece, algorithms }) => {
        const digester = onThread(algorithms)
        await fill(digester, bytes.subarray(0, length), piece)
        return digester.digest()
      })
      const expected = bodies.map(({ length, algorithms }) => {
        const digester = digestHere(algorithms)
        digester.update(bytes.subarray(0, length))
        return digester.digest() as Digests
      })
      expect((await Promise.all(digests)).map(sorted)).toEqual(expected.map(sorted))
    }),
    { numRuns: 20 },
  )
})

// Before any body is given up: then both threads are idle, and these two bodies are on one each.
it('tells who waits when its thread dies, and goes on with another', async () => {
  const digesters = [onThread(), onThread()]
  leastBusyThread()?.tell({ body: -1, end: 'drop' })
  const digests = digesters.map(async (digester) => {
    await fill(digester, bytes, 65_536)
    return digester.digest()
  })
  const settled = await Promise.allSettled(digests)
  for (const digester of digesters) digester.close()
  expect(settled.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  const failed = settled.find(({ status }) => status === 'rejected')
  expect(failed).toMatchObject({ reason: { message: 'body -1 was not begun' } })
  const next = onThread(['md5'])
  await fill(next, bytes, 65_536)
  expect((await next.digest()).get('md5')).toBe(createHash('md5').update(bytes).digest('base64'))
})

it('takes no more bodies than it has room for, and has room again when they are given up', async () => {
  const taken: Digester[] = []
  for (let more = digestOnThread(all); more !== undefined; more = digestOnThread(all)) taken.push(more)
  expect(taken.length).toBeGreaterThan(1)
  const waiting = taken.map((digester) => fill(digester, bytes, 65_536))
  for (const digester of taken) digester.close()
  await Promise.all(waiting)
  await expect
    .poll(
      () => {
        const free = digestOnThread(all)
        free?.close()
        return free
      },
      { timeout: 30_000 },
    )
    .toBeDefined()
})

it('refuses a large body that is not as its digests say', async () => {
  const large = Buffer.alloc(worthThreads + 1, 'x')
  const spec = { length: large.length, chunked: undefined, trailers: [], md5: undefined, checksum: undefined }
  const open = (sha256: string) =>
    openBody(Readable.from([large]), { ...spec, sha256 }, { defaultChecksum: 'crc64nvme' })
  const digester = digestHere(['md5', 'sha256', 'crc64nvme'])
  digester.update(large)
  const digests = await digester.digest()
  const sha256 = Buffer.from(digests.get('sha256') ?? '', 'base64').toString('hex')
  const good = open(sha256)
  expect((await buffer(good.stream)).equals(large)).toBe(true)
  expect(good.summary()).toEqual({
    length: large.length,
    md5: digests.get('md5'),
    checksum: { algorithm: 'crc64nvme', value: digests.get('crc64nvme') },
  })
  await expect(buffer(open('0'.repeat(64)).stream)).rejects.toMatchObject({ code: 'XAmzContentSHA256Mismatch' })
})
