/** Buckets as they are kept, and what every operation on one begins with. */

import { createHash } from 'node:crypto'
import { ServiceFault } from '@scopedown/wire'
import type { Selectable } from 'kysely'
import { noSuchBucket } from '../../objects/faults.ts'
import type { Db } from '../../objects/index-rows.ts'
import type { BucketTable, ObjectTables } from '../../objects/tables.ts'
import type { Store } from '../../store/store.ts'

export type Bucket = Selectable<BucketTable>

/** Of whatever is written to a bucket's row: `store.write` with it, for every call reads the row. */
export const bucketsTopic = 's3-buckets'

export async function findBucket(store: Store<ObjectTables>, name: string): Promise<Bucket | undefined> {
  const known = await store.reads.read(bucketsTopic, name, () => bucketRow(store.db, name))
  // What is not there is looked for each time: another server may just have made it.
  return known ?? bucketRow(store.db, name)
}

/** As it is, not as it was remembered. */
export async function bucketRow(db: Db, name: string): Promise<Bucket | undefined> {
  return db.selectFrom('s3_buckets').selectAll().where('name', '=', name).executeTakeFirst()
}

/** The bucket, which must be there and, where the request says so, be that account's. */
export async function bucketNamed(
  store: Store<ObjectTables>,
  name: string,
  expectedOwner: string | undefined,
): Promise<Bucket> {
  const bucket = await findBucket(store, name)
  if (bucket === undefined) throw noSuchBucket(name)
  checkOwner(bucket, expectedOwner)
  return bucket
}

export function checkOwner(bucket: Bucket, expectedOwner: string | undefined): void {
  if (expectedOwner === undefined || expectedOwner === bucket.account_id) return
  throw new ServiceFault('AccessDenied', 'Access Denied', { status: 403 })
}

/** S3's "canonical user id" of an account: 64 hexadecimal digits that tell nothing. */
export function canonicalId(account: string): string {
  return createHash('sha256').update(`canonical user ${account}`).digest('hex')
}
