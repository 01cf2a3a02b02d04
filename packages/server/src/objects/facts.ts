/** What an object carries besides its bytes, as it is kept. S3 User Guide, "Working with object metadata". */

import type { ChecksumAlgorithm } from '@scopedown/wire'

export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm
  /** Base64; a composite one without its `-N`. */
  readonly value: string
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
}

export interface ObjectFacts {
  readonly contentType?: string | undefined
  readonly contentEncoding?: string | undefined
  readonly contentLanguage?: string | undefined
  readonly contentDisposition?: string | undefined
  readonly cacheControl?: string | undefined
  /** As it was sent: S3 gives back even what is no date. */
  readonly expires?: string | undefined
  readonly redirect?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly checksum?: StoredChecksum | undefined
  /** Of a multipart object: how many parts; each is a segment of its own. */
  readonly parts?: number | undefined
}

export type TagPairs = readonly (readonly [key: string, value: string])[]

export interface StoredObject {
  readonly bucket: string
  readonly key: string
  readonly id: string
  readonly size: number
  readonly etag: string
  readonly modifiedAt: number
  readonly facts: ObjectFacts
  readonly tags: TagPairs
  /** Where they were read together with the rest. */
  readonly segments?: readonly Segment[] | undefined
}

export interface Segment {
  /** Empty where `bytes` are given. */
  readonly content: string
  readonly size: number
  /** Of a part of a multipart object, base64, by the object's algorithm. */
  readonly checksum?: string | undefined
  /** All of them, of a segment that the index holds itself. */
  readonly bytes?: Uint8Array | undefined
}
