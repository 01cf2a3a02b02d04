/**
 * Objects: bytes in a content store, everything else in the metadata index. A put writes its bytes aside, syncs them, and then
 * commits one transaction; readers see the object before or after that, never in between. S3 User Guide, "Amazon S3 data
 * consistency model".
 */

import { Readable } from 'node:stream'
import { type OpenedBody, ServiceFault } from '@scopedown/wire'
import type { Store } from '../store/store.ts'
import { CommitQueue } from './commit-queue.ts'
import type { ContentStore } from './content-store.ts'
import type { ObjectFacts, Segment, StoredObject, TagPairs } from './facts.ts'
import { noSuchKey, preconditionFailed } from './faults.ts'
import {
  discardSegments,
  findObject,
  findWithBytes,
  insertSegments,
  lockKey,
  newObjectId,
  replaceObject,
  requireBucket,
  segmentsOf,
  type Tx,
} from './index-rows.ts'
import { Leases } from './leases.ts'
import { sortBody } from './short-bodies.ts'
import type { ObjectTables } from './tables.ts'
import type { Writer } from './writer.ts'

export interface WriteConditions {
  /** An ETag, or `*`: there must be such an object. */
  readonly ifMatch?: string | undefined
  /** `*`: there must be none. */
  readonly ifNoneMatch?: string | undefined
}

export interface NewObject {
  readonly bucket: string
  readonly key: string
  readonly facts: ObjectFacts
  readonly tags: TagPairs
  readonly conditions?: WriteConditions
}

export interface Removal {
  readonly key: string
  readonly ifMatch?: string | undefined
  /** What else must hold; throws the fault. */
  readonly check: () => void
}

/** Bytes that are durable but belong to nothing yet. */
export interface WrittenContent {
  readonly segments: readonly Segment[]
  readonly size: number
  /** Lower-case hexadecimal: the MD5; where none was taken, a text that no other content has. */
  readonly etag: string
  readonly checksum: { readonly algorithm: string; readonly value: string } | undefined
}

export interface ObjectStoreOptions {
  readonly store: Store<ObjectTables>
  readonly contents: ContentStore
  readonly writer: Writer
  readonly clock: () => number
}

export class ObjectStore {
  readonly store: Store<ObjectTables>
  readonly leases = new Leases()
  readonly #contents: ContentStore
  readonly #writer: Writer
  readonly #clock: () => number
  readonly #commits: CommitQueue

  constructor({ store, contents, writer, clock }: ObjectStoreOptions) {
    this.store = store
    this.#contents = contents
    this.#writer = writer
    this.#clock = clock
    this.#commits = new CommitQueue(store)
  }

  find(bucket: string, key: string): Promise<StoredObject | undefined> {
    return findObject(this.store.db, bucket, key)
  }

  /** Found in one look together with where its bytes are, unless it has parts: a replacement in between changes nothing. */
  findToRead(bucket: string, key: string): Promise<StoredObject | undefined> {
    return findWithBytes(this.store.db, bucket, key)
  }

