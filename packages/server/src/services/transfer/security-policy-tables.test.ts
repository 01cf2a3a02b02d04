import { describe, expect, it } from 'vitest'
import { securityPolicies } from './security-policy-tables.ts'

/** As the listings of AWS's page have them, by themselves: a slip in a shared piece of the tables shows here. */
const listed: Readonly<Record<string, { ciphers: string; kexs: string; macs: string }>> = {
  'TransferSecurityPolicy-2018-11': {
    ciphers:
      'chacha20-poly1305@openssh.com aes128-ctr aes192-ctr aes256-ctr aes128-gcm@openssh.com aes256-gcm@openssh.com',
    kexs: 'curve25519-sha256 curve25519-sha256@libssh.org ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 diffie-hellman-group-exchange-sha256 diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group14-sha256 diffie-hellman-group14-sha1',
    macs: 'umac-64-etm@openssh.com umac-128-etm@openssh.com hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha1-etm@openssh.com umac-64@openssh.com umac-128@openssh.com hmac-sha2-256 hmac-sha2-512 hmac-sha1',
  },
  'TransferSecurityPolicy-2020-06': {
    ciphers:
      'chacha20-poly1305@openssh.com aes128-ctr aes192-ctr aes256-ctr aes128-gcm@openssh.com aes256-gcm@openssh.com',
    kexs: 'ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 diffie-hellman-group-exchange-sha256 diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group14-sha256',
    macs: 'umac-128-etm@openssh.com hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com umac-128@openssh.com hmac-sha2-256 hmac-sha2-512',
  },
  'TransferSecurityPolicy-2022-03': {
    ciphers: 'aes256-gcm@openssh.com aes128-gcm@openssh.com aes256-ctr aes192-ctr',
    kexs: 'curve25519-sha256 curve25519-sha256@libssh.org diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha256',
    macs: 'hmac-sha2-512-etm@openssh.com hmac-sha2-256-etm@openssh.com hmac-sha2-512 hmac-sha2-256',
  },
  'TransferSecurityPolicy-2023-05': {
    ciphers: 'aes256-gcm@openssh.com aes128-gcm@openssh.com aes256-ctr aes192-ctr',
    kexs: 'curve25519-sha256 curve25519-sha256@libssh.org diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha256',
    macs: 'hmac-sha2-512-etm@openssh.com hmac-sha2-256-etm@openssh.com',
  },
  'TransferSecurityPolicy-2024-01': {
    ciphers: 'aes128-gcm@openssh.com aes256-gcm@openssh.com aes128-ctr aes256-ctr aes192-ctr',
    kexs: 'ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 curve25519-sha256 curve25519-sha256@libssh.org diffie-hellman-group18-sha512 diffie-hellman-group16-sha512 diffie-hellman-group-exchange-sha256',
    macs: 'hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com',
  },
  'TransferSecurityPolicy-2025-03': {
    ciphers: 'aes256-gcm@openssh.com aes128-gcm@openssh.com aes128-ctr aes256-ctr aes192-ctr',
    kexs: 'mlkem768x25519-sha256 mlkem768nistp256-sha256 mlkem1024nistp384-sha384 ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 curve25519-sha256 curve25519-sha256@libssh.org diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha256',
    macs: 'hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com',
  },
  'TransferSecurityPolicy-FIPS-2020-06': {
    ciphers: 'aes128-ctr aes192-ctr aes256-ctr aes128-gcm@openssh.com aes256-gcm@openssh.com',
    kexs: 'ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 diffie-hellman-group-exchange-sha256 diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group14-sha256',
    macs: 'hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com hmac-sha2-256 hmac-sha2-512',
  },
  'TransferSecurityPolicy-FIPS-2023-05': {
    ciphers: 'aes256-gcm@openssh.com aes128-gcm@openssh.com aes256-ctr aes192-ctr',
    kexs: 'diffie-hellman-group16-sha512 diffie-hellman-group18-sha512 diffie-hellman-group-exchange-sha256',
    macs: 'hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com',
  },
  'TransferSecurityPolicy-FIPS-2024-05': {
    ciphers: 'aes128-gcm@openssh.com aes256-gcm@openssh.com aes128-ctr aes256-ctr aes192-ctr',
    kexs: 'ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 diffie-hellman-group18-sha512 diffie-hellman-group16-sha512 diffie-hellman-group-exchange-sha256',
    macs: 'hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com',
  },
  'TransferSecurityPolicy-FIPS-2025-03': {
    ciphers: 'aes256-gcm@openssh.com aes128-gcm@openssh.com aes256-ctr aes192-ctr aes128-ctr',
    kexs: 'mlkem768x25519-sha256 mlkem768nistp256-sha256 mlkem1024nistp384-sha384 ecdh-sha2-nistp256 ecdh-sha2-nistp384 ecdh-sha2-nistp521 diffie-hellman-group-exchange-sha256 diffie-hellman-group16-sha512 diffie-hellman-group18-sha512',
    macs: 'hmac-sha2-512-etm@openssh.com hmac-sha2-256-etm@openssh.com',
  },
  'TransferSecurityPolicy-SshAuditCompliant-2025-02': {
    ciphers: 'aes128-gcm@openssh.com aes256-gcm@openssh.com aes128-ctr aes256-ctr aes192-ctr',
    kexs: 'curve25519-sha256 curve25519-sha256@libssh.org diffie-hellman-group18-sha512 diffie-hellman-group16-sha512 diffie-hellman-group-exchange-sha256',
    macs: 'hmac-sha2-256-etm@openssh.com hmac-sha2-512-etm@openssh.com',
  },
}

describe('security policies', () => {
  it.each(Object.entries(listed))('%s lists what AWS’s page lists', (name, { ciphers, kexs, macs }) => {
    const policy = securityPolicies[name]
    expect({ ciphers: policy?.ciphers, kexs: policy?.kexs, macs: policy?.macs }).toEqual({
      ciphers: ciphers.split(' '),
      kexs: kexs.split(' '),
      macs: macs.split(' '),
    })
  })

  it('allow SHA-1 signatures of RSA where AWS’s page says so, and nowhere else', () => {
    const allowing = Object.keys(securityPolicies).filter((name) =>
      securityPolicies[name]?.hostKeys.includes('ssh-rsa'),
    )
    expect(allowing.map((name) => name.replace('TransferSecurityPolicy-', ''))).toEqual([
      '2018-11',
      '2020-06',
      'FIPS-2020-06',
      'FIPS-2023-05',
      'FIPS-2024-01',
    ])
  })
})
