/**
 * Security policies by name. API reference: ListSecurityPolicies, DescribeSecurityPolicy. What the listener offers of one is the
 * part that its SSH library has.
 */

import type { DescribedSecurityPolicy } from '@aws-sdk/client-transfer'
import { requires } from '../../kernel/requirement.ts'
import { notFound } from './faults.ts'
import { operation } from './operation.ts'
import { pageOfAll } from './page.ts'
import { type SecurityPolicy, securityPolicies } from './security-policy-tables.ts'

export const defaultSecurityPolicy = 'TransferSecurityPolicy-2024-01'

export const securityPolicy = (name: string): SecurityPolicy | undefined =>
  Object.hasOwn(securityPolicies, name) ? securityPolicies[name] : undefined

export const listSecurityPolicies = operation('ListSecurityPolicies', {
  authorize: () => [requires('transfer:ListSecurityPolicies', '*')],
  handle: ({ input }) => {
    const { items, NextToken } = pageOfAll(Object.keys(securityPolicies), input, (name) => name)
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
      TlsCiphers: [...policy.tls],
      Type: 'SERVER',
      Protocols: ['SFTP', 'FTPS'],
    }
    return { SecurityPolicy: described }
  },
})
