/**
 * The policy language as a page that can be read: slow, obvious, in the order of AWS's own page
 * (reference_policies_evaluation-logic_policy-eval-denyallow). The compiled engine must agree with it on every request;
 * it shares with the engine the parsed policy and the parsers of single values, nothing else. Default switches only.
 */

import type { PolicySet } from '../compile/policy-set.ts'
import type { Outcome, PolicyType } from '../evaluate/decision.ts'
import type { Condition, Policy, Statement } from '../policy/policy.ts'
import type { Request } from '../request/request.ts'
import { equal } from './equality.ts'
import { literal, matchesTokens, type Token, tokens } from './tokens.ts'

export function specification(policies: PolicySet, request: Request): { outcome: Outcome; by: PolicyType[] } {
  const caller = request.principal
  const linked = caller.kind === 'session' && caller.roleArn.includes(':role/aws-service-role/')
  const scps = 'account' in caller && !linked ? (policies.scps ?? []) : []
  const rcps = linked ? [] : (policies.rcps ?? [])
  const session = policies.session ?? []
  const list = (policy: Policy | undefined) => (policy === undefined ? [] : [policy])
  const identity = policies.identity ?? []
  const [resource, boundary, endpoint] = [list(policies.resource), list(policies.boundary), list(policies.endpoint)]
  const matching = (layer: readonly Policy[], effect: 'Allow' | 'Deny') =>
    layer.flatMap((policy) =>
      policy.statements.filter((s) => s.effect === effect && applies(s, policy, request, boundary.length > 0)),
    )
  const silent = (layer: readonly Policy[]) => matching(layer, 'Allow').length === 0

  /* 1: a matching Deny anywhere. */
  const denied: [PolicyType, readonly Policy[]][] = [
    ['rcp', rcps.flat()],
    ['scp', scps.flat()],
    ['endpoint', endpoint],
    ['resource', resource],
    ['identity', identity],
    ['boundary', boundary],
    ['session', session],
  ]
  const by = denied.filter(([, layer]) => matching(layer, 'Deny').length > 0).map(([type]) => type)
  if (by.length > 0) return { outcome: 'explicitDeny', by }

  /* 2 to 8: what must allow. */
  const grants = matching(resource, 'Allow').map((statement) => naming(statement, request))
  const direct = grants.includes('direct')
  const viaRole = grants.includes('viaRole')
  const named = grants.length > 0 && !request.crossPartition
  const missing = new Set<PolicyType>()
  if (scps.some((level) => silent(level))) missing.add('scp')
  if (endpoint.length > 0 && silent(endpoint)) missing.add('endpoint')
  const capped = new Set<PolicyType>()
  if (boundary.length > 0 && silent(boundary)) capped.add('boundary')
  if (session.length > 0 && silent(session)) capped.add('session')
  const granted = new Set<PolicyType>()
  if (!('account' in caller)) {
    if (named) granted.add('resource')
    else missing.add('resource')
  } else if (caller.kind === 'root') {
    if (request.action === 'sts:assumerole') missing.add('identity')
    else if (named) granted.add('resource')
    else if (request.crossAccount || request.mustAllow !== undefined) missing.add('resource')
  } else if (request.crossAccount) {
    if (!named) missing.add('resource')
    if (silent(identity)) missing.add('identity')
    for (const type of capped) missing.add(type)
    granted.add('resource').add('identity')
  } else {
    if (direct || viaRole) granted.add('resource')
    if (!silent(identity) && capped.size === 0) granted.add('identity')
    if (!direct) {
      if (!viaRole && silent(identity)) missing.add('identity')
      for (const type of capped) missing.add(type)
      if (request.mustAllow !== undefined && grants.length === 0) missing.add('resource')
      if (request.mustAllow !== undefined && grants.length > 0) granted.add('resource')
    }
  }
  const order: PolicyType[] = ['rcp', 'scp', 'endpoint', 'resource', 'identity', 'boundary', 'session']
  if (missing.size > 0) return { outcome: 'implicitDeny', by: order.filter((type) => missing.has(type)) }
  return { outcome: 'allowed', by: order.filter((type) => granted.has(type)) }
}

