/** Directories as listings: one page at a time, however many entries there are; every page decided. */

import { type Listing, noSuchFile, permissionDenied } from '../files/file-system.ts'
import { fixedListing } from '../files/fixed-listing.ts'
import type { NameEntry } from '../protocol/replies.ts'
import { directoryAttributes, directoryPrefix, fileAttributes, type Location, listInput } from './object-lookup.ts'
import type { StoreCalls } from './store-calls.ts'

/** `mustExist`: nothing there, not even a marker, is no directory. */
export async function openListing(
  calls: StoreCalls,
  location: Location,
  options: { readonly mustExist: boolean; readonly now: number },
): Promise<Listing> {
  const prefix = directoryPrefix(location)
  const page = async (token: string | undefined) => {
    const outcome = await calls.call('ListObjectsV2', {
      ...listInput(location, prefix),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    })
    if (outcome.kind === 'refused') throw permissionDenied()
    if (outcome.kind === 'fault') throw noSuchFile()
    const { Contents = [], CommonPrefixes = [], NextContinuationToken: next, KeyCount = 0 } = outcome.output
    const entries: NameEntry[] = []
    for (const { Prefix = '' } of CommonPrefixes) {
      const name = Prefix.slice(prefix.length, -1)
      if (isName(name)) entries.push({ name, attributes: directoryAttributes(options.now) })
    }
    for (const { Key = '', Size = 0, LastModified } of Contents) {
      const name = Key.slice(prefix.length)
      if (isName(name)) entries.push({ name, attributes: fileAttributes(Size, LastModified) })
    }
    return { entries, next, count: KeyCount }
  }
  const first = await page(undefined)
  if (options.mustExist && first.count === 0) throw noSuchFile()
  let coming: Promise<typeof first> | undefined = Promise.resolve(first)
  let closed = false
  return {
    next: async () => {
      for (;;) {
        if (coming === undefined) return undefined
        const { entries, next }: typeof first = await coming
        // One page is made while the one before is on its way, and no more: a client that stops reading stops the listing.
        coming = next === undefined || closed ? undefined : page(next)
        // Its failure is told when it is asked for; until then it must not count as unhandled.
        coming?.catch(() => {})
        if (entries.length > 0) return entries
      }
    },
    close: async () => {
      closed = true
    },
  }
}

/** Keys may hold segments that no path can name; the directory's own marker has none. */
const isName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !name.includes('/')

/** The buckets of the account, where the home is no narrower. */
export async function openBuckets(calls: StoreCalls, now: number): Promise<Listing> {
  const outcome = await calls.call('ListBuckets', {})
  if (outcome.kind !== 'done') throw permissionDenied()
  const names = (outcome.output.Buckets ?? []).flatMap(({ Name }) => (Name === undefined ? [] : [Name]))
  return fixedListing(names, now)
}
