import { describe, expect, it } from 'vitest'
import { newKeyPair, readPrivateKey, readPublicKey } from './ssh-key.ts'

describe('a new key pair', () => {
  // RFC 8709, section 4: the public key is 32 octets, also where the first ones are zero (one key in 256).
  it('can be read, whatever its first octets', () => {
    for (let made = 0; made < 2000; made++) {
      const pair = newKeyPair()
      const key = readPublicKey(pair.public)
      expect(key?.type).toBe('ssh-ed25519')
      expect(readPrivateKey(pair.private)?.fingerprint).toBe(key?.fingerprint)
    }
  })
})
