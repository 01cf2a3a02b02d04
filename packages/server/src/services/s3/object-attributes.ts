/** GetObjectAttributes. S3 API reference: both actions are asked. */

import type { StoredObject } from '../../objects/facts.ts'
import { invalidArgument } from '../../objects/faults.ts'
import { partsOf } from '../../objects/object-parts.ts'
import { checksumMember } from './bodies.ts'
import { foundObject } from './found-object.ts'
import { readRequirement, shownChecksum } from './get-object.ts'
import { checkedMax } from './list-objects.ts'
import { operation, type S3Deps } from './operation.ts'
import { asksObject } from './requirements.ts'
import { markerNumber } from './upload-parts.ts'

const offered = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize']

export const getObjectAttributes = operation('GetObjectAttributes', {
  authorize: async (call, deps) => {
    const { Bucket, Key, VersionId } = call.input
    const read = await readRequirement(call, deps)
    const action = VersionId === undefined ? 's3:GetObjectAttributes' : 's3:GetObjectVersionAttributes'
    return [read, { ...asksObject(call, action, Bucket, Key), context: read.context ?? {} }]
  },
  handle: async (call, deps) => {
    const wanted: readonly string[] = call.input.ObjectAttributes
    const unknown = wanted.find((name) => !offered.includes(name))
    if (unknown !== undefined || wanted.length === 0) {
      throw invalidArgument('Invalid attribute name specified.', 'x-amz-object-attributes', unknown ?? '')
    }
    const object = await foundObject(call, call.input, deps)
    const { checksum, parts } = object.facts
    const has = (name: string) => wanted.includes(name)
    return {
      LastModified: new Date(object.modifiedAt),
      ...(has('ETag') ? { ETag: object.etag } : {}),
      ...(has('ObjectSize') ? { ObjectSize: object.size } : {}),
      ...(has('StorageClass') ? { StorageClass: 'STANDARD' as const } : {}),
      ...(has('Checksum') && checksum !== undefined
        ? { Checksum: { ...checksumMember(shownChecksum(object.facts)), ChecksumType: checksum.type } }
        : {}),
      ...(has('ObjectParts') && parts !== undefined ? { ObjectParts: await partsPage(object, call.input, deps) } : {}),
    }
  },
})

interface PageInput {
  readonly MaxParts?: number | undefined
  readonly PartNumberMarker?: string | undefined
}

/** As in S3, the parts themselves are listed only where they have checksums; their number is always told. */
async function partsPage(object: StoredObject, input: PageInput, { store }: S3Deps) {
  const max = checkedMax(input.MaxParts, 'max-parts')
  const after = markerNumber(input.PartNumberMarker)
  const parts = await partsOf(store.db, object)
  const { checksum } = object.facts
  if (checksum === undefined) return { TotalPartsCount: parts.length }
  const page = parts.slice(after, after + max)
  const last = after + page.length
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(after),
    NextPartNumberMarker: String(last),
    MaxParts: max,
    IsTruncated: last < parts.length,
    Parts: page.map(({ size, checksum: value }, i) => ({
      PartNumber: after + i + 1,
      Size: size,
      ...checksumMember(value === undefined ? undefined : { algorithm: checksum.algorithm, value }),
    })),
  }
}
