/** CreateMultipartUpload, CompleteMultipartUpload, AbortMultipartUpload. S3 User Guide, "Multipart upload API and permissions". */

import { malformedXml, ServiceFault } from '@scopedown/wire'
import type { UploadChecksum } from '../../objects/completed-checksum.ts'
import { combines } from '../../objects/crc-combine.ts'
import { invalidRequest, noSuchUpload } from '../../objects/faults.ts'
import type { StoredUpload } from '../../objects/multipart.ts'
import { unquoted } from '../../objects/object-store.ts'
import { checksumAlgorithm, checksumMember, statedChecksum } from './bodies.ts'
import { bucketNamed } from './buckets-table.ts'
import { shownChecksum } from './get-object.ts'
import { initiatedOrAsks } from './initiator.ts'
import { checkKey } from './names.ts'
import { operation, type S3Deps } from './operation.ts'
import { writeRequirements } from './put-object.ts'
import { asksObject } from './requirements.ts'
import { conditionsOf, factsOf, refuseUnoffered, tagsOfHeader } from './write-input.ts'

export interface NamesUpload {
  readonly Bucket: string
  readonly Key: string
  readonly UploadId: string
  readonly ExpectedBucketOwner?: string | undefined
}

export async function foundUpload(
  { Bucket, Key, UploadId, ExpectedBucketOwner }: NamesUpload,
  { store, uploads }: S3Deps,
): Promise<StoredUpload> {
  await bucketNamed(store, Bucket, ExpectedBucketOwner)
  const upload = await uploads.find(Bucket, Key, UploadId)
  if (upload === undefined) throw noSuchUpload(UploadId)
  return upload
}

export const createMultipartUpload = operation('CreateMultipartUpload', {
  authorize: (call) => writeRequirements(call, call.input, false),
  handle: async ({ input, caller }, { store, uploads }) => {
    checkKey(input.Key)
    refuseUnoffered(input)
    await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    const checksum = checksumOf(input.ChecksumAlgorithm, input.ChecksumType)
    const UploadId = await uploads.create({
      bucket: input.Bucket,
      key: input.Key,
      initiator: { arn: caller.arn, account: caller.account, userId: caller.userId },
      facts: { object: factsOf(input), ...(checksum === undefined ? {} : { checksum }) },
      tags: tagsOfHeader(input.Tagging),
    })
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      UploadId,
      ...(checksum === undefined
        ? {}
        : { ChecksumAlgorithm: checksum.algorithm.toUpperCase() as 'CRC32', ChecksumType: checksum.type }),
    }
  },
})

/** A CRC-64 is always of the whole, a digest never. */
function checksumOf(name: string | undefined, type: string | undefined): UploadChecksum | undefined {
  const algorithm = checksumAlgorithm(name)
  if (algorithm === undefined) {
    if (type !== undefined)
      throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.')
    return undefined
  }
  const usual = algorithm === 'crc64nvme' ? 'FULL_OBJECT' : 'COMPOSITE'
  const wanted = type ?? usual
  const fits = wanted === 'FULL_OBJECT' ? combines(algorithm) : wanted === 'COMPOSITE' && algorithm !== 'crc64nvme'
  if (!fits) {
    throw invalidRequest(`The ${wanted} checksum type cannot be used with the ${algorithm} checksum algorithm.`)
  }
  return { algorithm, type: wanted as UploadChecksum['type'] }
}

export const completeMultipartUpload = operation('CompleteMultipartUpload', {
  authorize: (call) => {
    const { Bucket, Key, IfMatch, IfNoneMatch } = call.input
    const keys = { 's3:ObjectCreationOperation': true, 's3:if-match': IfMatch, 's3:if-none-match': IfNoneMatch }
    const write = asksObject(call, 's3:PutObject', Bucket, Key, keys)
    return IfMatch === undefined ? [write] : [write, asksObject(call, 's3:GetObject', Bucket, Key)]
  },
  handle: async ({ input, http }, deps) => {
    // An upload that is gone may have been completed: a client that missed the answer asks again.
    await bucketNamed(deps.store, input.Bucket, input.ExpectedBucketOwner)
    const parts = input.MultipartUpload?.Parts ?? []
    if (parts.length === 0 || parts.length > 10_000) throw malformedXml()
    if (input.IfNoneMatch !== undefined && input.IfNoneMatch !== '*') {
      throw new ServiceFault('NotImplemented', 'If-None-Match with an ETag is not implemented.', { status: 501 })
    }
    const named = { bucket: input.Bucket, key: input.Key, id: input.UploadId }
    const { etag, checksum } = await deps.uploads.complete(named, {
      parts: parts.map((part) => {
        if (part.PartNumber === undefined || part.ETag === undefined) throw malformedXml()
        return { number: part.PartNumber, etag: unquoted(part.ETag), checksum: statedChecksum(part) }
      }),
      conditions: conditionsOf(input),
      checksum: statedChecksum(input),
      size: input.MpuObjectSize,
    })
    return {
      Location: `http://${http?.headers.host ?? 's3'}/${input.Bucket}/${input.Key}`,
      Bucket: input.Bucket,
      Key: input.Key,
      ETag: `"${etag}"`,
      ...checksumMember(shownChecksum({ checksum, parts: parts.length })),
      ...(checksum === undefined ? {} : { ChecksumType: checksum.type }),
    }
  },
})

export const abortMultipartUpload = operation('AbortMultipartUpload', {
  authorize: (call, deps) => initiatedOrAsks(call, 's3:AbortMultipartUpload', deps),
  handle: async ({ input }, deps) => {
    await deps.uploads.abort(await foundUpload(input, deps))
    return {}
  },
})
