/** What PutObject, CreateMultipartUpload and CopyObject have in common: headers that are kept, asked about, or not offered. */

import { ServiceFault } from '@scopedown/wire'
import type { ObjectFacts, TagPairs } from '../../objects/facts.ts'
import { invalidArgument, notImplemented } from '../../objects/faults.ts'
import { type Keys, requestedTags } from './requirements.ts'
import { checkedTags, maxObjectTags, taggingHeader } from './tag-sets.ts'

export interface WriteInput {
  readonly ACL?: string | undefined
  readonly GrantFullControl?: string | undefined
  readonly GrantRead?: string | undefined
  readonly GrantReadACP?: string | undefined
  readonly GrantWriteACP?: string | undefined
  readonly StorageClass?: string | undefined
  readonly ServerSideEncryption?: string | undefined
  readonly SSECustomerAlgorithm?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly ObjectLockMode?: string | undefined
  readonly ObjectLockRetainUntilDate?: Date | undefined
  readonly ObjectLockLegalHoldStatus?: string | undefined
  readonly WriteOffsetBytes?: number | undefined
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
  readonly Tagging?: string | undefined
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
  readonly ContentType?: string | undefined
  readonly Expires?: Date | undefined
  readonly Metadata?: Readonly<Record<string, string>> | undefined
  readonly WebsiteRedirectLocation?: string | undefined
}

export function hasAcl(input: WriteInput): boolean {
  const { ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWriteACP } = input
  return [ACL, GrantFullControl, GrantRead, GrantReadACP, GrantWriteACP].some((value) => value !== undefined)
}

/** `creation`: whether an object appears by this call. */
export function writeKeys(input: WriteInput, creation: boolean): Keys {
  return {
    's3:x-amz-acl': input.ACL,
    's3:x-amz-grant-full-control': input.GrantFullControl,
    's3:x-amz-grant-read': input.GrantRead,
    's3:x-amz-grant-read-acp': input.GrantReadACP,
    's3:x-amz-grant-write-acp': input.GrantWriteACP,
    's3:x-amz-storage-class': input.StorageClass,
    's3:x-amz-server-side-encryption': input.ServerSideEncryption,
    's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
    's3:x-amz-server-side-encryption-customer-algorithm': input.SSECustomerAlgorithm,
    's3:x-amz-website-redirect-location': input.WebsiteRedirectLocation,
    's3:if-match': input.IfMatch,
    's3:if-none-match': input.IfNoneMatch,
    's3:ObjectCreationOperation': creation,
    ...requestedTags(taggingHeader(input.Tagging)),
  }
}

/** After permission: what this server does not do is said, never passed over. */
export function refuseUnoffered(input: WriteInput): void {
  const grants = [input.GrantFullControl, input.GrantRead, input.GrantReadACP, input.GrantWriteACP]
  const acl = input.ACL !== undefined && input.ACL !== 'bucket-owner-full-control'
  if (acl || grants.some((value) => value !== undefined)) {
    throw new ServiceFault('AccessControlListNotSupported', 'The bucket does not allow ACLs', { status: 400 })
  }
  if (input.ServerSideEncryption ?? input.SSECustomerAlgorithm ?? input.SSEKMSKeyId) {
    throw notImplemented('Server-side encryption')
  }
  if (input.StorageClass !== undefined && input.StorageClass !== 'STANDARD') {
    throw notImplemented(`Storage class ${input.StorageClass}`)
  }
  if (input.ObjectLockMode ?? input.ObjectLockRetainUntilDate ?? input.ObjectLockLegalHoldStatus) {
    throw notImplemented('Object Lock')
  }
  if (input.WriteOffsetBytes !== undefined) throw notImplemented('Appending to an object')
  if (input.IfNoneMatch !== undefined && input.IfNoneMatch !== '*') {
    throw notImplemented('If-None-Match with an ETag')
  }
}

const maxMetadata = 2048

export function factsOf(input: WriteInput): ObjectFacts {
  const metadata = input.Metadata ?? {}
  let size = 0
  for (const [name, value] of Object.entries(metadata)) size += Buffer.byteLength(name) + Buffer.byteLength(value)
  if (size > maxMetadata) {
    throw new ServiceFault('MetadataTooLarge', 'Your metadata headers exceed the maximum allowed metadata size', {
      status: 400,
      members: { Size: size, MaxSizeAllowed: maxMetadata },
    })
  }
  const encoding = keptEncoding(input.ContentEncoding)
  return {
    ...kept('contentType', input.ContentType),
    ...kept('contentEncoding', encoding),
    ...kept('contentLanguage', input.ContentLanguage),
    ...kept('contentDisposition', input.ContentDisposition),
    ...kept('cacheControl', input.CacheControl),
    ...kept('expires', input.Expires?.toUTCString()),
    ...kept('redirect', input.WebsiteRedirectLocation),
    ...(size === 0 ? {} : { metadata: { ...metadata } }),
  }
}

function kept(name: keyof ObjectFacts, value: string | undefined): Partial<ObjectFacts> {
  return value === undefined ? {} : { [name]: value }
}

/** `aws-chunked` is how the body travelled, not what it is. */
function keptEncoding(value: string | undefined): string | undefined {
  const codings = (value ?? '').split(',').map((coding) => coding.trim())
  const left = codings.filter((coding) => coding !== '' && coding.toLowerCase() !== 'aws-chunked')
  return left.length === 0 ? undefined : left.join(',')
}

export function tagsOfHeader(text: string | undefined): TagPairs {
  const tags = taggingHeader(text)
  if (tags === undefined) return []
  if (text !== '' && tags.some(([key]) => key === '')) {
    throw invalidArgument(
      "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-amz-tagging',
      text,
    )
  }
  return checkedTags(tags, maxObjectTags)
}

export function conditionsOf({ IfMatch, IfNoneMatch }: Pick<WriteInput, 'IfMatch' | 'IfNoneMatch'>) {
  return { ifMatch: IfMatch, ifNoneMatch: IfNoneMatch }
}
