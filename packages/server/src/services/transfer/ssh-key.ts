/** SSH keys read and made: the one place that asks the SSH library about keys. RFC 4253, section 6.6; RFC 8709. */

import { createHash } from 'node:crypto'
import ssh2 from 'ssh2'

export interface PublicKey {
  /** `ssh-rsa`, `ssh-ed25519`, `ecdsa-sha2-nistp…` */
  readonly type: string
  /** `ssh-ed25519 AAAA…`, without comment: by which keys are compared. */
  readonly identity: string
  /** `SHA256:…` */
  readonly fingerprint: string
  /** Whether this key made the signature over the data; `hash` where the algorithm leaves a choice. */
  readonly verify: (data: Buffer, signature: Buffer, hash?: string) => boolean
}

const accepted = new Set([
  'ssh-ed25519',
  'ssh-rsa',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
])

export const fingerprintOf = (publicKey: Buffer): string =>
  `SHA256:${createHash('sha256').update(publicKey).digest('base64').replace(/=+$/, '')}`

function parseOne(text: string) {
  const parsed = ssh2.utils.parseKey(text)
  if (parsed instanceof Error) return undefined
  const [only] = Array.isArray(parsed) ? parsed : [parsed]
  return only !== undefined && accepted.has(only.type) ? only : undefined
}

/** One line in OpenSSH's form. Undefined: no RSA, ECDSA or ED25519 public key. */
export function readPublicKey(line: string): PublicKey | undefined {
  const text = line.trim()
  const key = /[\r\n]/.test(text) ? undefined : parseOne(text)
  if (key === undefined || key.isPrivateKey()) return undefined
  const blob = key.getPublicSSH()
  return {
    type: key.type,
    identity: `${key.type} ${blob.toString('base64')}`,
    fingerprint: fingerprintOf(blob),
    // It may return an Error object, which is truthy.
    verify: (data, signature, hash) => key.verify(data, signature, hash) === true,
  }
}

/** Undefined: no private key without passphrase. The text is a secret: no part of it leaves this function but the type. */
export function readPrivateKey(text: string): { readonly type: string; readonly fingerprint: string } | undefined {
  const key = parseOne(text)
  if (key === undefined || !key.isPrivateKey()) return undefined
  return { type: key.type, fingerprint: fingerprintOf(key.getPublicSSH()) }
}

export interface KeyPair {
  readonly private: string
  readonly public: string
}

/** An ED25519 key in OpenSSH's forms. */
export function newKeyPair(): KeyPair {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    // The library drops leading zero bytes of the public key, which makes one key in some 256 malformed.
    if (parseOne(pair.private) !== undefined && parseOne(pair.public) !== undefined) return pair
  }
}
