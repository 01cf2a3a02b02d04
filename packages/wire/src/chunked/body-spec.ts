/**
 * What a request says about its body: length, digests, checksums, trailer. Read and judged before a byte of the body is.
 * S3 API reference, PutObject; S3 User Guide, "Checking object integrity".
 */
import { ServiceFault } from '../fault.ts'
import { type HeaderValues, single } from '../sigv4/headers.ts'
import type { Payload } from '../sigv4/payload.ts'
import { type ChecksumAlgorithm, checksumAlgorithmOf, isChecksumValue } from './checksum.ts'

export interface BodySpec {
  /** Bytes of the decoded body; undefined when the request does not say (plain body, HTTP chunked encoding). */
  readonly length: number | undefined
  readonly chunked: 'signed' | 'unsigned' | undefined
  /** Names that `x-amz-trailer` announces, lower case. */
  readonly trailers: readonly string[]
  /** Hex; of a plain body whose digest the signature covers. */
  readonly sha256: string | undefined
  /** Base64, from Content-MD5. */
  readonly md5: string | undefined
  /** The one checksum of the object, and its value when a header gives it; otherwise the trailer will. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string | undefined } | undefined
}

/** Throws `InvalidRequest`, `InvalidDigest`, `InvalidArgument` or `MissingContentLength` for what contradicts itself. */
export function readBodySpec(payload: Payload, headers: HeaderValues): BodySpec {
  const streaming = payload.mode !== 'digest' && payload.mode !== 'unsigned'
  const trailers = readTrailers(payload, headers)
  return {
    length: readLength(headers, streaming),
    chunked: !streaming ? undefined : payload.mode === 'unsignedChunksWithTrailer' ? 'unsigned' : 'signed',
    trailers,
    sha256: payload.mode === 'digest' ? payload.hash : undefined,
    md5: readMd5(headers),
    checksum: readChecksum(headers, trailers),
  }
}

function invalid(message: string): ServiceFault {
  return new ServiceFault('InvalidRequest', message, { status: 400 })
}

function readLength(headers: HeaderValues, streaming: boolean): number | undefined {
  const name = streaming ? 'x-amz-decoded-content-length' : 'content-length'
  const text = single(headers, name)
  if (text === undefined) {
    if (!streaming && !headers.has(name)) return undefined
    throw new ServiceFault('MissingContentLength', 'You must provide the Content-Length HTTP header.', { status: 411 })
  }
  if (!/^\d{1,15}$/.test(text))
    throw new ServiceFault('InvalidArgument', `The value of ${name} is not a length.`, { status: 400 })
  return Number(text)
}

function readTrailers(payload: Payload, headers: HeaderValues): string[] {
  const announced = (headers.get('x-amz-trailer') ?? []).flatMap((value) => value.split(','))
  const names = announced.map((name) => name.trim().toLowerCase()).filter((name) => name !== '')
  const takesTrailer = payload.mode === 'signedChunksWithTrailer' || payload.mode === 'unsignedChunksWithTrailer'
  if (takesTrailer !== names.length > 0) throw invalid('The x-amz-trailer header does not fit x-amz-content-sha256.')
  if (names.length > 1 || names.some((name) => !checksumAlgorithmOf(name))) {
    throw invalid('The value specified in the x-amz-trailer header is not supported')
  }
  return names
}

function readMd5(headers: HeaderValues): string | undefined {
  if (!headers.has('content-md5')) return undefined
  const text = single(headers, 'content-md5')
  if (text === undefined || !/^[A-Za-z0-9+/]{22}==$/.test(text)) {
    throw new ServiceFault('InvalidDigest', 'The Content-MD5 you specified was invalid.', { status: 400 })
  }
  return text
}

function readChecksum(headers: HeaderValues, trailers: readonly string[]): BodySpec['checksum'] {
  const named = [...headers.keys()].filter((name) => checksumAlgorithmOf(name))
  const [name, ...others] = [...named, ...trailers]
  if (name === undefined) return undefined
  if (others.length > 0) {
    throw invalid('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.')
  }
  const algorithm = checksumAlgorithmOf(name)
  if (!algorithm) return undefined
  const value = named.length > 0 ? (single(headers, name) ?? '') : undefined
  if (value !== undefined && !isChecksumValue(algorithm, value)) throw invalid(`Value for ${name} header is invalid.`)
  return { algorithm, value }
}
