/**
 * Decodes an aws-chunked body as it streams, verifying chunk signatures and the trailer. Data passes on before its chunk's
 * signature is known: a consumer may only commit once the stream has ended without an error.
 * S3 API reference, "Signature Calculations … Transferring Payload in Multiple Chunks" and "… trailing headers".
 */
import { createHash, type Hash } from 'node:crypto'
import { Transform, type TransformCallback } from 'node:stream'
import { ServiceFault } from '../fault.ts'
import { type ChunkSeed, ChunkSignatures, sameSignature } from './chunk-signature.ts'

export interface ChunkedOptions {
  /** The request's signature when chunks are signed; undefined for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`. */
  readonly seed: ChunkSeed | undefined
  /** The names that `x-amz-trailer` announced, lower case; exactly these must come. Empty without a trailer. */
  readonly trailers: readonly string[]
  /** `x-amz-decoded-content-length`. */
  readonly decodedLength: number
}

type State = 'header' | 'data' | 'dataEnd' | 'trailer'

const MAX_HEADER = 256
const MAX_TRAILER = 8192
const HEADER = /^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/
const TRAILER_SIGNATURE = 'x-amz-trailer-signature'

export class AwsChunkedDecoder extends Transform {
  readonly #options: ChunkedOptions
  readonly #signatures: ChunkSignatures | undefined
  readonly #trailers = new Map<string, string>()
  #state: State = 'header'
  /** Bytes of a header or trailer that is not complete yet. */
  #pending = ''
  #left = 0
  #total = 0
  #hash: Hash | undefined
  #presented: string | undefined

  constructor(options: ChunkedOptions) {
    super()
    this.#options = options
    this.#signatures = options.seed && new ChunkSignatures(options.seed)
  }

  /** The trailer's values by lower-case name; complete once the stream has ended. */
  get trailers(): ReadonlyMap<string, string> {
    return this.#trailers
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#consume(chunk)
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      if (this.#state !== 'trailer') throw incomplete()
      this.#readTrailer()
      if (this.#total !== this.#options.decodedLength) throw incomplete()
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  #consume(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'data') {
        const data = chunk.subarray(at, at + this.#left)
        at += data.length
        this.#data(data)
      } else if (this.#state === 'trailer') {
        this.#pending += chunk.toString('latin1', at)
        if (this.#pending.length > MAX_TRAILER) throw malformedTrailer()
        return
      } else at = this.#line(chunk, at)
    }
  }

  #data(data: Buffer): void {
    this.#left -= data.length
    this.#total += data.length
    this.#hash?.update(data)
    this.push(data)
    if (this.#left === 0) {
      this.#checkChunk()
      this.#state = 'dataEnd'
    }
  }

  /** Takes bytes up to a line's end; the index behind what was taken. */
  #line(chunk: Buffer, at: number): number {
    const newline = chunk.indexOf(0x0a, at)
    const end = newline < 0 ? chunk.length : newline + 1
    if (this.#pending.length + end - at > MAX_HEADER) throw malformedChunk()
    this.#pending += chunk.toString('latin1', at, end)
    if (newline < 0) return end
    const line = this.#pending
    this.#pending = ''
    if (!line.endsWith('\r\n')) throw malformedChunk()
    if (this.#state === 'dataEnd') {
      if (line !== '\r\n') throw malformedChunk()
      this.#state = 'header'
    } else this.#header(line.slice(0, -2))
    return end
  }

  #header(line: string): void {
    const match = HEADER.exec(line)
    if (!match) throw malformedChunk()
    this.#left = Number.parseInt(match[1] ?? '', 16)
    this.#presented = match[2]
    if ((this.#presented !== undefined) !== (this.#signatures !== undefined)) throw malformedChunk()
    if (this.#left > this.#options.decodedLength - this.#total) throw incomplete()
    if (this.#signatures) this.#hash = createHash('sha256')
    if (this.#left > 0) {
      this.#state = 'data'
      return
    }
    this.#checkChunk()
    this.#state = 'trailer'
  }

  #checkChunk(): void {
    if (!this.#signatures || !this.#hash) return
    if (!sameSignature(this.#signatures.next(this.#hash.digest('hex')), this.#presented)) throw mismatch()
  }

  #readTrailer(): void {
    for (const line of this.#pending.split(/\r?\n/)) {
      if (line.trim() === '') continue
      const colon = line.indexOf(':')
      const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
      if (name === '' || this.#trailers.has(name)) throw malformedTrailer()
      this.#trailers.set(name, line.slice(colon + 1).trim())
    }
    const signature = this.#trailers.get(TRAILER_SIGNATURE)
    this.#trailers.delete(TRAILER_SIGNATURE)
    const { trailers } = this.#options
    if (this.#trailers.size !== trailers.length || !trailers.every((name) => this.#trailers.has(name))) {
      throw malformedTrailer()
    }
    if (trailers.length === 0 || !this.#signatures) {
      if (signature !== undefined) throw malformedTrailer()
      return
    }
    const lines = [...this.#trailers].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}`)
    if (!sameSignature(this.#signatures.trailer(lines), signature)) throw mismatch()
  }
}

/** The body ended early, or does not have the length that was stated. */
export function incomplete(): ServiceFault {
  return new ServiceFault(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header',
    { status: 400 },
  )
}

function malformedChunk(): ServiceFault {
  return new ServiceFault('InvalidRequest', 'The aws-chunked body is malformed.', { status: 400 })
}

function malformedTrailer(): ServiceFault {
  return new ServiceFault(
    'MalformedTrailerError',
    'The request contained trailing data that was not well-formed or did not conform to our published schema.',
    { status: 400 },
  )
}

function mismatch(): ServiceFault {
  return new ServiceFault(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { status: 403 },
  )
}
