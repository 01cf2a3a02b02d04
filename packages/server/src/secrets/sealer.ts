/**
 * Authenticated encryption of what must not be read or altered outside this server: AES-256-GCM (NIST SP 800-38D), a random
 * 96-bit nonce per seal, the purpose as associated data so that a sealed thing cannot stand in for another kind.
 */

import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const version = 1
const nonceBytes = 12
const tagBytes = 16

export class Sealer {
  readonly #key: Buffer
  readonly #purpose: Buffer

  /** Each purpose has a key of its own, derived from the master key (HKDF, RFC 5869). */
  constructor(masterKey: Buffer, purpose: string) {
    this.#key = Buffer.from(hkdfSync('sha256', masterKey, 'scopedown', purpose, 32))
    this.#purpose = Buffer.from(purpose)
  }

  seal(plain: string | Uint8Array): string {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    cipher.setAAD(this.#purpose)
    const body = Buffer.concat([cipher.update(plain), cipher.final()])
    return Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), body]).toString('base64')
  }

  /** Undefined for anything that this server did not seal for this purpose. */
  open(sealed: string): Buffer | undefined {
    const bytes = Buffer.from(sealed, 'base64')
    if (bytes.length < 1 + nonceBytes + tagBytes || bytes[0] !== version) return undefined
    // Base64 has several spellings of the same bytes; only ours is a token.
    if (bytes.toString('base64') !== sealed) return undefined
    const decipher = createDecipheriv('aes-256-gcm', this.#key, bytes.subarray(1, 1 + nonceBytes), {
      authTagLength: tagBytes,
    })
    decipher.setAAD(this.#purpose)
    decipher.setAuthTag(bytes.subarray(1 + nonceBytes, 1 + nonceBytes + tagBytes))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(1 + nonceBytes + tagBytes)), decipher.final()])
    } catch {
      return undefined
    }
  }
}
