/** Operations on files as explanations name them, and what the home directory settles before any policy or permission bit. */

import type { Place } from './paths.ts'

export const fileOperations = ['get', 'put', 'list', 'stat', 'delete', 'mkdir', 'rmdir'] as const

export type FileOperation = (typeof fileOperations)[number]

export interface Settled {
  readonly outcome: 'allowed' | 'denied'
  readonly reason: string
}

const writes: ReadonlySet<FileOperation> = new Set(['put', 'delete', 'mkdir', 'rmdir'])

/** What the home says, or the place where it says nothing; `buckets` then is asked for its list. */
export function settledByHome(
  operation: FileOperation,
  place: Place,
): Settled | Extract<Place, { kind: 'buckets' | 'stored' }> {
  if (place.kind === 'nowhere') return { outcome: 'denied', reason: 'no mapping leads there' }
  if (place.kind === 'virtual') {
    return operation === 'list' || operation === 'stat'
      ? { outcome: 'allowed', reason: 'the directory holds nothing but mappings' }
      : { outcome: 'denied', reason: 'the directory holds nothing but mappings, nothing can be read or written there' }
  }
  if (place.kind === 'buckets') {
    if (operation === 'list') return place
    if (operation === 'stat') return { outcome: 'allowed', reason: 'the root is always there' }
    return { outcome: 'denied', reason: 'the root holds buckets or file systems, no files' }
  }
  if (place.fixed && writes.has(operation)) {
    return { outcome: 'denied', reason: 'it stands for a bucket, a file system or a mapping as a whole' }
  }
  return place
}
