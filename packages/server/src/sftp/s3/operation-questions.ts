/** Which S3 calls an operation on a file makes, for explanations. Facts on SFTP operations, "SFTP operation → S3 action". */

import type { Place } from '../paths.ts'
import { directoryPrefix, listInput } from './object-lookup.ts'

export const fileOperations = ['get', 'put', 'list', 'stat', 'delete', 'mkdir', 'rmdir'] as const

export type FileOperation = (typeof fileOperations)[number]

type Questions =
  | { readonly calls: readonly { readonly operation: string; readonly input: unknown }[] }
  /** Settled by the home directory, before any policy. */
  | { readonly outcome: 'allowed' | 'denied'; readonly reason: string }

const writes: ReadonlySet<FileOperation> = new Set(['put', 'delete', 'mkdir', 'rmdir'])

export function questionsOf(operation: FileOperation, place: Place): Questions {
  if (place.kind === 'nowhere') return { outcome: 'denied', reason: 'no mapping leads there' }
  if (place.kind === 'virtual') {
    return operation === 'list' || operation === 'stat'
      ? { outcome: 'allowed', reason: 'the directory holds nothing but mappings' }
      : { outcome: 'denied', reason: 'the directory holds nothing but mappings, nothing can be read or written there' }
  }
  if (place.kind === 'buckets') {
    if (operation === 'list') return { calls: [{ operation: 'ListBuckets', input: {} }] }
    if (operation === 'stat') return { outcome: 'allowed', reason: 'the root is always there' }
    return { outcome: 'denied', reason: 'the root holds buckets, no files' }
  }
  if (place.fixed && writes.has(operation)) {
    return { outcome: 'denied', reason: 'it stands for a bucket or a mapping as a whole' }
  }
  const { bucket: Bucket, key: Key } = place
  const object = { Bucket, Key }
  const marker = { Bucket, Key: `${Key}/` }
  const listing = { operation: 'ListObjectsV2', input: listInput(place, directoryPrefix(place)) }
  switch (operation) {
    case 'get':
      return { calls: [{ operation: 'GetObject', input: object }] }
    case 'put':
      return { calls: [{ operation: 'PutObject', input: object }] }
    case 'delete':
      return { calls: [{ operation: 'DeleteObject', input: object }] }
    case 'list':
      return { calls: [listing] }
    case 'mkdir':
      return { calls: [{ operation: 'PutObject', input: { ...marker, IfNoneMatch: '*' } }] }
    case 'rmdir':
      return { calls: [listing, { operation: 'DeleteObject', input: marker }] }
    case 'stat':
      if (place.isDirectory) return { outcome: 'allowed', reason: 'the home directory is always there' }
      return { calls: [{ operation: 'HeadObject', input: object }] }
  }
}