function applies(statement: Statement, policy: Policy, request: Request, hasBoundary: boolean): boolean {
  const variables = policy.version === '2012-10-17'
  const { action, resource, principal } = statement
  const acts = action.patterns.some((p) => matchesTokens(tokens(p.toLowerCase(), false), request.action, request))
  if (acts === action.negated) return false
  if (resource !== undefined) {
    const covers = resource.patterns.some((pattern) => covered(pattern, variables, request))
    if (covers === resource.negated) return false
  }
  if (principal !== undefined && !principal.negated && naming(statement, request) === undefined) return false
  if (principal?.negated === true && !hasBoundary && wholeChainListed(statement, request)) return false
  return statement.conditions.every((condition) => holds(condition, variables, request))
}

/** First five parts: a wildcard stays inside its segment, but a `*` that ends one runs on. Sixth: anything, variables. */
function covered(pattern: string, variables: boolean, request: Request): boolean {
  if (pattern === '*') return true
  if (request.resource === '*') return false
  const parts = pattern.split(':')
  const fixed = parts.length < 6 ? parts.slice(0, -1) : parts.slice(0, 5)
  const rest = parts.slice(fixed.length).join(':')
  const head: Token[] = fixed.flatMap((part) => [
    ...[...part].map((c, at): Token => {
      if (c === '*') return { any: true, colons: at === part.length - 1 }
      return c === '?' ? { one: true, colons: false } : literal(c)
    }),
    literal(':'),
  ])
  return matchesTokens([...head, ...tokens(rest, variables && parts.length >= 6)], request.resource, request)
}

/** How a Principal element names the caller: what the table "same account" makes of an Allow. */
function naming(statement: Statement, { principal: caller }: Request): 'direct' | 'viaRole' | 'account' | undefined {
  if (statement.principal?.negated !== false) return 'direct'
  const listed = (type: string, ...values: (string | undefined)[]) =>
    statement.principal?.entries.some((entry) => entry.type === type && values.includes(entry.value)) === true
  if (listed('AWS', '*')) return 'direct'
  if (caller.kind === 'service') return listed('Service', '*', caller.name) ? 'direct' : undefined
  if (caller.kind === 'identityProvider') return listed('Federated', '*', caller.value) ? 'direct' : undefined
  if (caller.kind === 'anonymous') return undefined
  if (caller.kind === 'user' && listed('AWS', caller.arn, caller.id)) return 'direct'
  if (caller.kind === 'session' && caller.arn !== undefined && listed('AWS', caller.arn)) return 'direct'
  if (caller.kind === 'session' && listed('AWS', caller.roleArn, caller.roleId)) return 'viaRole'
  if (caller.kind === 'federatedUser' && listed('AWS', caller.arn)) return 'direct'
  if (caller.kind === 'federatedUser' && caller.userArn !== undefined && listed('AWS', caller.userArn)) return 'viaRole'
  if (listed('CanonicalUser', '*')) return 'direct'
  return listed('AWS', caller.account, `arn:${caller.partition}:iam::${caller.account}:root`) ? 'account' : undefined
}

function wholeChainListed(statement: Statement, request: Request): boolean {
  const caller = request.principal
  const entries = statement.principal?.entries ?? []
  const has = (...values: (string | undefined)[]) => entries.some((e) => e.type === 'AWS' && values.includes(e.value))
  const plain = { ...statement, principal: { negated: false, entries } }
  if (has('*') || !('account' in caller) || caller.kind === 'root') return naming(plain, request) !== undefined
  if (!has(caller.account, `arn:${caller.partition}:iam::${caller.account}:root`)) return false
  if (caller.kind === 'user') return has(caller.arn, caller.id)
  if (caller.kind === 'federatedUser') return has(caller.arn)
  return caller.arn !== undefined && has(caller.arn) && has(caller.roleArn, caller.roleId)
}

function holds({ operator, key, values }: Condition, variables: boolean, request: Request): boolean {
  const entry = request.entry(key.toLowerCase(), key)
  const missing = entry === undefined || entry.values.length === 0
  const negated = /Not/.test(operator.base)
  if (values.length === 0) {
    if (operator.ifExists || operator.set === 'ForAllValues') return missing
    return operator.set === undefined && negated
  }
  if (operator.base === 'Null') {
    if (operator.set !== undefined) return operator.set === 'ForAllValues'
    return values.some((value) => value.toLowerCase() === String(missing))
  }
  const member = (came: string) =>
    values.some((wanted) => equal(operator.base, came, wanted, variables, request)) !== negated
  if (missing) return operator.ifExists || operator.set === 'ForAllValues' || (operator.set === undefined && negated)
  if (operator.set === 'ForAllValues') return entry.values.every(member)
  if (operator.set === 'ForAnyValue') return entry.values.some(member)
  return entry.multivalued ? negated : member(entry.values[0] ?? '')
}
