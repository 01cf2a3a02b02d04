/**
 * Multipart uploads: each part is a content of its own, and completing one is a transaction that gathers the parts' segments
 * under the new object, without touching a byte. S3 User Guide, "Multipart upload overview" and "Amazon S3 multipart limits".
 */

import { createHash } from 'node:crypto'
import { type OpenedBody, ServiceFault } from '@scopedown/wire'
import type { Selectable } from 'kysely'
import { completedChecksum, type RequestedPart, type UploadChecksum } from './completed-checksum.ts'
import { type CompletedObject, completedBefore, rememberCompleted } from './completed-uploads.ts'
import type { ObjectFacts, Segment, StoredChecksum, TagPairs } from './facts.ts'
import { noSuchUpload } from './faults.ts'
import {
  discardContents,
  discardSegments,
  insertSegments,
  newObjectId,
  requireBucket,
  segment,
  type Tx,
} from './index-rows.ts'
import type { ObjectStore, WriteConditions } from './object-store.ts'
import type { PartTable, UploadTable } from './tables.ts'

export interface Initiator {
  readonly arn: string
  readonly account: string
  readonly userId: string
}

export interface UploadFacts {
  readonly object: ObjectFacts
  readonly checksum?: UploadChecksum | undefined
}

export interface StoredUpload {
  readonly id: string
  readonly bucket: string
  readonly key: string
  readonly initiatedAt: number
  readonly initiator: Initiator
  readonly facts: UploadFacts
  readonly tags: TagPairs
}

export interface StoredPart {
  readonly id: string
  readonly number: number
  readonly size: number
  readonly etag: string
  readonly modifiedAt: number
  readonly checksum: StoredChecksum | undefined
}

export interface Completion {
  readonly parts: readonly RequestedPart[]
  readonly conditions: WriteConditions
  /** Of the whole object, as the client states it. */
  readonly checksum: { readonly algorithm: string; readonly value: string } | undefined
  readonly size: number | undefined
}

const smallestPart = 5 * 1024 * 1024

export class MultipartUploads {
  readonly #objects: ObjectStore
  readonly #clock: () => number

  constructor(objects: ObjectStore, clock: () => number) {
    this.#objects = objects
    this.#clock = clock
  }

  async create(upload: Omit<StoredUpload, 'id' | 'initiatedAt'>): Promise<string> {
    const id = newObjectId()
    const { bucket, key, initiator, facts, tags } = upload
    await this.#objects.commit(undefined, async (db) => {
      await requireBucket(db, bucket)
      await db
        .insertInto('s3_uploads')
        .values({
          id,
          bucket,
          key,
          initiated_at: this.#clock(),
          initiator: initiator.arn,
          initiator_account: initiator.account,
          initiator_user: initiator.userId,
          facts: JSON.stringify(facts),
          tags: JSON.stringify(tags),
        })
        .execute()
    })
    return id
  }

  async find(bucket: string, key: string, id: string): Promise<StoredUpload | undefined> {
    const row = await this.#objects.store.db
      .selectFrom('s3_uploads')
      .selectAll()
      .where('id', '=', id)
      .where('bucket', '=', bucket)
      .where('key', '=', key)
      .executeTakeFirst()
    return row && storedUpload(row)
  }

  /** The later of two parts with one number counts. */
  async putPart(upload: StoredUpload, number: number, body: OpenedBody): Promise<StoredPart> {
    const written = await this.#objects.writeContent(body)
    const checksum = written.checksum && ({ ...written.checksum, type: 'FULL_OBJECT' } as StoredChecksum)
    const part = {
      id: newObjectId(),
      number,
      size: written.size,
      etag: written.etag,
      modifiedAt: this.#clock(),
      checksum,
    }
    await this.#objects.commit(written, async (db) => {
      await this.#lock(db, upload)
      const old = await partRow(db, upload.id, number)
      await insertSegments(db, part.id, written.segments)
      const row = {
        upload_id: upload.id,
        number,
        id: part.id,
        size: part.size,
        etag: part.etag,
        modified_at: part.modifiedAt,
        checksum: checksum === undefined ? '' : JSON.stringify(checksum),
      }
      await db
        .insertInto('s3_parts')
        .values(row)
        .onConflict((conflict) => conflict.columns(['upload_id', 'number']).doUpdateSet(row))
        .execute()
      if (old !== undefined) await discardSegments(db, old.id, part.modifiedAt)
    })
    return part
  }

  async parts(uploadId: string, after: number, limit: number): Promise<StoredPart[]> {
    const rows = await this.#objects.store.db
      .selectFrom('s3_parts')
      .selectAll()
      .where('upload_id', '=', uploadId)
      .where('number', '>', after)
      .orderBy('number')
      .limit(limit)
      .execute()
    return rows.map(storedPart)
  }

  /** Asked again, answers again what it answered. */
  async complete(named: Pick<StoredUpload, 'bucket' | 'key' | 'id'>, completion: Completion): Promise<CompletedObject> {
    return this.#objects.commit(undefined, async (db) => {
      const upload = await this.#locked(db, named)
      if (upload === undefined) {
        const before = await completedBefore(db, named, multipartEtag(completion.parts))
        if (before === undefined) throw noSuchUpload(named.id)
        return before
      }
      const rows = await db.selectFrom('s3_parts').selectAll().where('upload_id', '=', upload.id).execute()
      const uploaded = new Map(rows.map((row) => [row.number, storedPart(row)]))
      const parts = chosenParts(uploaded, completion.parts)
      const size = parts.reduce((sum, part) => sum + part.size, 0)
      if (completion.size !== undefined && completion.size !== size) throw invalidPart()
      const checksum = completedChecksum(upload.facts.checksum, parts, completion.parts, completion.checksum)
      const chosen = new Set(parts.map(({ id }) => id))
      const segments = await this.#takeSegments(
        db,
        parts,
        [...uploaded.values()].filter(({ id }) => !chosen.has(id)),
      )
      await db.deleteFrom('s3_parts').where('upload_id', '=', upload.id).execute()
      await db.deleteFrom('s3_uploads').where('id', '=', upload.id).execute()
      const facts = { ...upload.facts.object, parts: parts.length, ...(checksum === undefined ? {} : { checksum }) }
      const { bucket, key, tags } = upload
      const object = { bucket, key, facts, tags, conditions: completion.conditions }
      const { etag } = await this.#objects.place(db, object, { segments, size }, multipartEtag(parts))
      await rememberCompleted(db, upload, { etag, checksum }, this.#clock())
      return { etag, checksum }
    })
  }

  async abort(upload: StoredUpload): Promise<void> {
    await this.#objects.commit(undefined, async (db) => {
      await this.#lock(db, upload)
      const parts = await db.selectFrom('s3_parts').select('id').where('upload_id', '=', upload.id).execute()
      for (const { id } of parts) await discardSegments(db, id, this.#clock())
      await db.deleteFrom('s3_parts').where('upload_id', '=', upload.id).execute()
      await db.deleteFrom('s3_uploads').where('id', '=', upload.id).execute()
    })
  }

  /** The chosen parts' contents in order, no longer the parts' own; those of the others become garbage. */
  async #takeSegments(db: Tx, parts: readonly StoredPart[], dropped: readonly StoredPart[]): Promise<Segment[]> {
    const segments: Segment[] = []
    const taken = async (id: string) =>
      db.deleteFrom('s3_segments').where('owner', '=', id).returning(['content', 'size', 'checksum', 'bytes']).execute()
    for (const { id, checksum } of parts) {
      segments.push(...(await taken(id)).map((row) => ({ ...segment(row), checksum: checksum?.value })))
    }
    for (const { id } of dropped) {
      const contents = (await taken(id)).map(({ content }) => content)
      await discardContents(db, contents, this.#clock())
    }
    return segments
  }

  /** Throws where the upload was completed or aborted meanwhile. */
  async #lock(db: Tx, upload: StoredUpload): Promise<void> {
    if ((await this.#locked(db, upload)) === undefined) throw noSuchUpload(upload.id)
  }

  /** One change at a time. */
  async #locked(
    db: Tx,
    { bucket, key, id }: Pick<StoredUpload, 'bucket' | 'key' | 'id'>,
  ): Promise<StoredUpload | undefined> {
    let query = db.selectFrom('s3_uploads').selectAll().where('id', '=', id)
    query = query.where('bucket', '=', bucket).where('key', '=', key)
    if (this.#objects.store.kind === 'postgres') query = query.forUpdate()
    const row = await query.executeTakeFirst()
    return row && storedUpload(row)
  }
}

