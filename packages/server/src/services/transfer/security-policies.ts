/**
 * Security policies by name, and the algorithms that each allows. Transfer Family User Guide, "Security policies for AWS Transfer
 * Family servers". What the listener offers of one is the part that its SSH library has.
 */

import type { DescribedSecurityPolicy } from '@aws-sdk/client-transfer'
import { requires } from '../../kernel/requirement.ts'
import { notFound } from './faults.ts'
import { operation } from './operation.ts'
import { pageOfAll } from './page.ts'

export interface SecurityPolicy {
  readonly fips: boolean
  readonly ciphers: readonly string[]
  readonly kexs: readonly string[]
  readonly macs: readonly string[]
  readonly hostKeys: readonly string[]
}

export const defaultSecurityPolicy = 'TransferSecurityPolicy-2024-01'

const gcm = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']
const gcmStrongFirst = ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com']
const ctr = ['aes128-ctr', 'aes192-ctr', 'aes256-ctr']
const chacha = ['chacha20-poly1305@openssh.com']
const curve = ['curve25519-sha256', 'curve25519-sha256@libssh.org']
const nist = ['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521']
const largeGroups = ['diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512']
const exchange = ['diffie-hellman-group-exchange-sha256']
const group14 = ['diffie-hellman-group14-sha256']
const group14Sha1 = ['diffie-hellman-group14-sha1']
const etm = ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com']
const plain = ['hmac-sha2-256', 'hmac-sha2-512']
const umac128 = ['umac-128-etm@openssh.com', 'umac-128@openssh.com']
const umac64 = ['umac-64-etm@openssh.com', 'umac-64@openssh.com']
const sha1 = ['hmac-sha1-etm@openssh.com', 'hmac-sha1']
const kyber = [
  'ecdh-nistp384-kyber-768r3-sha384-d00@openquantumsafe.org',
  'x25519-kyber-512r3-sha256-d00@amazon.com',
  'ecdh-nistp256-kyber-512r3-sha256-d00@openquantumsafe.org',
  'ecdh-nistp521-kyber-1024r3-sha512-d00@openquantumsafe.org',
]
const mlKem = ['mlkem768x25519-sha256', 'mlkem768nistp256-sha256', 'mlkem1024nistp384-sha384']
const hostKeys = [
  'ssh-ed25519',
  'rsa-sha2-256',
  'rsa-sha2-512',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
]
const withRsaSha1 = [...hostKeys, 'ssh-rsa']
const withoutEd25519 = (algorithms: readonly string[]) => algorithms.filter((name) => name !== 'ssh-ed25519')

const policies: Readonly<Record<string, SecurityPolicy>> = {
  'TransferSecurityPolicy-2018-11': {
    fips: false,
    ciphers: [...ctr, ...gcm, ...chacha],
    kexs: [...curve, ...nist, ...exchange, ...largeGroups, ...group14, ...group14Sha1],
    macs: [...etm, ...plain, ...umac128, ...umac64, ...sha1],
    hostKeys: withRsaSha1,
  },
  'TransferSecurityPolicy-2020-06': {
    fips: false,
    ciphers: [...chacha, ...ctr, ...gcm],
    kexs: [...nist, ...exchange, ...largeGroups, ...group14],
    macs: [...umac128, ...etm, ...plain],
    hostKeys: withRsaSha1,
  },
  'TransferSecurityPolicy-2022-03': {
    fips: false,
    ciphers: [...gcmStrongFirst, 'aes256-ctr', 'aes192-ctr'],
    kexs: [...curve, ...largeGroups, ...exchange],
    macs: [...etm, ...plain],
    hostKeys,
  },
  'TransferSecurityPolicy-2023-05': {
    fips: false,
    ciphers: [...gcmStrongFirst, 'aes256-ctr', 'aes192-ctr'],
    kexs: [...curve, ...largeGroups, ...exchange],
    macs: etm,
    hostKeys,
  },
  'TransferSecurityPolicy-2024-01': {
    fips: false,
    ciphers: [...gcm, 'aes128-ctr', 'aes256-ctr', 'aes192-ctr'],
    kexs: [...kyber, ...nist, ...curve, ...largeGroups, ...exchange],
    macs: etm,
    hostKeys,
  },
  'TransferSecurityPolicy-2025-03': {
    fips: false,
    ciphers: [...gcmStrongFirst, 'aes128-ctr', 'aes256-ctr', 'aes192-ctr'],
    kexs: [...mlKem, ...nist, ...curve, ...largeGroups, ...exchange],
    macs: etm,
    hostKeys,
  },
  'TransferSecurityPolicy-FIPS-2020-06': {
    fips: true,
    ciphers: [...ctr, ...gcm],
    kexs: [...nist, ...exchange, ...largeGroups, ...group14],
    macs: [...etm, ...plain],
    hostKeys: withoutEd25519(withRsaSha1),
  },
  'TransferSecurityPolicy-FIPS-2023-05': {
    fips: true,
    ciphers: [...gcm, 'aes256-ctr', 'aes192-ctr'],
    kexs: [...largeGroups, ...exchange],
    macs: etm,
    hostKeys: withoutEd25519(withRsaSha1),
  },
  'TransferSecurityPolicy-FIPS-2024-01': {
    fips: true,
    ciphers: [...gcm, 'aes128-ctr', 'aes256-ctr', 'aes192-ctr'],
    kexs: [...kyber.filter((name) => name.startsWith('ecdh')), ...nist, ...largeGroups, ...exchange],
    macs: etm,
    hostKeys: withoutEd25519(withRsaSha1),
  },
  'TransferSecurityPolicy-Restricted-2018-11': {
    fips: false,
    ciphers: [...ctr, ...gcm, ...chacha],
    kexs: [...curve, ...nist, ...exchange, ...largeGroups, ...group14],
    macs: [...etm, ...plain, ...umac128],
    hostKeys,
  },
  'TransferSecurityPolicy-Restricted-2020-06': {
    fips: false,
    ciphers: [...chacha, ...ctr, ...gcm],
    kexs: [...nist, ...exchange, ...largeGroups, ...group14],
    macs: [...umac128, ...etm, ...plain],
    hostKeys,
  },
}

export const securityPolicy = (name: string): SecurityPolicy | undefined =>
  Object.hasOwn(policies, name) ? policies[name] : undefined

export const listSecurityPolicies = operation('ListSecurityPolicies', {
  authorize: () => [requires('transfer:ListSecurityPolicies', '*')],
  handle: ({ input }) => {
    const { items, NextToken } = pageOfAll(Object.keys(policies), input, (name) => name)
    return { SecurityPolicyNames: items, ...NextToken }
  },
})

export const describeSecurityPolicy = operation('DescribeSecurityPolicy', {
  authorize: () => [requires('transfer:DescribeSecurityPolicy', '*')],
  handle: ({ input }) => {
    const policy = securityPolicy(input.SecurityPolicyName)
    if (policy === undefined) throw notFound('SecurityPolicy', input.SecurityPolicyName)
    const described: DescribedSecurityPolicy = {
      Fips: policy.fips,
      SecurityPolicyName: input.SecurityPolicyName,
      SshCiphers: [...policy.ciphers],
      SshKexs: [...policy.kexs],
      SshMacs: [...policy.macs],
      SshHostKeyAlgorithms: [...policy.hostKeys],
      // This server speaks no FTPS.
      TlsCiphers: [],
      Type: 'SERVER',
      Protocols: ['SFTP'],
    }
    return { SecurityPolicy: described }
  },
})
