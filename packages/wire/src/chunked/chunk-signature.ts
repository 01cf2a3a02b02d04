/**
 * The chain of signatures over an aws-chunked body: each covers the one before, the first covers the request's own.
 * S3 API reference, "Signature Calculations … Transferring Payload in Multiple Chunks" and "… trailing headers".
 */
import { timingSafeEqual } from 'node:crypto'
import { EMPTY_SHA256, type Scope, scopeText, sha256Hex } from '../sigv4/canonical.ts'
import { hmacHex } from '../sigv4/hmac.ts'

/** What a verified request hands on; `VerifiedSignature` fits. */
export interface ChunkSeed {
  readonly signingKey: Uint8Array
  readonly amzDate: string
  readonly scope: Scope
  readonly signature: string
}

export class ChunkSignatures {
  readonly #seed: ChunkSeed
  #previous: string

  constructor(seed: ChunkSeed) {
    this.#seed = seed
    this.#previous = seed.signature
  }

  /** The signature of the next chunk, whose data has this SHA-256. Moves the chain on. */
  next(dataHash: string): string {
    return this.#advance('AWS4-HMAC-SHA256-PAYLOAD', `${EMPTY_SHA256}\n${dataHash}`)
  }

  /** The signature of the trailer, `name:value` lines in canonical form. */
  trailer(lines: readonly string[]): string {
    return this.#advance('AWS4-HMAC-SHA256-TRAILER', sha256Hex(lines.map((line) => `${line}\n`).join('')))
  }

  #advance(algorithm: string, hashes: string): string {
    const { signingKey, amzDate, scope } = this.#seed
    const text = `${algorithm}\n${amzDate}\n${scopeText(scope)}\n${this.#previous}\n${hashes}`
    this.#previous = hmacHex(signingKey, text)
    return this.#previous
  }
}

export function sameSignature(expected: string, presented: string | undefined): boolean {
  if (presented === undefined || presented.length !== expected.length) return false
  return timingSafeEqual(Buffer.from(expected, 'latin1'), Buffer.from(presented, 'latin1'))
}
