/**
 * The algorithms of each security policy, in AWS's order. Transfer Family User Guide, "Security policies for AWS Transfer Family
 * servers" (https://docs.aws.amazon.com/transfer/latest/userguide/security-policies.html), from the listing of each policy; where its
 * table differs (group14-sha256 in the two of 2025-03) the listing counts, for that is what DescribeSecurityPolicy answers.
 */

export interface SecurityPolicy {
  readonly fips: boolean
  readonly ciphers: readonly string[]
  readonly kexs: readonly string[]
  readonly macs: readonly string[]
  readonly hostKeys: readonly string[]
  readonly tls: readonly string[]
}

const gcm = ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com']
const gcmStrongFirst = ['aes256-gcm@openssh.com', 'aes128-gcm@openssh.com']
const ctr = ['aes128-ctr', 'aes192-ctr', 'aes256-ctr']
const ctrOddOrder = ['aes128-ctr', 'aes256-ctr', 'aes192-ctr']
const ctrStrong = ['aes256-ctr', 'aes192-ctr']
const chacha = ['chacha20-poly1305@openssh.com']
const curve = ['curve25519-sha256', 'curve25519-sha256@libssh.org']
const nist = ['ecdh-sha2-nistp256', 'ecdh-sha2-nistp384', 'ecdh-sha2-nistp521']
const largeGroups = ['diffie-hellman-group16-sha512', 'diffie-hellman-group18-sha512']
const largestFirst = ['diffie-hellman-group18-sha512', 'diffie-hellman-group16-sha512']
const exchange = ['diffie-hellman-group-exchange-sha256']
const group14 = ['diffie-hellman-group14-sha256']
const group14Sha1 = ['diffie-hellman-group14-sha1']
const mlKem = ['mlkem768x25519-sha256', 'mlkem768nistp256-sha256', 'mlkem1024nistp384-sha384']
const etm = ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com']
const etmStrongFirst = ['hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256-etm@openssh.com']
const plain = ['hmac-sha2-256', 'hmac-sha2-512']

/** "For host keys, we support": every policy. */
const hostKeys = [
  'rsa-sha2-256',
  'rsa-sha2-512',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'ssh-ed25519',
]
/** "Additionally, the following security policies allow `ssh-rsa`": the restricted ones are not among them. */
const withRsaSha1 = [...hostKeys, 'ssh-rsa']

/** For FTPS, which this server does not speak; described all the same. */
const tls = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384',
]
const modern = { fips: false, hostKeys, tls }
const fips = { fips: true, hostKeys: withRsaSha1, tls }

const of2018: SecurityPolicy = {
  fips: false,
  ciphers: [...ctr, ...gcm],
  kexs: [...curve, ...nist, ...exchange, ...largeGroups, ...group14, ...group14Sha1],
  macs: [
    'umac-64-etm@openssh.com',
    'umac-128-etm@openssh.com',
    ...etm,
    'hmac-sha1-etm@openssh.com',
    'umac-64@openssh.com',
    'umac-128@openssh.com',
    ...plain,
    'hmac-sha1',
  ],
  hostKeys,
  tls: [...tls, 'TLS_RSA_WITH_AES_128_CBC_SHA256', 'TLS_RSA_WITH_AES_256_CBC_SHA256'],
}
const of2020: SecurityPolicy = {
  ...modern,
  ciphers: [...ctr, ...gcm],
  kexs: [...nist, ...exchange, ...largeGroups, ...group14],
  macs: ['umac-128-etm@openssh.com', ...etm, 'umac-128@openssh.com', ...plain],
}
const of2023: SecurityPolicy = {
  ...modern,
  ciphers: [...gcmStrongFirst, ...ctrStrong],
  kexs: [...curve, ...largeGroups, ...exchange],
  macs: etmStrongFirst,
}
const of2024: SecurityPolicy = {
  ...modern,
  ciphers: [...gcm, ...ctrOddOrder],
  kexs: [...nist, ...curve, ...largestFirst, ...exchange],
  macs: etm,
}
const of2025: SecurityPolicy = {
  ...modern,
  ciphers: [...gcmStrongFirst, ...ctrOddOrder],
  kexs: [...mlKem, ...nist, ...curve, ...largeGroups, ...exchange],
  macs: etm,
}
const fips2024: SecurityPolicy = {
  ...fips,
  ciphers: [...gcm, ...ctrOddOrder],
  kexs: [...nist, ...largestFirst, ...exchange],
  macs: etm,
}

const withChacha = (policy: SecurityPolicy): SecurityPolicy => ({
  ...policy,
  ciphers: [...chacha, ...policy.ciphers],
  hostKeys: withRsaSha1,
})

export const securityPolicies: Readonly<Record<string, SecurityPolicy>> = {
  'TransferSecurityPolicy-2018-11': withChacha(of2018),
  'TransferSecurityPolicy-2020-06': withChacha(of2020),
  'TransferSecurityPolicy-2022-03': { ...of2023, macs: [...etmStrongFirst, 'hmac-sha2-512', 'hmac-sha2-256'] },
  'TransferSecurityPolicy-2023-05': of2023,
  'TransferSecurityPolicy-2024-01': of2024,
  'TransferSecurityPolicy-2025-03': of2025,
  'TransferSecurityPolicy-FIPS-2020-06': {
    ...fips,
    ciphers: of2020.ciphers,
    kexs: of2020.kexs,
    macs: [...etm, ...plain],
  },
  'TransferSecurityPolicy-FIPS-2023-05': {
    ...fips,
    ciphers: of2023.ciphers,
    kexs: [...largeGroups, ...exchange],
    macs: etm,
  },
  'TransferSecurityPolicy-FIPS-2024-01': fips2024,
  'TransferSecurityPolicy-FIPS-2024-05': { ...fips2024, hostKeys },
  'TransferSecurityPolicy-FIPS-2025-03': {
    ...fips,
    hostKeys,
    ciphers: [...gcmStrongFirst, ...ctrStrong, 'aes128-ctr'],
    kexs: [...mlKem, ...nist, ...exchange, ...largeGroups],
    macs: etmStrongFirst,
  },
  'TransferSecurityPolicy-Restricted-2018-11': of2018,
  'TransferSecurityPolicy-Restricted-2020-06': of2020,
  'TransferSecurityPolicy-SshAuditCompliant-2025-02': { ...of2024, kexs: [...curve, ...largestFirst, ...exchange] },
  'TransferSecurityPolicy-AS2Restricted-2025-07': of2025,
}

/** Deprecated by AWS, their algorithms no longer on its page. */
export const retiredPolicies: ReadonlySet<string> = new Set([
  'TransferSecurityPolicy-PQ-SSH-Experimental-2023-04',
  'TransferSecurityPolicy-PQ-SSH-FIPS-Experimental-2023-04',
])
