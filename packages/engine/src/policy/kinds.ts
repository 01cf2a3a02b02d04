/**
 * What each kind of policy asks of a document. IAM User Guide, reference_policies_grammar and the pages of the elements;
 * Organizations guide, orgs_manage_policies_scps_syntax and orgs_manage_policies_rcps_syntax.
 */

import type { PolicyKind } from './policy.ts'

export interface KindRules {
  /** How a sentence calls the kind. */
  readonly title: string
  readonly principal: 'required' | 'forbidden' | 'onlyEveryone'
  readonly resource: 'required' | 'optional' | 'forbidden'
  /** NotPrincipal at all, and with Effect Allow. */
  readonly notPrincipal: 'forbidden' | 'denyOnly'
  readonly id: boolean
  /** Sids are unique and made of letters and digits. */
  readonly strictSids: boolean
  readonly onlyStsActions: boolean
  /** Resource control policies: Deny only, no NotAction, no bare `*` action. */
  readonly denyOnly: boolean
}

const identityRules = {
  principal: 'forbidden',
  resource: 'required',
  notPrincipal: 'forbidden',
  id: false,
  strictSids: true,
  onlyStsActions: false,
  denyOnly: false,
} as const

const resourceRules = {
  principal: 'required',
  resource: 'optional',
  notPrincipal: 'denyOnly',
  id: true,
  strictSids: false,
  onlyStsActions: false,
  denyOnly: false,
} as const

export const kindRules: Readonly<Record<PolicyKind, KindRules>> = {
  identity: { title: 'an identity-based policy', ...identityRules },
  boundary: { title: 'a permissions boundary', ...identityRules },
  session: { title: 'a session policy', ...identityRules },
  scp: { title: 'a service control policy', ...identityRules, id: true, strictSids: false },
  resource: { title: 'a resource-based policy', ...resourceRules },
  endpoint: { title: 'a VPC endpoint policy', ...resourceRules },
  trust: {
    title: 'a role trust policy',
    ...resourceRules,
    resource: 'forbidden',
    notPrincipal: 'forbidden',
    strictSids: true,
    onlyStsActions: true,
  },
  rcp: {
    title: 'a resource control policy',
    ...resourceRules,
    principal: 'onlyEveryone',
    notPrincipal: 'forbidden',
    denyOnly: true,
  },
}
