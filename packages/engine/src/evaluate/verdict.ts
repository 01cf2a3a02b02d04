/**
 * What each layer said → the decision. IAM User Guide, reference_policies_evaluation-logic_policy-eval-denyallow:
 *
 *   same account   ¬Deny ∧ rcp ∧ scp ∧ endpoint ∧ (direct ∨ ((identity ∨ viaRole) ∧ boundary ∧ session))
 *   cross-account  ¬Deny ∧ rcp ∧ scp ∧ endpoint ∧ resource ∧ identity ∧ boundary ∧ session
 */

import { type GrantRank, grantRank } from '../match/principal-matcher.ts'
import type { Request } from '../request/request.ts'
import { type Decision, type Outcome, policyTypes } from './decision.ts'

/** One bit a policy type, in the order of evaluation. */
export const bit = { rcp: 1, scp: 2, endpoint: 4, resource: 8, identity: 16, boundary: 32, session: 64 } as const

/** Of every layer, whether an Allow matched; a cap that is not there counts as allowing. */
export interface LayerAllows {
  readonly scp: boolean
  readonly endpoint: boolean
  readonly resource: GrantRank
  readonly identity: boolean
  readonly boundary: boolean
  readonly session: boolean
}

/** Decisions are made once: outcome and set of types, 3 × 128. */
const interned: Readonly<Record<Outcome, readonly Decision[]>> = {
  allowed: decisions('allowed'),
  implicitDeny: decisions('implicitDeny'),
  explicitDeny: decisions('explicitDeny'),
}

function decisions(outcome: Outcome): Decision[] {
  return Array.from({ length: 128 }, (_, mask) =>
    Object.freeze({ outcome, by: Object.freeze(policyTypes.filter((_, index) => (mask >> index) & 1)) }),
  )
}

export const decision = (outcome: Outcome, mask: number): Decision => interned[outcome][mask] as Decision

/** Service control policies bind neither services, nor anonymous callers, nor service-linked roles. */
export const scpsBind = (request: Request): boolean => request.account !== undefined && !request.serviceLinked

/** Resource control policies bind every caller but service-linked roles. */
export const rcpsBind = (request: Request): boolean => !request.serviceLinked

/** The answer where no Deny matched. */
export function verdict(request: Request, allows: LayerAllows): Decision {
  const denies = (allows.scp ? 0 : bit.scp) | (allows.endpoint ? 0 : bit.endpoint)
  const { kind } = request.principal
  if (request.account === undefined) return onlyResource(allows, denies)
  if (kind === 'root') return forRoot(request, allows, denies)
  if (request.crossAccount) return crossAccount(request, allows, denies)
  const { resource } = allows
  if (resource === grantRank.direct) return settle(denies, grantors(allows))
  const missing = missingCaps(allows) | (allows.identity || resource === grantRank.viaRole ? 0 : bit.identity)
  const silent = request.mustAllow !== undefined && resource === grantRank.none ? bit.resource : 0
  const needed = request.mustAllow !== undefined && resource === grantRank.delegation ? bit.resource : 0
  return settle(denies | missing | silent, grantors(allows) | needed)
}

/** Services, identity providers and anonymous callers have no policies of their own. */
const onlyResource = (allows: LayerAllows, denies: number): Decision =>
  settle(denies | (allows.resource === grantRank.none ? bit.resource : 0), bit.resource)

/** The root user is allowed in its own account, save that it cannot assume a role; elsewhere the other side must allow. */
function forRoot(request: Request, allows: LayerAllows, denies: number): Decision {
  if (request.action === 'sts:assumerole') return settle(denies | bit.identity, 0)
  const granted = allows.resource !== grantRank.none && !request.crossPartition
  const needsResource = request.crossAccount || request.mustAllow !== undefined
  return settle(denies | (needsResource && !granted ? bit.resource : 0), granted ? bit.resource : 0)
}

function crossAccount(request: Request, allows: LayerAllows, denies: number): Decision {
  const granted = allows.resource !== grantRank.none && !request.crossPartition
  const missing = (granted ? 0 : bit.resource) | (allows.identity ? 0 : bit.identity) | missingCaps(allows)
  return settle(denies | missing, bit.resource | bit.identity)
}

const missingCaps = (allows: LayerAllows): number =>
  (allows.boundary ? 0 : bit.boundary) | (allows.session ? 0 : bit.session)

/** Types whose Allow took effect: a grant that a cap stops has none. */
function grantors(allows: LayerAllows): number {
  const capped = missingCaps(allows) !== 0
  const identity = allows.identity && !capped ? bit.identity : 0
  return identity | (allows.resource >= grantRank.viaRole ? bit.resource : 0)
}

const settle = (denies: number, granted: number): Decision =>
  (denies === 0 ? interned.allowed[granted] : interned.implicitDeny[denies]) as Decision
