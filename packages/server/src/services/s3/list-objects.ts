/** ListObjects and ListObjectsV2. S3 API reference. */

import { uriEncode } from '@scopedown/wire'
import type { ObjectFacts } from '../../objects/facts.ts'
import { invalidArgument } from '../../objects/faults.ts'
import { type Listed, listObjects as list } from '../../objects/listing.ts'
import { type Bucket, bucketNamed, canonicalId } from './buckets-table.ts'
import { operation, type S3Deps } from './operation.ts'
import { asksBucket, type S3Call } from './requirements.ts'

interface ListInput {
  readonly Bucket: string
  readonly Prefix?: string | undefined
  readonly Delimiter?: string | undefined
  readonly MaxKeys?: number | undefined
  readonly EncodingType?: string | undefined
}

const mostKeys = 1000

/** A listing key is there exactly when the request has the parameter. */
function listRequirement(call: S3Call & { readonly input: ListInput }) {
  const { Bucket, Prefix, Delimiter, MaxKeys } = call.input
  return asksBucket(call, 's3:ListBucket', Bucket, {
    's3:prefix': Prefix,
    's3:delimiter': Delimiter,
    's3:max-keys': MaxKeys,
  })
}

export const listObjectsV2 = operation('ListObjectsV2', {
  authorize: (call) => [listRequirement(call)],
  handle: async ({ input }, { store }) => {
    const bucket = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    const { ContinuationToken: token, StartAfter: startAfter } = input
    const after = token === undefined ? (startAfter ?? '') : readToken(token)
    const max = checkedMax(input.MaxKeys)
    const listed = await list(store, { ...query(input), after, max })
    const encode = encoder(input.EncodingType)
    return {
      ...answer(input, listed, max, encode),
      ...contents(listed, encode, input.FetchOwner ? bucket : undefined),
      KeyCount: listed.objects.length + listed.prefixes.length,
      ...(token === undefined ? {} : { ContinuationToken: token }),
      ...(startAfter === undefined ? {} : { StartAfter: encode(startAfter) }),
      ...(listed.next === undefined ? {} : { NextContinuationToken: tokenOf(listed.next) }),
    }
  },
})

export const listObjects = operation('ListObjects', {
  authorize: (call) => [listRequirement(call)],
  handle: async ({ input }, { store }: S3Deps) => {
    const bucket = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    const max = checkedMax(input.MaxKeys)
    const listed = await list(store, { ...query(input), after: input.Marker ?? '', max })
    const encode = encoder(input.EncodingType)
    return {
      ...answer(input, listed, max, encode),
      ...contents(listed, encode, bucket),
      Marker: encode(input.Marker ?? ''),
      // Without a delimiter clients take the last key.
      ...(listed.next === undefined || !input.Delimiter ? {} : { NextMarker: encode(listed.next) }),
    }
  },
})

function query({ Bucket, Prefix, Delimiter }: ListInput) {
  return { bucket: Bucket, prefix: Prefix ?? '', delimiter: Delimiter ?? '' }
}

export function checkedMax(maxKeys: number | undefined, name = 'max-keys'): number {
  if (maxKeys !== undefined && (!Number.isInteger(maxKeys) || maxKeys < 0 || maxKeys > 2 ** 31 - 1)) {
    throw invalidArgument('Argument max-keys must be an integer between 0 and 2147483647', name, String(maxKeys))
  }
  return Math.min(maxKeys ?? mostKeys, mostKeys)
}

type Encode = (text: string) => string

/** `encoding-type=url`: for keys that XML cannot hold. */
export function encoder(type: string | undefined): Encode {
  if (type === undefined) return (text) => text
  if (type !== 'url') throw invalidArgument('Invalid Encoding Method specified in Request', 'encoding-type', type)
  return (text) => uriEncode(text).replaceAll('%2F', '/')
}

function answer(input: ListInput, { next }: Listed, max: number, encode: Encode) {
  return {
    Name: input.Bucket,
    Prefix: encode(input.Prefix ?? ''),
    MaxKeys: max,
    IsTruncated: next !== undefined,
    ...(input.Delimiter === undefined ? {} : { Delimiter: encode(input.Delimiter) }),
    ...(input.EncodingType === undefined ? {} : { EncodingType: 'url' as const }),
  }
}

function contents({ objects, prefixes }: Listed, encode: Encode, owner: Bucket | undefined) {
  const Owner = owner && { ID: canonicalId(owner.account_id) }
  return {
    ...(objects.length === 0
      ? {}
      : {
          Contents: objects.map(({ key, size, etag, modifiedAt, facts }) => ({
            Key: encode(key),
            LastModified: new Date(modifiedAt),
            ETag: `"${etag}"`,
            ...checksumOf(facts),
            Size: size,
            StorageClass: 'STANDARD' as const,
            ...(Owner === undefined ? {} : { Owner }),
          })),
        }),
    ...(prefixes.length === 0 ? {} : { CommonPrefixes: prefixes.map((prefix) => ({ Prefix: encode(prefix) })) }),
  }
}

function checksumOf(facts: string) {
  if (!facts.includes('"checksum"')) return {}
  const { checksum } = JSON.parse(facts) as ObjectFacts
  if (checksum === undefined) return {}
  return { ChecksumAlgorithm: [checksum.algorithm.toUpperCase() as 'CRC32'], ChecksumType: checksum.type }
}

const tokenVersion = '1'

function tokenOf(after: string): string {
  return Buffer.from(tokenVersion + after, 'utf8').toString('base64url')
}

function readToken(token: string): string {
  const text = Buffer.from(token, 'base64url').toString('utf8')
  if (text.startsWith(tokenVersion) && tokenOf(text.slice(1)) === token) return text.slice(1)
  throw invalidArgument('The continuation token provided is incorrect', 'continuation-token', token)
}
