/**
 * RENAME and posix-rename: a copy, then a delete, every permission of both asked before anything is copied. A directory is
 * renamed only while it is empty. Facts on SFTP operations, "RENAME".
 */

import { failure, noSuchFile, permissionDenied } from '../files/file-system.ts'
import { done } from './multipart-upload.ts'
import { absence, head, type Location, listInput } from './object-lookup.ts'
import type { StoreCalls } from './store-calls.ts'

export async function rename(
  calls: StoreCalls,
  from: Location,
  to: Location,
  { replace }: { readonly replace: boolean },
): Promise<void> {
  if (from.bucket === to.bucket && from.key === to.key) return
  const found = await head(calls, from)
  if (found.kind === 'denied') throw permissionDenied()
  if (found.kind === 'found') return move(calls, from, to, replace)
  const marker = await emptyDirectory(calls, from)
  if (marker === undefined) throw await absence(calls, from)
  await move(calls, marker, { bucket: to.bucket, key: `${to.key}/` }, false)
}

/** The marker of a directory that holds nothing else; undefined where there is no directory that the caller may see. */
async function emptyDirectory(calls: StoreCalls, { bucket, key }: Location): Promise<Location | undefined> {
  const marker = `${key}/`
  const listed = await calls.call('ListObjectsV2', listInput({ bucket, key }, marker))
  if (listed.kind === 'refused') throw permissionDenied()
  if (listed.kind === 'fault' || (listed.output.KeyCount ?? 0) === 0) return undefined
  const { Contents = [], CommonPrefixes = [] } = listed.output
  if (CommonPrefixes.length > 0 || Contents.some(({ Key }) => Key !== marker)) {
    throw failure('A directory that is not empty cannot be renamed')
  }
  return { bucket, key: marker }
}

async function move(calls: StoreCalls, from: Location, to: Location, replace: boolean): Promise<void> {
  const source = { Bucket: from.bucket, Key: from.key }
  const target = { Bucket: to.bucket, Key: to.key, ...(replace ? {} : { IfNoneMatch: '*' }) }
  const copy = { ...target, CopySource: `${from.bucket}/${encodeURIComponent(from.key)}` }
  if (!(await calls.allows('CopyObject', copy))) throw permissionDenied()
  if (!(await calls.allows('DeleteObject', source))) throw permissionDenied()
  const copied = await calls.call('CopyObject', copy)
  if (copied.kind === 'fault' && copied.fault.code === 'NoSuchKey') throw noSuchFile()
  done(copied)
  done(await calls.call('DeleteObject', source))
}
