/** A directory's entries as they come from the disk, some at a time, however many there are. */

import { lstat, opendir } from 'node:fs/promises'
import type { Listing } from '../files/file-system.ts'
import type { NameEntry } from '../protocol/replies.ts'
import type { Node } from './node.ts'
import { attributesOf } from './open-files.ts'

const atOnce = 100

/** Takes the directory over. `looks`: the user may search it; otherwise names are all that there is. */
export async function openListing(directory: Node, looks: boolean, close: () => Promise<void>): Promise<Listing> {
  const entries = await opendir(directory.self, { bufferSize: atOnce })
  return {
    next: async () => {
      for (;;) {
        const names: string[] = []
        while (names.length < atOnce) {
          const entry = await entries.read()
          if (entry === null) break
          names.push(entry.name)
        }
        if (names.length === 0) return undefined
        const found = await Promise.all(names.map((name) => entryOf(directory, name, looks)))
        const present = found.filter((entry) => entry !== undefined)
        // All of them may be gone by now.
        if (present.length > 0) return present
      }
    },
    close: async () => {
      await entries.close()
      await close()
    },
  }
}

async function entryOf(directory: Node, name: string, looks: boolean): Promise<NameEntry | undefined> {
  if (!looks) return { name, attributes: {} }
  const stats = await lstat(directory.entry(name)).catch(() => undefined)
  return stats && { name, attributes: attributesOf(stats) }
}
