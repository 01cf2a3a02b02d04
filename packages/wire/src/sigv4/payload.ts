/**
 * S3's `x-amz-content-sha256`: a digest of the body, or the name of the form in which the body comes.
 * S3 API reference, "Signature Calculations for the Authorization Header", table "x-amz-content-sha256".
 */

export type PayloadMode =
  | 'digest'
  | 'unsigned'
  | 'signedChunks'
  | 'signedChunksWithTrailer'
  | 'unsignedChunksWithTrailer'

const MODES: Readonly<Record<string, PayloadMode>> = {
  'UNSIGNED-PAYLOAD': 'unsigned',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD': 'signedChunks',
  'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER': 'signedChunksWithTrailer',
  'STREAMING-UNSIGNED-PAYLOAD-TRAILER': 'unsignedChunksWithTrailer',
}

export interface Payload {
  readonly mode: PayloadMode
  /** What stands in the canonical request: the digest (hex, lower case) or the name. */
  readonly hash: string
}

/** Undefined when the header's value is neither. */
export function readPayload(value: string): Payload | undefined {
  if (/^[0-9a-f]{64}$/.test(value)) return { mode: 'digest', hash: value }
  const mode = Object.hasOwn(MODES, value) ? MODES[value] : undefined
  return mode && { mode, hash: value }
}
