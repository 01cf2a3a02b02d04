/** REMOVE and RMDIR. Facts on SFTP operations: permission is asked first, then what is there. */

import { failure, noSuchFile, permissionDenied } from '../files/file-system.ts'
import { done } from './multipart-upload.ts'
import { type Location, listInput } from './object-lookup.ts'
import type { StoreCalls } from './store-calls.ts'

export async function removeFile(calls: StoreCalls, { bucket, key }: Location): Promise<void> {
  const named = { Bucket: bucket, Key: key }
  if (!(await calls.allows('DeleteObject', named))) throw permissionDenied()
  const listed = await calls.call('ListObjectsV2', listInput({ bucket, key }, key, 1))
  // The key itself sorts before all that begin with it. Who may not list gets OK for what is not there, as from S3.
  if (listed.kind === 'done' && listed.output.Contents?.[0]?.Key !== key) throw noSuchFile()
  done(await calls.call('DeleteObject', named))
}

export async function removeDirectory(calls: StoreCalls, { bucket, key }: Location): Promise<void> {
  const marker = `${key}/`
  const listed = await calls.call('ListObjectsV2', listInput({ bucket, key }, marker))
  if (listed.kind === 'refused') throw permissionDenied()
  if (!(await calls.allows('DeleteObject', { Bucket: bucket, Key: marker }))) throw permissionDenied()
  if (listed.kind === 'fault' || (listed.output.KeyCount ?? 0) === 0) throw noSuchFile()
  const { Contents = [], CommonPrefixes = [] } = listed.output
  if (CommonPrefixes.length > 0 || Contents.some(({ Key }) => Key !== marker))
    throw failure('The directory is not empty')
  done(await calls.call('DeleteObject', { Bucket: bucket, Key: marker }))
}
