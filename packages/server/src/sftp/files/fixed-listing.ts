/** A directory whose entries are known beforehand: ancestors of mappings, buckets, file systems. */

import type { NameEntry } from '../protocol/replies.ts'
import type { Listing } from './file-system.ts'

export function fixedListing(names: readonly string[], now: number): Listing {
  const attributes = { size: 0, uid: 0, gid: 0, mode: 0o040755, modified: Math.floor(now / 1000) }
  let left: NameEntry[] | undefined = names.map((name) => ({ name, attributes }))
  return {
    next: async () => {
      const entries = left
      left = undefined
      return entries !== undefined && entries.length > 0 ? entries : undefined
    },
    close: async () => {},
  }
}
