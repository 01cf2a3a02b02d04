/** `x-amz-copy-source`: `/bucket/key`, percent-encoded, perhaps with a version. S3 API reference, CopyObject. */

import { ServiceFault, uriDecode } from '@scopedown/wire'
import type { Requirement } from '../../kernel/requirement.ts'
import type { StoredObject } from '../../objects/facts.ts'
import { invalidArgument, preconditionFailed } from '../../objects/faults.ts'
import { bucketNamed } from './buckets-table.ts'
import { decidedObject, foundObject, type NamesObject } from './found-object.ts'
import type { S3Deps } from './operation.ts'
import { failedCondition } from './read-conditions.ts'
import { asksObject, existingTags, type S3Call } from './requirements.ts'

export interface CopySource {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
}

export function readCopySource(text: string): CopySource {
  const mark = text.indexOf('?')
  const path = uriDecode(mark === -1 ? text : text.slice(0, mark))?.replace(/^\//, '')
  const slash = path?.indexOf('/') ?? -1
  const version = mark === -1 ? undefined : /^versionId=(.+)$/.exec(text.slice(mark + 1))?.[1]
  if (path === undefined || slash < 1 || slash === path.length - 1 || (mark !== -1 && version === undefined)) {
    throw invalidArgument(
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      'x-amz-copy-source',
      text,
    )
  }
  return { bucket: path.slice(0, slash), key: path.slice(slash + 1), versionId: version }
}

export interface CopyInput {
  readonly CopySource: string
  readonly ExpectedSourceBucketOwner?: string | undefined
  readonly CopySourceIfMatch?: string | undefined
  readonly CopySourceIfNoneMatch?: string | undefined
  readonly CopySourceIfModifiedSince?: Date | undefined
  readonly CopySourceIfUnmodifiedSince?: Date | undefined
}

export async function sourceRequirement(
  call: S3Call & { readonly input: CopyInput },
  { objects }: S3Deps,
): Promise<{
  readonly source: CopySource
  readonly object: StoredObject | undefined
  readonly requirement: Requirement
}> {
  const source = readCopySource(call.input.CopySource)
  const object = await decidedObject(call, { Bucket: source.bucket, Key: source.key }, objects)
  const action = source.versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  const keys = { ...existingTags(object), 's3:VersionId': source.versionId }
  return { source, object, requirement: asksObject(call, action, source.bucket, source.key, keys) }
}

/** The object to copy from, its conditions held; a failed one is 412 whichever it is. */
export async function sourceObject(
  call: Parameters<typeof foundObject>[0] & { readonly input: CopyInput },
  deps: S3Deps,
): Promise<StoredObject> {
  const { input } = call
  const { bucket, key, versionId } = readCopySource(input.CopySource)
  await bucketNamed(deps.store, bucket, input.ExpectedSourceBucketOwner)
  const named: NamesObject = { Bucket: bucket, Key: key, VersionId: versionId }
  const object = await foundObject(call, named, deps)
  const failed = failedCondition(object, {
    ifMatch: input.CopySourceIfMatch,
    ifNoneMatch: input.CopySourceIfNoneMatch,
    ifModifiedSince: input.CopySourceIfModifiedSince,
    ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
  })
  if (failed !== undefined) throw preconditionFailed(`x-amz-copy-source-${failed}`)
  return object
}

/** `bytes=first-last`, both given; undefined: all of it. */
export function sourceRange(text: string | undefined, size: number): { start: number; end: number } {
  if (text === undefined) return { start: 0, end: size }
  const [, first, last] = /^bytes=(\d{1,15})-(\d{1,15})$/.exec(text) ?? []
  if (first === undefined || last === undefined || Number(last) < Number(first)) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      text,
    )
  }
  if (Number(last) >= size) {
    throw new ServiceFault('InvalidRange', `The specified copy range is invalid for the source object size: ${size}`, {
      status: 416,
    })
  }
  return { start: Number(first), end: Number(last) + 1 }
}