  /** Everything that is wrong with the body fails here, before anything refers to its bytes. */
  async writeContent(body: OpenedBody): Promise<WrittenContent> {
    const { bytes, source } = await sortBody(body.stream, this.#contents.worthwhileBytes)
    const content = source === undefined ? '' : this.#writer.newContentId()
    if (source !== undefined) await this.#contents.write(content, source)
    const { length, md5, checksum } = body.summary()
    if (length === 0 && content !== '') await this.#contents.remove(content)
    return {
      segments: length === 0 ? [] : [{ content, size: length, bytes }],
      size: length,
      etag: md5 === undefined ? newObjectId() : Buffer.from(md5, 'base64').toString('hex'),
      checksum,
    }
  }

  async put(object: NewObject, body: OpenedBody): Promise<StoredObject> {
    const written = await this.writeContent(body)
    const { checksum } = written
    const facts: ObjectFacts =
      checksum === undefined
        ? object.facts
        : { ...object.facts, checksum: { ...checksum, type: 'FULL_OBJECT' } as ObjectFacts['checksum'] }
    return this.commit(written, (db) => this.place(db, { ...object, facts }, written, written.etag))
  }

  /** A copy that shares its bytes with the source, which must still be the object that was looked at. */
  async share(source: StoredObject, object: NewObject): Promise<StoredObject> {
    return this.#commits.commit(async (db) => {
      let query = db.selectFrom('s3_objects').select('key').where('bucket', '=', source.bucket)
      query = query.where('key', '=', source.key).where('id', '=', source.id)
      if (this.store.kind === 'postgres') query = query.forShare()
      if ((await query.executeTakeFirst()) === undefined) throw changedMeanwhile()
      const segments = await segmentsOf(db, source.id)
      return this.place(db, object, { segments, size: source.size }, source.etag)
    })
  }

  /** Runs the transaction that refers to the contents; takes them away again if it fails. */
  async commit<T>(written: WrittenContent | undefined, body: (db: Tx) => Promise<T>): Promise<T> {
    const contents = (written?.segments ?? []).map(({ content }) => content).filter((content) => content !== '')
    try {
      return await this.#commits.commit(async (db) => {
        for (const content of contents) await this.#writer.assertMayCommit(db, content)
        return await body(db)
      })
    } catch (error) {
      // A fault of ours was thrown before the commit. After anything else the commit may have happened: the bytes stay.
      if (error instanceof ServiceFault) for (const id of contents) await this.#contents.remove(id).catch(() => {})
      throw error
    }
  }

  /** Within a transaction: the object appears under its key, its segments new or shared with another object. */
  async place(
    db: Tx,
    { bucket, key, facts, tags, conditions }: NewObject,
    { segments, size }: Pick<WrittenContent, 'segments' | 'size'>,
    etag: string,
  ): Promise<StoredObject> {
    await lockKey(this.store, db, bucket, key)
    await requireBucket(db, bucket)
    const old = await findObject(db, bucket, key)
    checkConditions(old, key, conditions)
    const object: StoredObject = {
      bucket,
      key,
      id: newObjectId(),
      size,
      etag,
      modifiedAt: this.#clock(),
      facts,
      tags,
    }
    await insertSegments(db, object.id, segments)
    await replaceObject(db, object, old)
    return object
  }

  /** The bytes from `start` up to `end`, not included; an object that is replaced meanwhile is read to its old end. */
  async read(object: StoredObject, start: number, end: number): Promise<Readable> {
    if (start >= end) return Readable.from([])
    const pieces = within(object.segments ?? (await segmentsOf(this.store.db, object.id)), start, end)
    const [first, ...rest] = pieces
    if (first === undefined) throw replacedMeanwhile()
    if (first.bytes !== undefined && rest.length === 0) return once(first.bytes.subarray(first.start, first.end))
    const release = this.leases.take(pieces.map(({ content }) => content).filter((content) => content !== ''))
    try {
      // Opened before anything is answered: what is missing is a fault then, not an answer that breaks off.
      const opened = await this.#open(first)
      const stream = rest.length === 0 ? opened : Readable.from(this.#concatenated(opened, rest), { objectMode: false })
      // Met where the bytes are asked for; until then it must not count as unhandled.
      opened.on('error', () => {})
      stream.once('close', () => {
        opened.destroy()
        release()
      })
      return stream
    } catch (error) {
      release()
      throw error
    }
  }

  /** Gone when it returns; also where there was none. */
  async remove(bucket: string, key: string, conditions?: WriteConditions): Promise<void> {
    await this.#commits.commit(async (db) => {
      await requireBucket(db, bucket)
      await this.#removeOne(db, bucket, key, conditions)
    })
  }

  /** Many at one commit; answers, for each, the fault that kept it. */
  async removeEach(bucket: string, removals: readonly Removal[]): Promise<(ServiceFault | undefined)[]> {
    return this.#commits.commit(async (db) => {
      await requireBucket(db, bucket)
      const outcomes: (ServiceFault | undefined)[] = []
      for (const { key, ifMatch, check } of removals) {
        try {
          check()
          await this.#removeOne(db, bucket, key, { ifMatch })
          outcomes.push(undefined)
        } catch (error) {
          // A fault is thrown before anything is written for its key; anything else undoes all of it.
          if (!(error instanceof ServiceFault)) throw error
          outcomes.push(error)
        }
      }
      return outcomes
    })
  }

  async #removeOne(db: Tx, bucket: string, key: string, conditions?: WriteConditions): Promise<void> {
    await lockKey(this.store, db, bucket, key)
    const old = await findObject(db, bucket, key)
    checkConditions(old, key, conditions)
    if (old === undefined) return
    await db.deleteFrom('s3_objects').where('bucket', '=', bucket).where('key', '=', key).execute()
    await discardSegments(db, old.id, this.#clock())
  }

  async setTags(object: StoredObject, tags: TagPairs): Promise<void> {
    const changed = await this.store.db
      .updateTable('s3_objects')
      .set({ tags: JSON.stringify(tags) })
      .where('bucket', '=', object.bucket)
      .where('key', '=', object.key)
      .where('id', '=', object.id)
      .returning('id')
      .executeTakeFirst()
    if (changed === undefined) throw noSuchKey(object.key)
  }

  async #open({ content, bytes, start, end }: Piece): Promise<Readable> {
    return bytes === undefined ? this.#contents.read(content, start, end) : once(bytes.subarray(start, end))
  }

  /** Opens each further piece only when the one before has been read: a thousand parts need no thousand files. */
  async *#concatenated(first: Readable, pieces: readonly Piece[]): AsyncGenerator<Uint8Array> {
    yield* first as AsyncIterable<Uint8Array>
    for (const piece of pieces) {
      yield* (await this.#open(piece)) as AsyncIterable<Uint8Array>
    }
  }
}

/** 412 by RFC 9110; S3 answers 404 to an `If-Match` on nothing. */
export function checkConditions(old: StoredObject | undefined, key: string, conditions: WriteConditions = {}): void {
  const { ifMatch, ifNoneMatch } = conditions
  if (ifNoneMatch !== undefined && old !== undefined) throw preconditionFailed('If-None-Match')
  if (ifMatch === undefined) return
  if (old === undefined) throw noSuchKey(key)
  if (ifMatch !== '*' && unquoted(ifMatch) !== old.etag) throw preconditionFailed('If-Match')
}

function changedMeanwhile(): ServiceFault {
  return new ServiceFault(
    'OperationAborted',
    'A conflicting conditional operation is currently in progress against this resource. Please try again.',
    { status: 409 },
  )
}

/** Between the look at the object and the look at its parts. Clients ask again by themselves. */
function replacedMeanwhile(): ServiceFault {
  return new ServiceFault('ServiceUnavailable', 'The object was replaced while it was being read. Please try again.', {
    status: 503,
  })
}

function once(bytes: Uint8Array): Readable {
  return new Readable({
    read() {
      this.push(bytes)
      this.push(null)
    },
  })
}

export function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1')
}

interface Piece {
  readonly content: string
  readonly bytes: Uint8Array | undefined
  readonly start: number
  readonly end: number
}

function within(segments: readonly Segment[], start: number, end: number): Piece[] {
  const pieces: Piece[] = []
  let offset = 0
  for (const { content, bytes, size } of segments) {
    const from = Math.max(start - offset, 0)
    const to = Math.min(end - offset, size)
    if (from < to) pieces.push({ content, bytes, start: from, end: to })
    offset += size
  }
  return pieces
}
