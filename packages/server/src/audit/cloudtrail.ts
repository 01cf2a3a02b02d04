/**
 * The members of a call's record that have members of their own. CloudTrail User Guide, "CloudTrail record contents" and
 * "CloudTrail userIdentity element"; the `decision` block is ours.
 */

import type { Caller } from '../kernel/caller.ts'
import type { Answer, Verdict } from '../kernel/enforce.ts'
import type { CallEvent } from '../kernel/event.ts'
import { redact } from './redact.ts'

let latest = { second: -1, text: '' }

/** ISO 8601 in whole seconds; calls come many to the second. */
export function eventTime(time: number): string {
  const second = Math.floor(time / 1000)
  if (second !== latest.second) {
    latest = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` }
  }
  return latest.text
}

export function parameters({ operation, input, verdict }: CallEvent): Record<string, unknown> | null {
  if (operation === undefined || input === undefined) return null
  const { audited, model } = operation.operation
  // An input that was refused before anything was asked has any shape: `audited` counts on a validated one.
  if (audited !== undefined) return verdict === undefined ? null : { ...audited(input) }
  return redact(model.input, input)
}

export function additionalData(event: CallEvent): Readonly<Record<string, unknown>> | undefined {
  const { operation, input, verdict } = event
  if (event.remark !== undefined) return event.remark
  return input === undefined || verdict === undefined ? undefined : operation?.operation.remark?.(input)
}

export function userIdentity(caller: Caller | undefined, invokedBy: string | undefined): Record<string, unknown> {
  if (caller === undefined) return { type: 'Unknown' }
  const { principal, session } = caller
  if (principal.kind === 'service') return { type: 'AWSService', invokedBy: principal.name }
  const identity = {
    type: typeOf(caller),
    principalId: caller.userId,
    arn: caller.arn,
    accountId: caller.account,
    accessKeyId: caller.accessKeyId,
    userName: principal.kind === 'user' ? principal.name : undefined,
    invokedBy,
  }
  if (session === undefined) return identity
  return {
    ...identity,
    sessionContext: {
      sessionIssuer: issuer(caller),
      attributes: { creationDate: new Date(session.issuedAt).toISOString(), mfaAuthenticated: 'false' },
      sourceIdentity: caller.sourceIdentity,
    },
  }
}

function typeOf({ principal }: Caller): string {
  switch (principal.kind) {
    case 'root':
      return 'Root'
    case 'user':
      return 'IAMUser'
    case 'session':
      return 'AssumedRole'
    case 'federatedUser':
      return 'FederatedUser'
    default:
      return 'Unknown'
  }
}

function issuer({ principal, account }: Caller): Record<string, unknown> | undefined {
  if (principal.kind !== 'session') return undefined
  return {
    type: 'Role',
    principalId: principal.roleId,
    arn: principal.roleArn,
    accountId: account,
    userName: principal.roleArn.slice(principal.roleArn.lastIndexOf('/') + 1),
  }
}

/** Of a call that was asked about; an exempt one has only its reason to tell. */
export function decisionBlock(verdict: Verdict, authorizationId: string | undefined): Record<string, unknown> {
  return {
    outcome: verdict.refusal === undefined ? 'allowed' : verdict.refusal.explanation.outcome,
    authorizationId,
    requirements: verdict.answers.map(requirementBlock),
  }
}

function requirementBlock({ question, decision, explain }: Answer): Record<string, unknown> {
  const explanation = explain()
  return {
    action: question.requirement.action,
    resource: question.requirement.resource,
    outcome: decision.outcome,
    by: decision.by,
    statements: explanation.determining.map(({ type, policyName, statement, sid, effect }) => ({
      type,
      policy: policyName,
      statement,
      sid,
      effect,
    })),
    keysRead: explanation.conditionKeys.read,
    keysMissing: explanation.conditionKeys.missing,
  }
}
