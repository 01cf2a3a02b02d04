/** What lies at a place in the store, as far as the session may know. Facts on SFTP operations: "STAT", "OPEN read". */

import { noSuchFile, permissionDenied } from '../files/file-system.ts'
import type { Attributes } from '../protocol/attributes.ts'
import type { ObjectVersion } from './object-reader.ts'
import type { StoreCalls } from './store-calls.ts'

export interface Location {
  readonly bucket: string
  readonly key: string
}

/** Every listing looks alike to a policy. */
export const listInput = ({ bucket: Bucket }: Location, Prefix: string, MaxKeys = 1000) => ({
  Bucket,
  Prefix,
  Delimiter: '/',
  MaxKeys,
})

export const directoryPrefix = ({ key }: Location): string => (key === '' ? '' : `${key}/`)

export type Head =
  | { readonly kind: 'found'; readonly object: ObjectVersion }
  /** Nothing there, or nothing that the caller may learn of. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied' }

export async function head(calls: StoreCalls, { bucket, key }: Location): Promise<Head> {
  const outcome = await calls.call('HeadObject', { Bucket: bucket, Key: key })
  if (outcome.kind === 'refused') {
    // Asked second, by the store itself: whether the caller may learn that nothing is there.
    return { kind: outcome.refusal.requirement.action === 's3:ListBucket' ? 'absent' : 'denied' }
  }
  if (outcome.kind === 'fault') return { kind: 'absent' }
  const { ContentLength: size = 0, ETag: etag = '', LastModified } = outcome.output
  return { kind: 'found', object: { bucket, key, size, etag, attributes: fileAttributes(size, LastModified) } }
}

export function fileAttributes(size: number, modified: Date | undefined): Attributes {
  return { size, uid: 0, gid: 0, mode: 0o100644, modified: Math.floor((modified?.getTime() ?? 0) / 1000) }
}

export function directoryAttributes(time: number): Attributes {
  return { size: 0, uid: 0, gid: 0, mode: 0o040755, modified: Math.floor(time / 1000) }
}

/** The error of a key that is not there: who may not list it learns nothing. */
export async function absence(calls: StoreCalls, location: Location): Promise<Error> {
  return (await calls.allows('ListObjectsV2', listInput(location, location.key, 1))) ? noSuchFile() : permissionDenied()
}

/** Whether anything lies below: `denied` where the caller may not list it. */
export async function below(calls: StoreCalls, location: Location): Promise<'some' | 'none' | 'denied'> {
  const outcome = await calls.call('ListObjectsV2', listInput(location, directoryPrefix(location), 1))
  if (outcome.kind === 'refused') return 'denied'
  if (outcome.kind === 'fault') return 'none'
  // A bucket is there, even if it is empty.
  return (outcome.output.KeyCount ?? 0) > 0 || location.key === '' ? 'some' : 'none'
}
