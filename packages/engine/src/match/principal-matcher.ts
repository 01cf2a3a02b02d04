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
  readonly names: ReadonlySet<string>
  /** The one name, where there is only one. */
  readonly only: string | undefined
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

const setOf = (values: readonly string[]): ReadonlySet<string> => (values.length === 0 ? nobody : new Set(values))

export function compilePrincipal(element: PrincipalElement): PrincipalMatcher {
  const of = (type: string) => element.entries.filter((entry) => entry.type === type).map((entry) => flat(entry.value))
  const aws = of('AWS')
  const isAccount = (value: string) => /^([0-9]{12}|arn:[^:]+:iam::[0-9]{12}:root)$/.test(value)
  const names = setOf(aws.filter((value) => value !== '*' && !isAccount(value)))
  const matcher = {
    negated: element.negated,
    everyone: aws.includes('*'),
    names,
    only: names.size === 1 ? [...names][0] : undefined,
    accounts: setOf(aws.filter(isAccount)),
    services: setOf(of('Service')),
    federated: setOf(of('Federated')),
    anyCanonicalUser: of('CanonicalUser').includes('*'),
  }
  return { ...matcher, namesOnly: meansNamesOnly(matcher) }
}

function meansNamesOnly(matcher: Omit<PrincipalMatcher, 'namesOnly'>): boolean {
  const { negated, everyone, accounts, services, federated, anyCanonicalUser } = matcher
  return !negated && !everyone && !anyCanonicalUser && accounts.size + services.size + federated.size === 0
}

/** A name that `Principal` elements may call the caller by, and what it is worth to be called so. */
export interface CallerName {
  readonly name: string
  readonly grant: GrantRank
}

/** The widest first. */
export function namesOf(principal: Principal): readonly CallerName[] {
  const names: CallerName[] = []
  const add = (name: string | undefined, grant: GrantRank): void => {
    if (name !== undefined) names.push({ name, grant })
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
  return matcher.only === undefined ? matcher.names.has(name) : matcher.only === name
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
