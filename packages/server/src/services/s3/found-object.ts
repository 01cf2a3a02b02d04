/**
 * The object that a read names. Only who may list the bucket learns that a key is not there. S3 API reference, GetObject,
 * "Permissions"; the check carries no prefix, so a grant limited to prefixes does not tell (ours: the closed reading).
 */

import { ServiceFault } from '@scopedown/wire'
import type { Granted } from '../../kernel/call.ts'
import { Refused } from '../../kernel/refusal.ts'
import type { StoredObject } from '../../objects/facts.ts'
import { noSuchKey } from '../../objects/faults.ts'
import { bucketNamed } from './buckets-table.ts'
import type { S3Arns, S3Deps } from './operation.ts'
import { asksBucket } from './requirements.ts'

export interface NamesObject {
  readonly Bucket: string
  readonly Key: string
  readonly VersionId?: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

export async function foundObject(
  call: Pick<Granted<unknown, S3Arns>, 'ask' | 'arn' | 'http' | 'time'>,
  { Bucket, Key, VersionId, ExpectedBucketOwner }: NamesObject,
  { store, objects }: S3Deps,
): Promise<StoredObject> {
  await bucketNamed(store, Bucket, ExpectedBucketOwner)
  const object = await decidedObject(call, { Bucket, Key }, objects)
  if (object !== undefined) {
    checkVersion(VersionId, Key)
    return object
  }
  const refusal = await call.ask(asksBucket(call, 's3:ListBucket', Bucket))
  if (refusal !== undefined) throw new Refused(refusal)
  throw noSuchKey(Key)
}

/** By the ARN maker, which is made for one call and goes with it from `authorize` to `handle`; inputs may be used again. */
const decided = new WeakMap<S3Arns, Promise<StoredObject | undefined>>()

/**
 * The object whose tags were asked about is the one that is answered, though another took its place meanwhile; and it is looked
 * for once a call.
 */
export function decidedObject(
  { arn }: { readonly arn: S3Arns },
  { Bucket, Key }: Pick<NamesObject, 'Bucket' | 'Key'>,
  objects: S3Deps['objects'],
): Promise<StoredObject | undefined> {
  const known = decided.get(arn)
  if (known !== undefined) return known
  const found = objects.findToRead(Bucket, Key)
  decided.set(arn, found)
  return found
}

/** No bucket here has versions: an object's only one is `null`. */
export function checkVersion(versionId: string | undefined, key: string): void {
  if (versionId === undefined || versionId === 'null') return
  throw new ServiceFault('NoSuchVersion', 'The specified version does not exist.', {
    status: 404,
    members: { Key: key, VersionId: versionId },
  })
}
