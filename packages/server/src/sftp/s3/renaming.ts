/**
 * RENAME and posix-rename of a file: a copy, then a delete, every permission of both asked before anything is copied. Facts on
 * SFTP operations, "RENAME".
 */

import { noSuchFile, permissionDenied, type RenameOptions } from '../files/file-system.ts'
import { renameFolder } from './folder-renaming.ts'
import { done } from './multipart-upload.ts'
import { absence, head, type Location } from './object-lookup.ts'
import type { StoreCalls } from './store-calls.ts'

export async function rename(calls: StoreCalls, from: Location, to: Location, options: RenameOptions): Promise<void> {
  if (from.bucket === to.bucket && from.key === to.key) return
  const found = await head(calls, from)
  if (found.kind === 'denied') throw permissionDenied()
  if (found.kind === 'found') return move(calls, from, to, options.replace)
  if (!(await renameFolder(calls, from, to, options))) throw await absence(calls, from)
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
