/** The metadata index of objects: what exists under which name, and which contents it is made of. */

export interface ObjectTables {
  s3_buckets: BucketTable
  s3_objects: ObjectTable
  s3_segments: SegmentTable
  s3_uploads: UploadTable
  s3_parts: PartTable
  s3_completed_uploads: CompletedUploadTable
  s3_garbage: GarbageTable
  s3_writers: WriterTable
}

export interface BucketTable {
  name: string
  account_id: string
  region: string
  created_at: number
  policy: string | null
  /** JSON: pairs. */
  tags: string
}

export interface ObjectTable {
  bucket: string
  key: string
  /** Of this version of the object; its segments bear it. */
  id: string
  size: number
  /** Without quotes. */
  etag: string
  modified_at: number
  /** JSON: `ObjectFacts`. */
  facts: string
  /** JSON: pairs. */
  tags: string
}

/** A run of an object's bytes: one content, whole, or the bytes themselves where they are few. */
export interface SegmentTable {
  owner: string
  ordinal: number
  /** Empty where the bytes stand here. */
  content: string
  size: number
  /** Of a part that has one, base64; the object says by which algorithm. */
  checksum: string | null
  bytes: Uint8Array | null
}

export interface UploadTable {
  id: string
  bucket: string
  key: string
  initiated_at: number
  /** ARN, account and user id of who began it. */
  initiator: string
  initiator_account: string
  initiator_user: string
  /** JSON: `UploadFacts`. */
  facts: string
  tags: string
}

export interface PartTable {
  upload_id: string
  number: number
  id: string
  size: number
  etag: string
  modified_at: number
  /** JSON: `StoredChecksum`, or empty. */
  checksum: string
}

/** Uploads that are objects now, and what was answered. */
export interface CompletedUploadTable {
  id: string
  bucket: string
  key: string
  etag: string
  /** JSON: `StoredChecksum`, or empty. */
  checksum: string
  completed_at: number
}

/** Contents that nothing refers to any more, waiting for their readers to finish. */
export interface GarbageTable {
  content: string
  since: number
}

/** Servers that may write contents. A content's id begins with its writer's. */
export interface WriterTable {
  id: string
  seen_at: number
}