async function partRow(db: Tx, uploadId: string, number: number): Promise<Selectable<PartTable> | undefined> {
  return db
    .selectFrom('s3_parts')
    .selectAll()
    .where('upload_id', '=', uploadId)
    .where('number', '=', number)
    .executeTakeFirst()
}

export function storedUpload(row: Selectable<UploadTable>): StoredUpload {
  return {
    id: row.id,
    bucket: row.bucket,
    key: row.key,
    initiatedAt: row.initiated_at,
    initiator: { arn: row.initiator, account: row.initiator_account, userId: row.initiator_user },
    facts: JSON.parse(row.facts) as UploadFacts,
    tags: JSON.parse(row.tags) as TagPairs,
  }
}

function storedPart(row: Selectable<PartTable>): StoredPart {
  return {
    id: row.id,
    number: row.number,
    size: row.size,
    etag: row.etag,
    modifiedAt: row.modified_at,
    checksum: row.checksum === '' ? undefined : (JSON.parse(row.checksum) as StoredChecksum),
  }
}

function chosenParts(uploaded: ReadonlyMap<number, StoredPart>, requested: readonly RequestedPart[]): StoredPart[] {
  let previous = 0
  const parts = requested.map(({ number, etag }) => {
    if (number <= previous) {
      throw new ServiceFault(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. The parts list must be specified in order by part number.',
        { status: 400 },
      )
    }
    previous = number
    const part = uploaded.get(number)
    if (part === undefined || part.etag !== etag) throw invalidPart(number)
    return part
  })
  for (const { number, size } of parts.slice(0, -1)) {
    if (size < smallestPart) {
      throw new ServiceFault('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        status: 400,
        members: { ProposedSize: size, MinSizeAllowed: smallestPart, PartNumber: number },
      })
    }
  }
  return parts
}

function invalidPart(number?: number): ServiceFault {
  return new ServiceFault(
    'InvalidPart',
    "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    { status: 400, ...(number === undefined ? {} : { members: { PartNumber: number } }) },
  )
}

/** The MD5 of the parts' MD5s, and their number. */
function multipartEtag(parts: readonly { readonly etag: string }[]): string {
  const hash = createHash('md5')
  for (const { etag } of parts) hash.update(Buffer.from(etag, 'hex'))
  return `${hash.digest('hex')}-${parts.length}`
}
