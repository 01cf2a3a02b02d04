/** Which S3 calls an operation on a file makes, for explanations. Facts on SFTP operations, "SFTP operation → S3 action". */

import { type FileOperation, type Settled, settledByHome } from '../file-operations.ts'
import type { Place } from '../paths.ts'
import { directoryPrefix, listInput } from './object-lookup.ts'

type Questions = { readonly calls: readonly { readonly operation: string; readonly input: unknown }[] } | Settled

export function questionsOf(operation: FileOperation, asked: Place): Questions {
  const place = settledByHome(operation, asked)
  if ('reason' in place) return place
  if (place.kind === 'buckets') return { calls: [{ operation: 'ListBuckets', input: {} }] }
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
