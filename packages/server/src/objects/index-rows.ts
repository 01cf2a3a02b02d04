/** The index's rows as values, and the steps that every write of it is made of. They run inside the caller's transaction. */

import { randomBytes } from 'node:crypto'
import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { Store } from '../store/store.ts'
import type { ObjectFacts, Segment, StoredObject, TagPairs } from './facts.ts'
import { noSuchBucket } from './faults.ts'
import type { ObjectTable, ObjectTables, SegmentTable } from './tables.ts'

export type Db = Kysely<ObjectTables>
export type Tx = Transaction<ObjectTables>

export function newObjectId(): string {
  return randomBytes(16).toString('hex')
}

export function storedObject(row: Selectable<ObjectTable>): StoredObject {
  return {
    bucket: row.bucket,
    key: row.key,
    id: row.id,
    size: row.size,
    etag: row.etag,
    modifiedAt: row.modified_at,
    facts: JSON.parse(row.facts) as ObjectFacts,
    tags: JSON.parse(row.tags) as TagPairs,
  }
}

export async function findObject(db: Db, bucket: string, key: string): Promise<StoredObject | undefined> {
  const row = await db
    .selectFrom('s3_objects')
    .selectAll()
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && storedObject(row)
}

/** Also its first segment, which is all of an object that was put in one piece. */
export async function findWithBytes(db: Db, bucket: string, key: string): Promise<StoredObject | undefined> {
  const row = await db
    .selectFrom('s3_objects')
    .leftJoin('s3_segments', (join) => join.onRef('owner', '=', 's3_objects.id').on('ordinal', '=', 0))
    .selectAll('s3_objects')
    .select(['content', 's3_segments.size as segmentSize', 'checksum', 'bytes'])
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const object = storedObject(row)
  const { content, segmentSize: size, checksum, bytes } = row
  if (object.facts.parts !== undefined || content === null || size === null) return object
  return { ...object, segments: [segment({ content, size, checksum, bytes })] }
}

export async function segmentsOf(db: Db, owner: string): Promise<Segment[]> {
  const rows = await db
    .selectFrom('s3_segments')
    .select(['content', 'size', 'checksum', 'bytes'])
    .where('owner', '=', owner)
    .orderBy('ordinal')
    .execute()
  return rows.map(segment)
}

export function segment(row: Pick<Selectable<SegmentTable>, 'content' | 'size' | 'checksum' | 'bytes'>): Segment {
  const { content, size, checksum, bytes } = row
  return { content, size, ...(checksum === null ? {} : { checksum }), ...(bytes === null ? {} : { bytes }) }
}

/** One writer of a key at a time. SQLite has one writer anyway; on PostgreSQL a lock by name, for the row may not exist. */
export async function lockKey(store: Store<ObjectTables>, db: Tx, bucket: string, key: string): Promise<void> {
  if (store.kind === 'sqlite') return
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${bucket}/${key}`}, 0))`.execute(db)
}

export async function requireBucket(db: Db, bucket: string): Promise<void> {
  const row = await db.selectFrom('s3_buckets').select('name').where('name', '=', bucket).executeTakeFirst()
  if (row === undefined) throw noSuchBucket(bucket)
}

/** Puts the object in its key's place; what was there before becomes garbage. */
export async function replaceObject(db: Tx, object: StoredObject, old: StoredObject | undefined): Promise<void> {
  const row = {
    bucket: object.bucket,
    key: object.key,
    id: object.id,
    size: object.size,
    etag: object.etag,
    modified_at: object.modifiedAt,
    facts: JSON.stringify(object.facts),
    tags: JSON.stringify(object.tags),
  }
  await db
    .insertInto('s3_objects')
    .values(row)
    .onConflict((conflict) => conflict.columns(['bucket', 'key']).doUpdateSet(row))
    .execute()
  if (old !== undefined) await discardSegments(db, old.id, object.modifiedAt)
}

const rowsPerInsert = 200

export async function insertSegments(db: Tx, owner: string, segments: readonly Segment[]): Promise<void> {
  for (let from = 0; from < segments.length; from += rowsPerInsert) {
    const rows = segments
      .slice(from, from + rowsPerInsert)
      .map(({ content, size, checksum = null, bytes = null }, i) => ({
        owner,
        ordinal: from + i,
        content,
        size,
        checksum,
        bytes,
      }))
    await db.insertInto('s3_segments').values(rows).execute()
  }
}

/** The owner is gone; contents that no copy shares become garbage. */
export async function discardSegments(db: Tx, owner: string, time: number): Promise<void> {
  const gone = await db.deleteFrom('s3_segments').where('owner', '=', owner).returning('content').execute()
  await discardContents(
    db,
    gone.map(({ content }) => content),
    time,
  )
}

export async function discardContents(db: Tx, gone: readonly string[], time: number): Promise<void> {
  // Bytes that stood in the segments are gone with them.
  const contents = gone.filter((content) => content !== '')
  for (let from = 0; from < contents.length; from += rowsPerInsert) {
    const some = contents.slice(from, from + rowsPerInsert)
    const used = await db.selectFrom('s3_segments').select('content').where('content', 'in', some).execute()
    const kept = new Set(used.map(({ content }) => content))
    const rows = some.filter((content) => !kept.has(content)).map((content) => ({ content, since: time }))
    if (rows.length === 0) continue
    await db
      .insertInto('s3_garbage')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}
