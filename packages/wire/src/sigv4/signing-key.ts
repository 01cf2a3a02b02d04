/**
 * Derives signing keys and keeps the recent ones: a key serves one access key, day, region and service, and deriving it
 * costs more than the rest of a verification. IAM User Guide, "Create a signed AWS API request", step 4.
 */
import { createHmac } from 'node:crypto'
import { type Scope, TERMINATOR } from './canonical.ts'

export function deriveSigningKey(secret: string, { date, region, service }: Scope): Buffer {
  const dateKey = hmac(`AWS4${secret}`, date)
  return hmac(hmac(hmac(dateKey, region), service), TERMINATOR)
}

export function hmac(key: string | Uint8Array, data: string): Buffer {
  return createHmac('sha256', key).update(data, 'utf8').digest()
}

interface Entry {
  readonly secret: string
  readonly key: Buffer
}

/** Bounded; once it is full, the least recently used key goes first. A changed secret is derived anew. */
export class SigningKeyCache {
  readonly #limit: number
  readonly #entries = new Map<string, Entry>()
  /** By the very scope that a signer's requests share: found without making a text of it. */
  readonly #ofScope = new WeakMap<Scope, Entry & { readonly accessKeyId: string }>()

  constructor(limit = 4096) {
    this.#limit = limit
  }

  get size(): number {
    return this.#entries.size
  }

  get(accessKeyId: string, secret: string, scope: Scope): Buffer {
    const latest = this.#ofScope.get(scope)
    if (latest !== undefined && latest.accessKeyId === accessKeyId && latest.secret === secret) return latest.key
    const key = this.#get(accessKeyId, secret, scope)
    this.#ofScope.set(scope, { accessKeyId, secret, key })
    return key
  }

  #get(accessKeyId: string, secret: string, scope: Scope): Buffer {
    const id = `${accessKeyId}/${scope.date}/${scope.region}/${scope.service}`
    const known = this.#entries.get(id)
    if (known && known.secret === secret) {
      // Only a full cache needs to know which key was used last.
      if (this.#entries.size === this.#limit) {
        this.#entries.delete(id)
        this.#entries.set(id, known)
      }
      return known.key
    }
    const key = deriveSigningKey(secret, scope)
    this.#entries.set(id, { secret, key })
    if (this.#entries.size > this.#limit) {
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined) this.#entries.delete(oldest)
    }
    return key
  }
}
