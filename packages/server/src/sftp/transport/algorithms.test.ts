import { describe, expect, it } from 'vitest'
import { securityPolicies } from '../../services/transfer/security-policy-tables.ts'
import { offeredAlgorithms } from './algorithms.ts'

describe('what is offered of a security policy', () => {
  it.each(Object.entries(securityPolicies))('%s suits the key that is made with a server', (_, policy) => {
    const { cipher, kex, serverHostKey } = offeredAlgorithms(policy, ['ssh-ed25519'])
    expect(serverHostKey).toEqual(['ssh-ed25519'])
    for (const name of cipher as string[]) expect(policy.ciphers).toContain(name)
    for (const name of kex as string[]) expect(policy.kexs).toContain(name)
  })

  it('signs with SHA-1 only where the policy says so', () => {
    const signatures = (name: string) => {
      const policy = securityPolicies[`TransferSecurityPolicy-${name}`]
      return policy && offeredAlgorithms(policy, ['ssh-rsa']).serverHostKey
    }
    expect(signatures('2018-11')).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'])
    expect(signatures('Restricted-2018-11')).toEqual(['rsa-sha2-512', 'rsa-sha2-256'])
  })
})
