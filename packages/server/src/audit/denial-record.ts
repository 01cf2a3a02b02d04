/**
 * A denial as kept for its explanation. IAM Toolbox API, GetRequestAuthorizationDetails: `requestContext`, `evaluations`,
 * `policies`; with the engine's own explanation beside it.
 */

import type { ContextValue, Explanation } from '@scopedown/engine'
import type { CallEvent } from '../kernel/event.ts'
import { textOf } from '../kernel/policy-text.ts'
import type { Refusal } from '../kernel/refusal.ts'

export interface MatchedPolicy {
  readonly uri: string
  readonly matchedStatements: readonly { readonly sid: string; readonly evaluatedEffect: 'ALLOW' | 'DENY' }[]
}

export interface DenialRecord {
  readonly authorizationId: string
  readonly requestId: string
  readonly eventName: string
  readonly caller: { readonly arn: string; readonly userId: string; readonly account: string }
  readonly requestContext: Readonly<Record<string, string>>
  readonly evaluations: readonly {
    readonly action: string
    readonly resource: string
    readonly context: Readonly<Record<string, string>>
    readonly evaluatedEffect: 'ALLOW' | 'EXPLICIT_DENY' | 'IMPLICIT_DENY'
    readonly matchedPolicies: readonly MatchedPolicy[]
  }[]
  readonly policies: readonly {
    readonly type: string
    readonly inline: boolean
    readonly uri: string
    readonly attachedTo: readonly { readonly arn: string }[]
    /** As it was when it decided. Kept apart from the record, once for all denials: see `denied-policies.ts`. */
    readonly text?: string | undefined
  }[]
  readonly explanation: Explanation
}

/** Undefined for a call that was not denied by policy. */
export function denialRecord(event: CallEvent): DenialRecord | undefined {
  const { verdict, authorizationId, caller } = event
  const refusal = verdict?.refusal
  if (refusal === undefined || authorizationId === undefined || caller === undefined) return undefined
  const { explanation, requirement } = refusal
  return {
    authorizationId,
    requestId: event.requestId,
    eventName: event.operation?.operation.name ?? '',
    caller: { arn: caller.arn, userId: caller.userId, account: caller.account },
    requestContext: contextText(refusal.request.context ?? {}),
    evaluations: [
      {
        action: requirement.action,
        resource: requirement.resource,
        context: {},
        evaluatedEffect: explanation.outcome === 'explicitDeny' ? 'EXPLICIT_DENY' : 'IMPLICIT_DENY',
        matchedPolicies: explanation.outcome === 'explicitDeny' ? matchedPolicies(explanation) : [],
      },
    ],
    policies: policiesOf(refusal),
    explanation,
  }
}

function policiesOf({ policies }: Refusal): DenialRecord['policies'] {
  return [...policies.values()].map(({ type, inline, uri, attachedTo, policy }) => ({
    type,
    inline,
    uri,
    attachedTo: [{ arn: attachedTo }],
    text: textOf(policy),
  }))
}

function matchedPolicies({ determining }: Explanation): MatchedPolicy[] {
  const byUri = new Map<string, { sid: string; evaluatedEffect: 'ALLOW' | 'DENY' }[]>()
  for (const { policyName, sid, statement, effect } of determining) {
    const uri = policyName ?? ''
    const statements = byUri.get(uri) ?? []
    // A missing Sid is made up, as AWS does.
    statements.push({ sid: sid ?? `Statement${statement}`, evaluatedEffect: effect === 'Deny' ? 'DENY' : 'ALLOW' })
    byUri.set(uri, statements)
  }
  return [...byUri].map(([uri, matchedStatements]) => ({ uri, matchedStatements }))
}

function contextText(context: Readonly<Record<string, ContextValue>>): Record<string, string> {
  const text: Record<string, string> = {}
  for (const [key, value] of Object.entries(context)) {
    if (value !== undefined && value !== null) text[key] = Array.isArray(value) ? value.join(', ') : String(value)
  }
  return text
}
