/** GetObjectAttributes. S3 API reference: both actions are asked. */

import { invalidArgument } from '../../objects/faults.ts'
import { checksumMember } from './bodies.ts'
import { foundObject } from './found-object.ts'
import { readRequirement, shownChecksum } from './get-object.ts'
import { operation } from './operation.ts'
import { asksObject } from './requirements.ts'

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
        ? { Checksum: { ...checksumMember(shownChecksum(object)), ChecksumType: checksum.type } }
        : {}),
      ...(has('ObjectParts') && parts !== undefined ? { ObjectParts: { TotalPartsCount: parts } } : {}),
    }
  },
})
