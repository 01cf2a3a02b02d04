/** PutObject. S3 API reference. */

import { ServiceFault } from '@scopedown/wire'
import type { Requirement, Requirements } from '../../kernel/requirement.ts'
import { checksumAlgorithm, checksumMember, openUpload } from './bodies.ts'
import { bucketNamed } from './buckets-table.ts'
import { checkKey } from './names.ts'
import { operation } from './operation.ts'
import { asksObject, type S3Call } from './requirements.ts'
import {
  conditionsOf,
  factsOf,
  hasAcl,
  refuseUnoffered,
  tagsOfHeader,
  type WriteInput,
  writeKeys,
} from './write-input.ts'

export const maxPutBytes = 5 * 1024 ** 3

/** A new object with its headers: the write itself, and a permission of its own for each thing that comes with it. */
export function writeRequirements(
  call: S3Call,
  { Bucket, Key, ...input }: WriteInput & { readonly Bucket: string; readonly Key: string },
  creation: boolean,
): Requirements {
  const keys = writeKeys(input, creation)
  const more: Requirement[] = []
  if (input.Tagging !== undefined) more.push(asksObject(call, 's3:PutObjectTagging', Bucket, Key, keys))
  if (hasAcl(input)) more.push(asksObject(call, 's3:PutObjectAcl', Bucket, Key, keys))
  return [asksObject(call, 's3:PutObject', Bucket, Key, keys), ...more]
}

export const putObject = operation('PutObject', {
  authorize: (call) => {
    const { input } = call
    const requirements = writeRequirements(call, input, true)
    // Its answer tells whether the object is the one that is named.
    if (input.IfMatch === undefined) return requirements
    return [...requirements, asksObject(call, 's3:GetObject', input.Bucket, input.Key)]
  },
  handle: async ({ input }, { store, objects }) => {
    checkKey(input.Key)
    refuseUnoffered(input)
    await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    checkSize(input.ContentLength)
    const tags = tagsOfHeader(input.Tagging)
    const facts = factsOf(input)
    const object = await objects.put(
      { bucket: input.Bucket, key: input.Key, facts, tags, conditions: conditionsOf(input) },
      openUpload(input, checksumAlgorithm(input.ChecksumAlgorithm)),
    )
    const { checksum } = object.facts
    return {
      ETag: `"${object.etag}"`,
      ...checksumMember(checksum),
      ...(checksum === undefined ? {} : { ChecksumType: checksum.type }),
    }
  },
})

export function checkSize(bytes: number | undefined): void {
  if (bytes === undefined || bytes <= maxPutBytes) return
  throw new ServiceFault('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
    status: 400,
    members: { ProposedSize: bytes, MaxSizeAllowed: maxPutBytes },
  })
}
