/** The parts of an object, as reads by part number and GetObjectAttributes count them: 1 to N, in the order of the bytes. */

import { createChecksum } from '@scopedown/wire'
import type { StoredObject } from './facts.ts'
import { type Db, segmentsOf } from './index-rows.ts'

export interface ObjectPart {
  readonly size: number
  /** Base64, by the object's algorithm. */
  readonly checksum: string | undefined
}

/** A plain object counts as one part. */
export async function partsOf(db: Db, { id, size, facts }: StoredObject): Promise<readonly ObjectPart[]> {
  if (facts.parts === undefined) return [{ size, checksum: facts.checksum?.value }]
  const parts: ObjectPart[] = (await segmentsOf(db, id)).map((segment) => ({
    size: segment.size,
    checksum: segment.checksum,
  }))
  // Only the last part may be empty, and an empty one has no bytes to point to.
  if (parts.length < facts.parts) {
    const algorithm = facts.checksum?.algorithm
    parts.push({ size: 0, checksum: algorithm && createChecksum(algorithm).digest() })
  }
  return parts
}
