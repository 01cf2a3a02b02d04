import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { IdleSources } from './idle-sources.ts'
import { ObjectReader } from './object-reader.ts'
import type { StoreCalls } from './store-calls.ts'

const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => index % 251))

/** Answers ranges of `bytes`, and knows which of its streams are open. */
function store() {
  const open = new Set<Readable>()
  const call = async (_name: string, { Range }: { readonly Range: string }) => {
    const [start = 0, last = 0] = Range.slice('bytes='.length).split('-').map(Number)
    // In pieces, so that a range that is begun is not read to its end.
    const pieces = []
    for (let at = start; at <= last; at += 512) pieces.push(bytes.subarray(at, Math.min(at + 512, last + 1)))
    const Body = Readable.from(pieces, { highWaterMark: 1 })
    open.add(Body)
    Body.once('close', () => open.delete(Body))
    return { kind: 'done', output: { Body } }
  }
  return { open, calls: { call } as unknown as StoreCalls }
}

const object = { bucket: 'b', key: 'k', size: bytes.length, etag: 'e', attributes: {} }

async function read(reader: ObjectReader, offset: number, length: number): Promise<Buffer> {
  return Buffer.concat((await reader.read(offset, length)) ?? [])
}

it('keeps no more ranges open than may wait, and reads on from those that were let go of', async () => {
  const { open, calls } = store()
  const idle = new IdleSources(3)
  const readers = Array.from({ length: 10 }, () => new ObjectReader(calls, object, idle))
  for (let offset = 0; offset < bytes.length; offset += 100) {
    for (const reader of readers) {
      expect(await read(reader, offset, 100)).toEqual(bytes.subarray(offset, offset + 100))
      await new Promise((resolve) => setImmediate(resolve))
      expect(open.size).toBeLessThanOrEqual(3)
    }
  }
  expect(await readers[0]?.read(bytes.length, 1)).toBeUndefined()
  for (const reader of readers) await reader.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(open.size).toBe(0)
})

it('reads on in one range while nobody is in its way', async () => {
  const { open, calls } = store()
  const reader = new ObjectReader(calls, object, new IdleSources(1))
  expect(await read(reader, 0, 700)).toEqual(bytes.subarray(0, 700))
  const [first] = open
  expect(await read(reader, 700, 700)).toEqual(bytes.subarray(700, 1400))
  expect([...open]).toEqual([first])
  await reader.close()
})
