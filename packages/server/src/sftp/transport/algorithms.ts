/** The part of a security policy that the SSH library has. User Guide, "Security policies for AWS Transfer Family servers". */

import type { Algorithms } from 'ssh2'
import type { SecurityPolicy } from '../../services/transfer/security-policy-tables.ts'

const kexs = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group18-sha512',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group14-sha1',
]
const ciphers = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes256-ctr',
  'aes192-ctr',
  'aes128-ctr',
  'chacha20-poly1305@openssh.com',
]
const macs = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
  'hmac-sha1-etm@openssh.com',
  'hmac-sha1',
]

/** Of a key type, the signatures that a host key of it can make; SHA-1 last. */
const signatures: Readonly<Record<string, readonly string[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
}

const within = (ours: readonly string[], policy: readonly string[]) => ours.filter((name) => policy.includes(name))

/** Throws where nothing would be left to offer. `keyTypes`: of the host keys. */
export function offeredAlgorithms(policy: SecurityPolicy, keyTypes: readonly string[]): Algorithms {
  const offered = {
    // The library has no exchange of groups on the server's side.
    kex: within(kexs, policy.kexs).filter((name) => !name.includes('group-exchange')),
    cipher: within(ciphers, policy.ciphers),
    hmac: within(macs, policy.macs),
    serverHostKey: keyTypes.flatMap((type) => within(signatures[type] ?? [], policy.hostKeys)),
    compress: ['none'],
  }
  for (const [name, list] of Object.entries(offered)) {
    if (list.length === 0) throw new Error(`the security policy leaves no ${name} algorithm that this server has`)
  }
  return offered as Algorithms
}
