/**
 * RENAME of a directory: S3 has none, so each key below it is copied, and when all are, each is deleted. Walked and asked about
 * whole before anything is copied: a refusal or a limit leaves everything as it was. Decision 0022.
 */

import { failure, noSuchFile, permissionDenied, type RenameOptions } from '../files/file-system.ts'
import { done } from './multipart-upload.ts'
import { below, directoryPrefix, type Location, listInput } from './object-lookup.ts'
import type { StoreCalls } from './store-calls.ts'

/** More than this is work for `aws s3 mv`, which can be begun again where it stopped. */
const mostKeys = 10_000
/** CopyObject takes no more in one piece. S3 API reference. */
const largestCopy = 5 * 1024 ** 3
const atOnce = 8
const progressEvery = 1000

/** Answers false where there is no directory that the caller may see. */
export async function renameFolder(
  calls: StoreCalls,
  from: Location,
  to: Location,
  { progress }: RenameOptions,
): Promise<boolean> {
  const keys = await keysBelow(calls, from)
  if (keys.length === 0) return false
  if (from.bucket === to.bucket && to.key.startsWith(directoryPrefix(from))) {
    throw failure('A directory cannot be moved into itself')
  }
  await mustBeFree(calls, to)
  const moves = keys.map((key) => moveOf(from, to, key))
  await each(moves, async ({ copy, source }) => {
    if (!(await calls.allows('CopyObject', copy))) throw permissionDenied()
    if (!(await calls.allows('DeleteObject', source))) throw permissionDenied()
  })
  await each(
    moves,
    async ({ copy }) => {
      const copied = await calls.call('CopyObject', copy)
      if (copied.kind === 'fault' && copied.fault.code === 'NoSuchKey') throw noSuchFile()
      done(copied)
    },
    (count) => progress?.('copied', count, moves.length),
  )
  await each(
    moves,
    async ({ source }) => {
      done(await calls.call('DeleteObject', source))
    },
    (count) => progress?.('deleted', count, moves.length),
  )
  return true
}

/** Directory by directory, as a client would list them: each listing looks alike to a policy. */
async function keysBelow(calls: StoreCalls, from: Location): Promise<string[]> {
  const keys: string[] = []
  const prefixes = [directoryPrefix(from)]
  for (const prefix of prefixes) {
    let token: string | undefined
    do {
      const more = token === undefined ? {} : { ContinuationToken: token }
      const listed = await calls.call('ListObjectsV2', { ...listInput(from, prefix), ...more })
      if (listed.kind === 'refused') throw permissionDenied()
      if (listed.kind === 'fault') return []
      const { Contents = [], CommonPrefixes = [], NextContinuationToken } = listed.output
      for (const { Key = '', Size = 0 } of Contents) {
        if (Size > largestCopy) throw failure('A directory with a file of more than 5 GiB cannot be renamed')
        keys.push(Key)
      }
      for (const { Prefix = '' } of CommonPrefixes) prefixes.push(Prefix)
      if (keys.length + prefixes.length > mostKeys) {
        throw failure(`A directory of more than ${mostKeys} files cannot be renamed`)
      }
      token = NextContinuationToken
    } while (token !== undefined)
  }
  return keys
}

/** Neither a file nor a directory; each copy says so again to the store. */
async function mustBeFree(calls: StoreCalls, to: Location): Promise<void> {
  const named = await calls.call('ListObjectsV2', listInput(to, to.key, 1))
  if (named.kind === 'refused') throw permissionDenied()
  // The key itself sorts before all that begin with it.
  const isFile = named.kind === 'done' && named.output.Contents?.[0]?.Key === to.key
  const children = await below(calls, to)
  if (children === 'denied') throw permissionDenied()
  if (isFile || children === 'some') throw failure('The target is there already')
}

function moveOf(from: Location, to: Location, key: string) {
  const Key = `${directoryPrefix(to)}${key.slice(directoryPrefix(from).length)}`
  const CopySource = `${from.bucket}/${encodeURIComponent(key)}`
  return { copy: { Bucket: to.bucket, Key, CopySource, IfNoneMatch: '*' }, source: { Bucket: from.bucket, Key: key } }
}

/** A few at once; the first failure lets those under way end and begins no more. */
async function each<T>(
  items: readonly T[],
  task: (item: T) => Promise<void>,
  told: (count: number) => void = () => {},
): Promise<void> {
  let next = 0
  let count = 0
  let failed = false
  const worker = async () => {
    while (!failed && next < items.length) {
      const item = items[next++] as T
      try {
        await task(item)
      } catch (error) {
        failed = true
        throw error
      }
      count += 1
      if (count % progressEvery === 0 || count === items.length) told(count)
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, worker))
  const first = ended.find((result) => result.status === 'rejected')
  if (first !== undefined) throw first.reason
}
