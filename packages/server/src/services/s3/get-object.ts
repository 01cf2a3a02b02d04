/** GetObject and HeadObject. S3 API reference. */

import { ServiceFault } from '@scopedown/wire'
import type { Granted } from '../../kernel/call.ts'
import type { ObjectFacts, StoredObject } from '../../objects/facts.ts'
import { partsOf } from '../../objects/object-parts.ts'
import { checksumMember } from './bodies.ts'
import { decidedObject, foundObject, type NamesObject } from './found-object.ts'
import { operation, type S3Arns, type S3Deps } from './operation.ts'
import { type ByteRange, contentRange, readRange } from './ranges.ts'
import { checkReadConditions } from './read-conditions.ts'
import { asksObject, existingTags, type S3Call } from './requirements.ts'

interface ReadInput extends NamesObject {
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
  readonly IfModifiedSince?: Date | undefined
  readonly IfUnmodifiedSince?: Date | undefined
  readonly Range?: string | undefined
  readonly PartNumber?: number | undefined
  readonly ChecksumMode?: string | undefined
  readonly ResponseCacheControl?: string | undefined
  readonly ResponseContentDisposition?: string | undefined
  readonly ResponseContentEncoding?: string | undefined
  readonly ResponseContentLanguage?: string | undefined
  readonly ResponseContentType?: string | undefined
  readonly ResponseExpires?: Date | undefined
}

type ReadCall = S3Call & { readonly input: ReadInput }

export async function readRequirement(call: ReadCall, { objects }: S3Deps) {
  const { Bucket, Key, VersionId } = call.input
  const action = VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
  return asksObject(call, action, Bucket, Key, {
    ...existingTags(await decidedObject(call, call.input, objects)),
    's3:VersionId': VersionId,
  })
}

export const getObject = operation('GetObject', {
  authorize: async (call, deps) => [await readRequirement(call, deps)],
  handle: async (call, deps) => {
    const { object, range, answer } = await answerRead(call, deps)
    const body = await deps.objects.read(object, range.start, range.end)
    // The SDK types what its client makes of a body; here it is a node stream.
    return { ...answer, Body: body as never }
  },
})

export const headObject = operation('HeadObject', {
  authorize: async (call, deps) => [await readRequirement(call, deps)],
  handle: async (call, deps) => (await answerRead(call, deps)).answer,
})

async function answerRead(call: Granted<ReadInput, S3Arns>, deps: S3Deps) {
  const { input } = call
  const object = await foundObject(call, input, deps)
  checkReadConditions(object, {
    ifMatch: input.IfMatch,
    ifNoneMatch: input.IfNoneMatch,
    ifModifiedSince: input.IfModifiedSince,
    ifUnmodifiedSince: input.IfUnmodifiedSince,
  })
  const { facts, size } = object
  const part = await rangeOfPart(object, input, deps)
  const range = part ?? readRange(input.Range, size)
  const whole: ByteRange = { start: 0, end: size }
  const { start, end } = range ?? whole
  const { checksum } = facts
  const summed = input.ChecksumMode === 'ENABLED' && checksum !== undefined && range === undefined
  const answer = {
    AcceptRanges: 'bytes',
    LastModified: new Date(object.modifiedAt),
    ContentLength: end - start,
    ETag: `"${object.etag}"`,
    ContentType: input.ResponseContentType ?? facts.contentType ?? 'binary/octet-stream',
    ...(range === undefined ? {} : { ContentRange: contentRange(range, size) }),
    ...given('CacheControl', input.ResponseCacheControl ?? facts.cacheControl),
    ...given('ContentDisposition', input.ResponseContentDisposition ?? facts.contentDisposition),
    ...given('ContentEncoding', input.ResponseContentEncoding ?? facts.contentEncoding),
    ...given('ContentLanguage', input.ResponseContentLanguage ?? facts.contentLanguage),
    ...expires(input.ResponseExpires ?? facts.expires),
    ...given('WebsiteRedirectLocation', facts.redirect),
    ...(facts.metadata === undefined ? {} : { Metadata: { ...facts.metadata } }),
    ...(summed ? { ...checksumMember(shownChecksum(facts)), ChecksumType: checksum.type } : {}),
    ...(part !== undefined && facts.parts !== undefined ? { PartsCount: facts.parts } : {}),
    ...(await tagCount(call, object)),
  }
  return { object, range: { start, end }, answer }
}

function given<Name extends string>(name: Name, value: string | undefined): { [K in Name]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { [K in Name]?: string }
}

function expires(date: Date | string | undefined): { Expires?: Date } {
  return date === undefined ? {} : { Expires: new Date(date) }
}

/** A composite checksum says over how many parts it was taken. */
export function shownChecksum({ checksum, parts }: Pick<ObjectFacts, 'checksum' | 'parts'>) {
  if (checksum?.type !== 'COMPOSITE') return checksum
  return { ...checksum, value: `${checksum.value}-${parts ?? 1}` }
}

/** Only who may read the tags learns their number. */
async function tagCount(call: Granted<ReadInput, S3Arns>, object: StoredObject): Promise<{ TagCount?: number }> {
  if (object.tags.length === 0) return {}
  const { bucket, key } = object
  const asked = asksObject(call, 's3:GetObjectTagging', bucket, key, existingTags(object))
  return (await call.permits(asked)) ? { TagCount: object.tags.length } : {}
}

async function rangeOfPart(
  object: StoredObject,
  { PartNumber: number, Range: range }: ReadInput,
  { store }: S3Deps,
): Promise<ByteRange | undefined> {
  if (number === undefined) return undefined
  if (range !== undefined) {
    throw new ServiceFault('InvalidRequest', 'Cannot specify both Range header and partNumber query parameter', {
      status: 400,
    })
  }
  const parts = await partsOf(store.db, object)
  const size = parts[number - 1]?.size
  if (size === undefined) {
    throw new ServiceFault('InvalidPartNumber', 'The requested partnumber is not satisfiable', {
      status: 416,
      members: { PartNumberRequested: number, ActualPartCount: parts.length },
    })
  }
  const start = parts.slice(0, number - 1).reduce((sum, part) => sum + part.size, 0)
  return size === 0 ? undefined : { start, end: start + size }
}
