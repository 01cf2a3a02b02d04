/**
 * Opens a request's body: decodes aws-chunked where it is, and checks length, digests and checksum as the bytes pass. The
 * stream ends only when all of them hold; a consumer commits then and not before.
 */
import { type Readable, Transform, type TransformCallback } from 'node:stream'
import { ServiceFault } from '../fault.ts'
import type { BodySpec } from './body-spec.ts'
import { type ChecksumAlgorithm, checksumHeader, isChecksumValue } from './checksum.ts'
import type { ChunkSeed } from './chunk-signature.ts'
import { AwsChunkedDecoder, incomplete } from './decoder.ts'
import { type DigestAlgorithm, type Digester, type Digests, digestHere } from './digests.ts'
import { digestOnThread, worthThreads } from './threaded-digester.ts'

export interface OpenedBody {
  /** The object's own bytes. Fails with a `ServiceFault` when anything about the body is not as stated. */
  readonly stream: Readable
  /** What passed; to be read after the stream has ended. */
  readonly summary: () => BodySummary
}

export interface BodySummary {
  readonly length: number
  /** Base64; the ETag of a plain put. Undefined only where the opener wanted none. */
  readonly md5: string | undefined
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined
}

export interface OpenOptions {
  readonly seed?: ChunkSeed
  readonly defaultChecksum?: ChecksumAlgorithm
  /** MD5 is the dearest digest of all: whoever needs no ETag of it may do without, unless the request states one. */
  readonly withoutMd5?: boolean
}

/**
 * `source` is the HTTP request; it is never destroyed here, so that a fault can still be answered on its socket. `seed` is
 * the verified signature, needed where chunks are signed. `defaultChecksum` is computed when the request names none.
 */
export function openBody(source: Readable, spec: BodySpec, options: OpenOptions = {}): OpenedBody {
  const decoder = spec.chunked && new AwsChunkedDecoder(decoderOptions(spec, options.seed))
  const verifier = new BodyVerifier(spec, decoder, options)
  const first = decoder ?? verifier
  source.once('error', (error) => first.destroy(error))
  source.once('close', () => {
    if (!source.readableEnded) first.destroy(incomplete())
  })
  first.once('error', () => source.unpipe(first))
  if (decoder) {
    decoder.once('error', (error) => verifier.destroy(error))
    verifier.once('close', () => decoder.destroy())
    decoder.pipe(verifier)
  }
  // A body may fail before anybody reads it; whoever does then meets the failure, and until then it must not end the process.
  verifier.on('error', () => {})
  source.pipe(first)
  return { stream: verifier, summary: () => verifier.summary() }
}

function decoderOptions(spec: BodySpec, seed: ChunkSeed | undefined) {
  if (spec.chunked === 'signed' && !seed) {
    throw new ServiceFault('AccessDenied', 'Access Denied', { status: 403 })
  }
  return {
    seed: spec.chunked === 'signed' ? seed : undefined,
    trailers: spec.trailers,
    decodedLength: spec.length ?? 0,
  }
}

class BodyVerifier extends Transform {
  readonly #spec: BodySpec
  readonly #decoder: AwsChunkedDecoder | undefined
  readonly #algorithm: ChecksumAlgorithm | undefined
  readonly #digester: Digester
  #length = 0
  #summary: BodySummary | undefined

  constructor(spec: BodySpec, decoder: AwsChunkedDecoder | undefined, options: OpenOptions) {
    super()
    this.#spec = spec
    this.#decoder = decoder
    this.#algorithm = spec.checksum?.algorithm ?? options.defaultChecksum
    const algorithms = new Set<DigestAlgorithm>()
    if (spec.md5 !== undefined || options.withoutMd5 !== true) algorithms.add('md5')
    if (spec.sha256 !== undefined) algorithms.add('sha256')
    if (this.#algorithm !== undefined) algorithms.add(this.#algorithm)
    this.#digester = digesterOf([...algorithms], spec.length)
  }

  summary(): BodySummary {
    if (!this.#summary) throw new Error('the body has not ended')
    return this.#summary
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#length += chunk.length
    if (this.#spec.length !== undefined && this.#length > this.#spec.length) {
      done(incomplete())
      return
    }
    const taken = this.#digester.update(chunk)
    if (taken === undefined) done(null, chunk)
    else taken.then(() => done(null, chunk), done)
  }

  override _flush(done: TransformCallback): void {
    const digests = this.#digester.digest()
    if (digests instanceof Promise) digests.then((known) => done(this.#verdict(known) ?? null), done)
    else done(this.#verdict(digests) ?? null)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#digester.close()
    done(error)
  }

  #verdict(digests: Digests): ServiceFault | undefined {
    const { length, sha256, md5 } = this.#spec
    if (length !== undefined && this.#length !== length) return incomplete()
    if (sha256 !== undefined && digests.get('sha256') !== Buffer.from(sha256, 'hex').toString('base64')) {
      return new ServiceFault(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        { status: 400 },
      )
    }
    const ourMd5 = digests.get('md5')
    if (md5 !== undefined && ourMd5 !== md5) return badDigest('Content-MD5')
    const algorithm = this.#algorithm
    const value = algorithm && digests.get(algorithm)
    const stated = this.#statedChecksum()
    if (algorithm && stated !== undefined) {
      if (!isChecksumValue(algorithm, stated)) {
        return new ServiceFault(
          'InvalidRequest',
          `Value for ${checksumHeader(algorithm)} trailing header is invalid.`,
          { status: 400 },
        )
      }
      if (stated !== value) return badDigest(algorithm.toUpperCase())
    }
    this.#summary = {
      length: this.#length,
      md5: ourMd5,
      checksum: algorithm && value !== undefined ? { algorithm, value } : undefined,
    }
    return undefined
  }

  #statedChecksum(): string | undefined {
    const { checksum } = this.#spec
    return checksum && (checksum.value ?? this.#decoder?.trailers.get(checksumHeader(checksum.algorithm)) ?? '')
  }
}

function digesterOf(algorithms: readonly DigestAlgorithm[], length = 0): Digester {
  const threaded = length < worthThreads ? undefined : digestOnThread(algorithms)
  return threaded ?? digestHere(algorithms)
}

function badDigest(what: string): ServiceFault {
  return new ServiceFault('BadDigest', `The ${what} you specified did not match the calculated checksum.`, {
    status: 400,
  })
}
