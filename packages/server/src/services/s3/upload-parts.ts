/** UploadPart, UploadPartCopy, ListParts. S3 API reference. */

import { openBody } from '@scopedown/wire'
import { invalidArgument } from '../../objects/faults.ts'
import { checksumMember, openPart, usualChecksum } from './bodies.ts'
import { canonicalId } from './buckets-table.ts'
import { sourceObject, sourceRange, sourceRequirement } from './copy-source.ts'
import { initiatedOrAsks, initiatorShape } from './initiator.ts'
import { checkedMax } from './list-objects.ts'
import { foundUpload } from './multipart-uploads.ts'
import { operation } from './operation.ts'
import { checkSize } from './put-object.ts'
import { asksObject } from './requirements.ts'

const mostParts = 10_000

function checkNumber(number: number): void {
  if (Number.isInteger(number) && number >= 1 && number <= mostParts) return
  throw invalidArgument('Part number must be an integer between 1 and 10000, inclusive', 'partNumber', String(number))
}

export function markerNumber(text: string | undefined): number {
  const marker = Number(text ?? 0)
  if (Number.isInteger(marker) && marker >= 0) return marker
  throw invalidArgument('The part number marker is not a number.', 'part-number-marker', text)
}

const creates = { 's3:ObjectCreationOperation': false }

export const uploadPart = operation('UploadPart', {
  authorize: (call) => [asksObject(call, 's3:PutObject', call.input.Bucket, call.input.Key, creates)],
  handle: async ({ input }, deps) => {
    checkNumber(input.PartNumber)
    checkSize(input.ContentLength)
    const upload = await foundUpload(input, deps)
    const body = openPart(input, upload.facts.checksum?.algorithm)
    const part = await deps.uploads.putPart(upload, input.PartNumber, body)
    return { ETag: `"${part.etag}"`, ...checksumMember(part.checksum) }
  },
})

export const uploadPartCopy = operation('UploadPartCopy', {
  authorize: async (call, deps) => {
    const { source, requirement } = await sourceRequirement(call, deps)
    const keys = { ...creates, 's3:x-amz-copy-source': `/${source.bucket}/${source.key}` }
    return [requirement, asksObject(call, 's3:PutObject', call.input.Bucket, call.input.Key, keys)]
  },
  handle: async (call, deps) => {
    const { input } = call
    checkNumber(input.PartNumber)
    const upload = await foundUpload(input, deps)
    const source = await sourceObject(call, deps)
    const { start, end } = sourceRange(input.CopySourceRange, source.size)
    checkSize(end - start)
    const spec = {
      length: end - start,
      chunked: undefined,
      trailers: [],
      sha256: undefined,
      md5: undefined,
      checksum: undefined,
    }
    const defaultChecksum = upload.facts.checksum?.algorithm ?? usualChecksum
    const body = openBody(await deps.objects.read(source, start, end), spec, { defaultChecksum })
    const part = await deps.uploads.putPart(upload, input.PartNumber, body)
    return {
      CopyPartResult: {
        ETag: `"${part.etag}"`,
        LastModified: new Date(part.modifiedAt),
        ...checksumMember(part.checksum),
      },
    }
  },
})

export const listParts = operation('ListParts', {
  authorize: (call, deps) => initiatedOrAsks(call, 's3:ListMultipartUploadParts', deps),
  handle: async ({ input }, deps) => {
    const upload = await foundUpload(input, deps)
    const max = checkedMax(input.MaxParts, 'max-parts')
    const after = markerNumber(input.PartNumberMarker)
    const found = await deps.uploads.parts(upload.id, after, max + 1)
    const page = found.slice(0, max)
    const more = found.length > max
    const { checksum } = upload.facts
    return {
      Bucket: input.Bucket,
      Key: input.Key,
      UploadId: input.UploadId,
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(page[page.length - 1]?.number ?? 0),
      MaxParts: max,
      IsTruncated: more,
      StorageClass: 'STANDARD' as const,
      Initiator: initiatorShape(upload.initiator),
      Owner: { ID: canonicalId(upload.initiator.account) },
      ...(checksum === undefined
        ? {}
        : { ChecksumAlgorithm: checksum.algorithm.toUpperCase() as 'CRC32', ChecksumType: checksum.type }),
      ...(page.length === 0
        ? {}
        : {
            Parts: page.map((part) => ({
              PartNumber: part.number,
              LastModified: new Date(part.modifiedAt),
              ETag: `"${part.etag}"`,
              Size: part.size,
              ...checksumMember(part.checksum),
            })),
          }),
    }
  },
})
