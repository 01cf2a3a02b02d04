/** Decisions of the engine as the activity log shows them; the audit line and the explanation of a denial say the rest. */

import type { Verdict } from '../../kernel/enforce.ts'
import type { Refusal } from '../../kernel/refusal.ts'
import type { FileDecision } from './decisions.ts'

export function deniedDecision(
  { requirement, explanation }: Refusal,
  authorizationId: string | undefined,
): FileDecision {
  return {
    action: requirement.action,
    resource: requirement.resource,
    // A refusal that somebody worded anew is none the less one.
    outcome: explanation.outcome === 'explicitDeny' ? 'explicitDeny' : 'implicitDeny',
    by: explanation.determining.map(({ type, policyName, statement }) => ({ type, policy: policyName, statement })),
    reason: explanation.message,
    'authorization-id': authorizationId,
  }
}

/** What was asked and allowed. `request-id` is that of the line in the audit log. */
export function allowedDecisions(verdict: Verdict | undefined, requestId: string): FileDecision[] {
  const decisions: FileDecision[] = []
  for (const { question, decision } of verdict?.answers ?? []) {
    if (decision.outcome !== 'allowed') continue
    const { action, resource } = question.requirement
    decisions.push({ action, resource, outcome: 'allowed', by: decision.by, 'request-id': requestId })
  }
  return decisions
}
