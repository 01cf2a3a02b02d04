/** One statement, compiled, and each of its elements asked alone. */

import { type CompiledCondition, compileCondition } from '../condition/condition.ts'
import type { Switches } from '../evaluate/switches.ts'
import { type ActionPattern, matchesAction } from '../match/action-pattern.ts'
import {
  compilePrincipal,
  type GrantRank,
  grantRank,
  grantTo,
  type PrincipalMatcher,
  spares,
} from '../match/principal-matcher.ts'
import { compileResourcePattern, matchesResource, type ResourcePattern } from '../match/resource-pattern.ts'
import type { Policy, Statement } from '../policy/policy.ts'
import type { Request } from '../request/request.ts'

export interface CompiledStatement {
  readonly source: Statement
  /** Index of its policy within the layer. */
  readonly policyIndex: number
  readonly policy: Policy
  /** Shared by all statements of the layer that have the same action element. */
  readonly actions: readonly ActionPattern[]
  readonly principal: PrincipalMatcher | undefined
  /** Undefined: the resource that the policy is attached to, whatever it is. */
  readonly resources: readonly ResourcePattern[] | undefined
  readonly notResource: boolean
  readonly conditions: readonly CompiledCondition[]
}

export interface StatementOptions {
  readonly switches: Switches
  readonly fold: boolean
}

export function compileStatement(
  statement: Statement,
  policy: Policy,
  policyIndex: number,
  actions: readonly ActionPattern[],
  { switches, fold }: StatementOptions,
): CompiledStatement {
  const options = { variables: policy.version === '2012-10-17', wildcard: switches.resourceWildcard, fold }
  return {
    source: statement,
    policy,
    policyIndex,
    actions,
    principal: statement.principal === undefined ? undefined : compilePrincipal(statement.principal),
    resources: statement.resource?.patterns.map((pattern) => compileResourcePattern(pattern, options)),
    notResource: statement.resource?.negated === true,
    conditions: statement.conditions.map((condition) => compileCondition(condition, policy.version, switches)),
  }
}

/** `action` in lower case. */
export const actionApplies = (statement: CompiledStatement, action: string): boolean =>
  statement.actions.some((pattern) => matchesAction(pattern, action)) !== statement.source.action.negated

export function resourceApplies(statement: CompiledStatement, request: Request): boolean {
  if (statement.resources === undefined) return true
  for (const pattern of statement.resources) {
    if (matchesResource(pattern, request.matchedResource, request)) return !statement.notResource
  }
  return statement.notResource
}

/** How the statement speaks of the caller; `none` where it does not. An identity-based statement speaks of its bearer. */
export const principalGrant = (
  statement: CompiledStatement,
  request: Request,
  hasBoundary: boolean,
  switches: Switches,
): GrantRank => grantOf(statement.principal, request, hasBoundary, switches)

export function grantOf(
  principal: PrincipalMatcher | undefined,
  request: Request,
  hasBoundary: boolean,
  switches: Switches,
): GrantRank {
  if (principal === undefined) return grantRank.direct
  if (!principal.negated) return grantTo(principal, request)
  return spares(principal, request, hasBoundary, switches.notPrincipalDeny) ? grantRank.none : grantRank.direct
}

export const conditionsHold = (statement: CompiledStatement, request: Request): boolean =>
  allHold(statement.conditions, request)

export function allHold(conditions: readonly CompiledCondition[], request: Request): boolean {
  for (let index = 0; index < conditions.length; index += 1) {
    if (!(conditions[index] as CompiledCondition).holds(request)) return false
  }
  return true
}
