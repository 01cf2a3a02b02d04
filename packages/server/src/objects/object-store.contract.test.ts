/** What objects promise, on both databases, wherever their bytes are: whole or not at all, and nothing left behind. */

import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer, text } from 'node:stream/consumers'
import { type OpenedBody, openBody } from '@scopedown/wire'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../store/store.ts'
import { databases, type TestDatabase } from '../testing/databases.ts'
import { Janitor } from './janitor.ts'
import { LocalContents } from './local-contents.ts'
import { MultipartUploads } from './multipart.ts'
import { type NewObject, ObjectStore } from './object-store.ts'
import { objectSteps } from './schema-steps.ts'
import type { ObjectTables } from './tables.ts'
import { Writer } from './writer.ts'

const nothing = { chunked: undefined, trailers: [], sha256: undefined, md5: undefined, checksum: undefined }

function body(bytes: string | Buffer, stated?: number): OpenedBody {
  return openBody(Readable.from([Buffer.from(bytes)]), { ...nothing, length: stated })
}

const object = (key: string, more: Partial<NewObject> = {}): NewObject => ({
  bucket: 'b',
  key,
  facts: {},
  tags: [],
  ...more,
})

/** As if no body were too short for a file of its own. */
class Files extends LocalContents {
  override readonly worthwhileBytes = 0
}

const places = [
  { place: 'all bytes in files', Contents: Files },
  { place: 'few bytes in the index', Contents: LocalContents },
]

