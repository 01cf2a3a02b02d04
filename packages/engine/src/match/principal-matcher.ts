/**
 * `Principal` and `NotPrincipal` against a caller, and what an Allow that names the caller in this way is worth.
 * IAM User Guide, reference_policies_elements_principal, reference_policies_elements_notprincipal.
 */

import type { PrincipalElement } from '../policy/policy.ts'
import type { Principal } from '../request/principal.ts'
import type { Request } from '../request/request.ts'
import { flat } from './flat.ts'

/** How a matching entry names the caller, from narrowest effect to widest. */
export const grantRank = { none: 0, delegation: 1, viaRole: 2, direct: 3 } as const
export type GrantRank = (typeof grantRank)[keyof typeof grantRank]

export interface PrincipalMatcher {
  readonly negated: boolean
  readonly everyone: boolean
  /** ARNs and unique ids. */
  readonly names: readonly string[]
  /** Of several names. */
  readonly nameSet: ReadonlySet<string> | undefined
  /** Twelve digits, or the ARN of an account's root. */
  readonly accounts: ReadonlySet<string>
  readonly services: ReadonlySet<string>
  readonly federated: ReadonlySet<string>
  readonly anyCanonicalUser: boolean
  /** Nobody but the bearers of `names` is meant, so that the statement can be found by them. */
  readonly namesOnly: boolean
}

/** Most matchers have three of these. */
const nobody: ReadonlySet<string> = new Set()

const account = /^([0-9]{12}|arn:[^:]+:iam::[0-9]{12}:root)$/

export function compilePrincipal(element: PrincipalElement): PrincipalMatcher {
  const names: string[] = []
  const found: Record<'accounts' | 'services' | 'federated', Set<string> | undefined> = {
    accounts: undefined,
    services: undefined,
    federated: undefined,
  }
  const add = (kind: keyof typeof found, value: string): void => {
    found[kind] = (found[kind] ?? new Set()).add(value)
  }
  let everyone = false
  let anyCanonicalUser = false
  for (const { type, value } of element.entries) {
    if (type === 'Service') add('services', value)
    else if (type === 'Federated') add('federated', value)
    else if (type === 'CanonicalUser') anyCanonicalUser ||= value === '*'
    else if (value === '*') everyone = true
    else if (account.test(value)) add('accounts', value)
    else names.push(flat(value))
  }
  const { accounts = nobody, services = nobody, federated = nobody } = found
  const others = everyone || anyCanonicalUser || accounts.size + services.size + federated.size > 0
  return {
    negated: element.negated,
    everyone,
    names,
    nameSet: names.length > 1 ? new Set(names) : undefined,
    accounts,
    services,
    federated,
    anyCanonicalUser,
    namesOnly: !element.negated && !others,
  }
}

/** A name that `Principal` elements may call the caller by, and what it is worth to be called so. */
export interface CallerName {
  readonly name: string
  readonly grant: GrantRank
  /** Of the name, so that each look-up by it need not read it anew. */
  readonly hash: number
}

/** FNV-1a over UTF-16 units, from a start that changes with every process: nobody can write names that collide. */
export function hashOf(text: string): number {
  let hash = hashStart
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15)
}

const hashStart = Math.floor(Math.random() * 2 ** 32) | 0

/** The widest first. */
export function namesOf(principal: Principal): readonly CallerName[] {
  const names: CallerName[] = []
  const add = (name: string | undefined, grant: GrantRank): void => {
    if (name !== undefined) names.push({ name, grant, hash: hashOf(name) })
  }
  if (principal.kind === 'user') {
    add(principal.arn, grantRank.direct)
    add(principal.id, grantRank.direct)
  } else if (principal.kind === 'session') {
    add(principal.arn, grantRank.direct)
    add(principal.roleArn, grantRank.viaRole)
    add(principal.roleId, grantRank.viaRole)
  } else if (principal.kind === 'federatedUser') {
    add(principal.arn, grantRank.direct)
    add(principal.userArn, grantRank.viaRole)
  }
  return names
}

/** The widest way in which the entries name the caller. */
export function grantTo(matcher: PrincipalMatcher, request: Request): GrantRank {
  if (matcher.everyone) return grantRank.direct
  const { principal } = request
  switch (principal.kind) {
    case 'service':
      return matcher.services.has(principal.name) || matcher.services.has('*') ? grantRank.direct : grantRank.none
    case 'identityProvider':
      return matcher.federated.has(principal.value) || matcher.federated.has('*') ? grantRank.direct : grantRank.none
    case 'anonymous':
      return grantRank.none
  }
  for (const { name, grant } of request.callerNames) if (names(matcher, name)) return grant
  if (matcher.anyCanonicalUser) return grantRank.direct
  return namesAccount(matcher, principal) ? grantRank.delegation : grantRank.none
}

function names(matcher: PrincipalMatcher, name: string | undefined): boolean {
  if (name === undefined) return false
  return matcher.nameSet === undefined ? matcher.names[0] === name : matcher.nameSet.has(name)
}

function namesAccount(matcher: PrincipalMatcher, principal: Principal): boolean {
  if (matcher.accounts.size === 0 || !('account' in principal)) return false
  if (matcher.accounts.has(principal.account)) return true
  return matcher.accounts.has(`arn:${principal.partition}:iam::${principal.account}:root`)
}

/**
 * A Deny with NotPrincipal spares a caller only if every level of its chain is listed: account and user; account, role and
 * session; account and federated session. A caller with a permissions boundary is never spared.
 */
export function spares(
  matcher: PrincipalMatcher,
  request: Request,
  hasBoundary: boolean,
  rule: 'chain' | 'listed',
): boolean {
  if (hasBoundary) return false
  if (rule === 'listed' || matcher.everyone) return grantTo(matcher, request) !== grantRank.none
  const { principal } = request
  switch (principal.kind) {
    case 'user':
      return namesAccount(matcher, principal) && (names(matcher, principal.arn) || names(matcher, principal.id))
    case 'session':
      return (
        namesAccount(matcher, principal) &&
        names(matcher, principal.arn) &&
        (names(matcher, principal.roleArn) || names(matcher, principal.roleId))
      )
    case 'federatedUser':
      return namesAccount(matcher, principal) && names(matcher, principal.arn)
    default:
      return grantTo(matcher, request) !== grantRank.none
  }
}
