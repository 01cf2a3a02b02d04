/** CopyObject: two permissions, the source's and the target's. S3 API reference. */

import { openBody } from '@scopedown/wire'
import type { Requirement } from '../../kernel/requirement.ts'
import type { ObjectFacts, StoredObject, TagPairs } from '../../objects/facts.ts'
import { invalidRequest } from '../../objects/faults.ts'
import type { NewObject } from '../../objects/object-store.ts'
import { checksumAlgorithm, checksumMember } from './bodies.ts'
import { bucketNamed } from './buckets-table.ts'
import { readCopySource, sourceObject, sourceRequirement } from './copy-source.ts'
import { checkKey } from './names.ts'
import { operation, type S3Deps } from './operation.ts'
import { checkSize, writeRequirements } from './put-object.ts'
import { asksObject, existingTags } from './requirements.ts'
import { conditionsOf, factsOf, refuseUnoffered, tagsOfHeader } from './write-input.ts'

export const copyObject = operation('CopyObject', {
  authorize: async (call, deps) => {
    const { input } = call
    const { source, object, requirement } = await sourceRequirement(call, deps)
    const [write, ...more] = writeRequirements(call, targetInput(input), true)
    const context = {
      ...write.context,
      's3:x-amz-copy-source': `/${source.bucket}/${source.key}`,
      's3:x-amz-metadata-directive': input.MetadataDirective ?? 'COPY',
    }
    const tagging: Requirement[] = []
    if (input.TaggingDirective !== 'REPLACE' && (object?.tags.length ?? 0) > 0) {
      tagging.push(
        asksObject(call, 's3:GetObjectTagging', source.bucket, source.key, existingTags(object)),
        asksObject(call, 's3:PutObjectTagging', input.Bucket, input.Key),
      )
    }
    const match = input.IfMatch === undefined ? [] : [asksObject(call, 's3:GetObject', input.Bucket, input.Key)]
    return [requirement, { ...write, context }, ...more, ...tagging, ...match]
  },
  handle: async (call, deps) => {
    const { input } = call
    checkKey(input.Key)
    refuseUnoffered(input)
    checkDirective(input.MetadataDirective)
    checkDirective(input.TaggingDirective)
    await bucketNamed(deps.store, input.Bucket, input.ExpectedBucketOwner)
    const source = await sourceObject(call, deps)
    checkSize(source.size)
    const replaced = input.MetadataDirective === 'REPLACE'
    checkChanges(input, replaced)
    const facts = replaced ? factsOf(input) : copiedFacts(source.facts, input.WebsiteRedirectLocation)
    const tags: TagPairs = input.TaggingDirective === 'REPLACE' ? tagsOfHeader(input.Tagging) : source.tags
    const target = { bucket: input.Bucket, key: input.Key, facts, tags, conditions: conditionsOf(input) }
    const object = await copied(source, target, input.ChecksumAlgorithm, deps)
    const { checksum } = object.facts
    return {
      CopyObjectResult: {
        ETag: `"${object.etag}"`,
        LastModified: new Date(object.modifiedAt),
        ...checksumMember(checksum),
        ...(checksum === undefined ? {} : { ChecksumType: checksum.type }),
      },
    }
  },
})

/** A tagging header counts only where it replaces. */
function targetInput<
  I extends { readonly Tagging?: string | undefined; readonly TaggingDirective?: string | undefined },
>(input: I): I {
  return input.TaggingDirective === 'REPLACE' ? input : { ...input, Tagging: undefined }
}

/**
 * One put is one content: its copy shares it. The copy of a multipart object is a plain object with an ETag of its own, so its
 * bytes are read; likewise where another checksum is wanted.
 */
async function copied(
  source: StoredObject,
  target: NewObject,
  wanted: string | undefined,
  { objects }: S3Deps,
): Promise<StoredObject> {
  const algorithm = checksumAlgorithm(wanted) ?? source.facts.checksum?.algorithm
  if (source.facts.parts === undefined && algorithm === source.facts.checksum?.algorithm) {
    const { checksum } = source.facts
    const facts = checksum === undefined ? target.facts : { ...target.facts, checksum }
    return objects.share(source, { ...target, facts })
  }
  const stream = await objects.read(source, 0, source.size)
  const spec = {
    length: source.size,
    chunked: undefined,
    trailers: [],
    sha256: undefined,
    md5: undefined,
    checksum: undefined,
  }
  return objects.put(target, openBody(stream, spec, algorithm === undefined ? {} : { defaultChecksum: algorithm }))
}

function copiedFacts(
  { parts, checksum, redirect, ...facts }: ObjectFacts,
  newRedirect: string | undefined,
): ObjectFacts {
  return newRedirect === undefined ? facts : { ...facts, redirect: newRedirect }
}

function checkDirective(directive: string | undefined): void {
  if (directive === undefined || directive === 'COPY' || directive === 'REPLACE') return
  throw invalidRequest('Unknown metadata or tagging directive.')
}

function checkChanges(
  input: {
    readonly Bucket: string
    readonly Key: string
    readonly CopySource: string
    readonly StorageClass?: string | undefined
    readonly WebsiteRedirectLocation?: string | undefined
  },
  replaced: boolean,
): void {
  const { bucket, key } = readCopySource(input.CopySource)
  const changes = replaced || input.StorageClass !== undefined || input.WebsiteRedirectLocation !== undefined
  if (bucket !== input.Bucket || key !== input.Key || changes) return
  throw invalidRequest(
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
  )
}
