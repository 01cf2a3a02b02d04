/** The body of an upload, whoever sends it: an HTTP request, already bound to its headers, or a caller inside the server. */

import { Readable } from 'node:stream'
import { type BodySpec, CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, type OpenedBody, openBody } from '@scopedown/wire'
import { PendingBody } from '../../kernel/pending-body.ts'
import { invalidRequest } from '../../objects/faults.ts'

export interface UploadInput {
  readonly Body?: unknown
  readonly ContentLength?: number | undefined
  readonly ContentMD5?: string | undefined
  readonly ChecksumAlgorithm?: string | undefined
}

/** What S3 computes of an object where nobody asks for another. S3 User Guide, "Checking object integrity". */
export const usualChecksum: ChecksumAlgorithm = 'crc64nvme'

/** `algorithm`: computed where the request names no checksum of its own. */
export function openUpload(input: UploadInput, algorithm = usualChecksum): OpenedBody {
  const { Body: body } = input
  if (body instanceof PendingBody) return body.open(algorithm)
  return openBody(streamOf(body), specOf(input), { defaultChecksum: algorithm })
}

/**
 * The ETag of an object in parts is no MD5, nor need that of a part be one, and a caller inside the server has no use for it.
 * S3 API reference, Object, "ETag".
 */
export function openPart(input: UploadInput, algorithm = usualChecksum): OpenedBody {
  if (input.Body instanceof PendingBody) return openUpload(input, algorithm)
  return openBody(streamOf(input.Body), specOf(input), { defaultChecksum: algorithm, withoutMd5: true })
}

function streamOf(body: unknown): Readable {
  if (body === undefined) return Readable.from([])
  if (typeof body === 'string' || body instanceof Uint8Array) return Readable.from([Buffer.from(body)])
  if (body instanceof Readable) return body
  if (typeof body === 'object' && body !== null && Symbol.asyncIterator in body) {
    return Readable.from(body as AsyncIterable<Uint8Array>)
  }
  throw new TypeError('a body is bytes or a stream of bytes')
}

function specOf(input: UploadInput): BodySpec {
  return {
    length: input.ContentLength,
    chunked: undefined,
    trailers: [],
    sha256: undefined,
    md5: input.ContentMD5,
    checksum: statedChecksum(input),
  }
}

const members: Readonly<Record<ChecksumAlgorithm, string>> = {
  crc32: 'ChecksumCRC32',
  crc32c: 'ChecksumCRC32C',
  crc64nvme: 'ChecksumCRC64NVME',
  sha1: 'ChecksumSHA1',
  sha256: 'ChecksumSHA256',
}

export function statedChecksum(input: object): { algorithm: ChecksumAlgorithm; value: string } | undefined {
  for (const algorithm of CHECKSUM_ALGORITHMS) {
    const value = (input as Readonly<Record<string, unknown>>)[members[algorithm]]
    if (typeof value === 'string') return { algorithm, value }
  }
  return undefined
}

/** `{ChecksumCRC32: '…'}`, as outputs have it. */
export function checksumMember(checksum: { readonly algorithm: string; readonly value: string } | undefined) {
  return checksum === undefined ? {} : { [members[checksum.algorithm as ChecksumAlgorithm]]: checksum.value }
}

export function checksumAlgorithm(name: string | undefined): ChecksumAlgorithm | undefined {
  if (name === undefined) return undefined
  const found = CHECKSUM_ALGORITHMS.find((algorithm) => algorithm === name.toLowerCase())
  if (found === undefined) throw invalidRequest('Checksum algorithm provided is unsupported.')
  return found
}