for (const { name, missing, create, place, Contents } of databases.flatMap((one) =>
  places.map((two) => ({ ...one, ...two })),
)) {
  describe.skipIf(missing !== undefined)(`objects over ${name}, ${place}`, () => {
    let database: TestDatabase
    let folder: string
    let store: Store<ObjectTables>
    let contents: LocalContents
    let writer: Writer
    let objects: ObjectStore
    let uploads: MultipartUploads
    let janitor: Janitor
    let now: number

    const clock = () => now
    const remaining = async () => {
      const ids: string[] = []
      for await (const id of contents.list()) ids.push(id)
      const rows = await store.db.selectFrom('s3_segments').select('size').where('bytes', 'is not', null).execute()
      return ids.length + rows.length
    }

    beforeEach(async () => {
      now = Date.now()
      database = await create()
      folder = mkdtempSync(join(tmpdir(), 'scopedown-objects-'))
      store = (await openStore({ location: database.location, steps: objectSteps })).as<ObjectTables>()
      contents = new Contents(folder)
      writer = await Writer.start({ store, clock })
      objects = new ObjectStore({ store, contents, writer, clock })
      uploads = new MultipartUploads(objects, clock)
      janitor = new Janitor({
        store,
        contents,
        leases: objects.leases,
        writer,
        clock,
        onError: (error) => {
          throw error
        },
      })
      const row = {
        name: 'b',
        account_id: '123456789012',
        region: 'us-east-1',
        created_at: 0,
        policy: null,
        tags: '[]',
      }
      await store.db.insertInto('s3_buckets').values(row).execute()
    })
    afterEach(async () => {
      await writer.stop()
      await store.close()
      await database.remove()
      rmSync(folder, { recursive: true, force: true })
    })

    const read = async (key: string) => {
      const found = await objects.find('b', key)
      return found && text(await objects.read(found, 0, found.size))
    }

    it('keeps twins in case and odd names apart', async () => {
      const keys = ['a', 'A', 'ä', 'a\u0308', '../a', './a', '/a', '//a', 'a/', 'a/../a', '\u0001', 'k'.repeat(1024)]
      for (const key of keys) await objects.put(object(key), body(`of ${key}`))
      for (const key of keys) expect(await read(key)).toBe(`of ${key}`)
    })

    it('shows nothing of a put that fails, and keeps no byte of it', async () => {
      await objects.put(object('k'), body('old'))
      await expect(objects.put(object('k'), body('new', 99))).rejects.toMatchObject({ code: 'IncompleteBody' })
      expect(await read('k')).toBe('old')
      expect(await remaining()).toBe(1)
    })

    it('reads an object that is replaced meanwhile to its old end, and removes it afterwards', async () => {
      const old = randomBytes(3_000_000)
      await objects.put(object('k'), body(old))
      const found = await objects.find('b', 'k')
      if (found === undefined) throw new Error('not there')
      const stream = await objects.read(found, 0, found.size)
      await objects.put(object('k'), body('new'))
      now += 3_600_000
      await janitor.sweep()
      expect(
        createHash('md5')
          .update(await buffer(stream))
          .digest('hex'),
      ).toBe(found.etag)
      expect(await read('k')).toBe('new')
      await new Promise((resolve) => setImmediate(resolve))
      await janitor.sweep()
      expect(await remaining()).toBe(1)
    })

    it('gives back bodies of any length, all and some of them', async () => {
      for (const size of [0, 1, 16_384, 16_385, 100_000]) {
        const bytes = randomBytes(size)
        await objects.put(object('k'), body(bytes))
        const some = [Math.floor(size / 3), Math.ceil(size / 2)] as const
        for (const found of [await objects.find('b', 'k'), await objects.findToRead('b', 'k')]) {
          if (found === undefined) throw new Error('not there')
          expect(found.size).toBe(size)
          expect(await buffer(await objects.read(found, 0, size))).toEqual(bytes)
          expect(await buffer(await objects.read(found, ...some))).toEqual(bytes.subarray(...some))
        }
      }
      await objects.remove('b', 'k')
      now += 3_600_000
      await janitor.sweep()
      expect(await remaining()).toBe(0)
    })

    it('undoes what fails, and only that, of what is committed together', async () => {
      const written = await objects.writeContent(body('new'))
      const late = (key: string, fails: boolean) =>
        objects.commit(written, async (db) => {
          await db.updateTable('s3_buckets').set({ region: key }).where('name', '=', 'b').execute()
          if (fails) throw new Error(`not ${key}`)
          return key
        })
      const outcomes = await Promise.allSettled([
        late('one', false),
        late('two', true),
        late('three', false),
        late('four', true),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
      const [bucket] = await store.db.selectFrom('s3_buckets').select('region').execute()
      // PostgreSQL has them side by side, in an order of its own; of those that were told yes either may be the last.
      expect(store.kind === 'sqlite' ? ['three'] : ['one', 'three']).toContain(bucket?.region)
    })

    it('lets exactly one of many win that want to be first', async () => {
      const conditions = { ifNoneMatch: '*' }
      const tries = Array.from({ length: 12 }, (_, i) => objects.put(object('k', { conditions }), body(`${i}`)))
      const results = await Promise.allSettled(tries)
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'PreconditionFailed' })
      }
      expect(await remaining()).toBe(1)
    })

    it('leaves one content of many overwrites at once', async () => {
      await Promise.all(Array.from({ length: 12 }, (_, i) => objects.put(object('k'), body(`${i}`))))
      now += 3_600_000
      await janitor.sweep()
      expect(await remaining()).toBe(1)
      expect(await read('k')).toMatch(/^\d+$/)
    })

    it('shares the bytes of a copy until the last of both is gone', async () => {
      const source = await objects.put(object('k'), body('shared'))
      await objects.share(source, object('copy'))
      await objects.remove('b', 'k')
      now += 3_600_000
      await janitor.sweep()
      expect(await read('copy')).toBe('shared')
      await objects.remove('b', 'copy')
      now += 3_600_000
      await janitor.sweep()
      expect(await remaining()).toBe(0)
    })

    it('gathers parts, the later of two with one number, and drops the rest', async () => {
      const five = Buffer.alloc(5 * 1024 * 1024, 'a')
      const initiator = { arn: 'arn', account: 'a', userId: 'u' }
      const id = await uploads.create({ bucket: 'b', key: 'big', initiator, facts: { object: {} }, tags: [] })
      const upload = await uploads.find('b', 'big', id)
      if (upload === undefined) throw new Error('not there')
      await uploads.putPart(upload, 1, body('too early'))
      const first = await uploads.putPart(upload, 1, body(five))
      const third = await uploads.putPart(upload, 3, body('the end'))
      await uploads.putPart(upload, 7, body('not chosen'))
      expect(await objects.find('b', 'big')).toBeUndefined()
      const parts = [first, third].map(({ number, etag }) => ({ number, etag, checksum: undefined }))
      const completion = { parts, conditions: {}, checksum: undefined, size: undefined }
      const answered = await uploads.complete(upload, completion)
      const done = await objects.find('b', 'big')
      if (done === undefined) throw new Error('not there')
      expect(done).toMatchObject({ size: five.length + 7, etag: answered.etag })
      const across = await objects.read(done, five.length - 2, five.length + 3)
      expect(await text(across)).toBe('aathe')
      now += 3_600_000
      await janitor.sweep()
      expect(await remaining()).toBe(2)
      // Whoever missed the answer hears it again, for a day; other parts complete nothing.
      expect(await uploads.complete(upload, completion)).toEqual(answered)
      await expect(uploads.complete(upload, { ...completion, parts: parts.slice(0, 1) })).rejects.toMatchObject({
        code: 'NoSuchUpload',
      })
      now += 24 * 3_600_000
      await janitor.removeOrphans()
      await expect(uploads.complete(upload, completion)).rejects.toMatchObject({ code: 'NoSuchUpload' })
      await expect(uploads.putPart(upload, 1, body('late'))).rejects.toMatchObject({ code: 'NoSuchUpload' })
      expect(await remaining()).toBe(2)
    })

    it('takes away what a dead server left, and nothing of the living', async () => {
      const dead = await Writer.start({ store, clock })
      await contents.write(dead.newContentId(), Readable.from([Buffer.from('orphan')]))
      await objects.put(object('k'), body('kept'))
      await janitor.removeOrphans()
      expect(await remaining()).toBe(2)
      now += 61_000
      await janitor.removeOrphans()
      expect(await remaining()).toBe(1)
      expect(await read('k')).toBe('kept')
      await dead.stop()
    })

    it('does not let a server commit that was struck off', async () => {
      const slow = await Writer.start({ store, clock })
      const late = new ObjectStore({ store, contents, writer: slow, clock })
      const written = await late.writeContent(body(Buffer.alloc(100_000, 'late')))
      now += 61_000
      await janitor.removeOrphans()
      const commit = late.commit(written, (db) => late.place(db, object('k'), written, written.etag))
      await expect(commit).rejects.toMatchObject({ code: 'ServiceUnavailable' })
      expect(await objects.find('b', 'k')).toBeUndefined()
      await slow.stop()
    })
  })
}
