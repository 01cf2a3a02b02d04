/**
 * What became of completed uploads, kept for a day: a client that missed the answer asks again and gets it once more. S3 API
 * reference, CompleteMultipartUpload: "make sure that your application can handle such a retry".
 */

import type { StoredChecksum } from './facts.ts'
import type { Db, Tx } from './index-rows.ts'

/** The part of an object that CompleteMultipartUpload answers. */
export interface CompletedObject {
  readonly etag: string
  readonly checksum: StoredChecksum | undefined
}

interface Named {
  readonly bucket: string
  readonly key: string
  readonly id: string
}

const keptMilliseconds = 24 * 3_600_000

export async function rememberCompleted(
  db: Tx,
  { bucket, key, id }: Named,
  { etag, checksum }: CompletedObject,
  time: number,
): Promise<void> {
  const row = { id, bucket, key, etag, checksum: checksum === undefined ? '' : JSON.stringify(checksum) }
  await db
    .insertInto('s3_completed_uploads')
    .values({ ...row, completed_at: time })
    .execute()
}

/** `etag`: of the parts that are named now; a list of others completes nothing. */
export async function completedBefore(
  db: Db,
  { bucket, key, id }: Named,
  etag: string,
): Promise<CompletedObject | undefined> {
  const row = await db
    .selectFrom('s3_completed_uploads')
    .select(['etag', 'checksum'])
    .where('id', '=', id)
    .where('bucket', '=', bucket)
    .where('key', '=', key)
    .where('etag', '=', etag)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return { etag: row.etag, checksum: row.checksum === '' ? undefined : (JSON.parse(row.checksum) as StoredChecksum) }
}

export async function forgetCompleted(db: Db, time: number): Promise<void> {
  await db
    .deleteFrom('s3_completed_uploads')
    .where('completed_at', '<', time - keptMilliseconds)
    .execute()
}
