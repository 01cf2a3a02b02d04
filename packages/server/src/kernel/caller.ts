/**
 * Who calls, with all that decides for them: the principal, its tags and session facts, and every policy it brings along.
 * IAM User Guide, "AWS global condition context keys" (what each kind of principal carries).
 */

import type { ContextValue, Policy, Principal } from '@scopedown/engine'
import type { Tags } from './tags.ts'

/** A policy and where it comes from; an explanation names both. */
export interface SourcedPolicy {
  readonly policy: Policy
  /** ARN of a managed policy; opaque and unique for an inline one. */
  readonly uri: string
  readonly inline: boolean
  /** The user, group, role or resource that carries it. */
  readonly attachedTo: string
}

export interface CallerPolicies {
  readonly identity: readonly SourcedPolicy[]
  readonly boundary: SourcedPolicy | undefined
  /** `undefined`: nothing narrows the session. */
  readonly session: readonly SourcedPolicy[] | undefined
}

export interface CallerSession {
  readonly kind: 'assumedRole' | 'federatedUser' | 'sessionToken'
  readonly name: string
  readonly issuedAt: number
  readonly expiresAt: number
  readonly transitiveTagKeys: readonly string[]
  /** Of the role's own tags and the session's, those that came with the session. */
  readonly sessionTags: Tags
}

export interface Caller {
  readonly principal: Principal
  /** As AWS prints it: the session's ARN for a session. */
  readonly arn: string
  /** `AIDA…`, `AROA…:SESSION`, the account id for root. */
  readonly userId: string
  readonly account: string
  readonly partition: string
  /** Missing for services and for calls made inside the server. */
  readonly accessKeyId: string | undefined
  readonly tags: Tags
  readonly sourceIdentity: string | undefined
  readonly session: CallerSession | undefined
  readonly policies: CallerPolicies
  /** Condition keys that depend on the caller alone; the engine adds those that follow from `principal`. */
  readonly context: Readonly<Record<string, ContextValue>>
}

/** The part of `Caller.context` that its other members decide. */
export function callerContext(
  caller: Pick<Caller, 'tags' | 'sourceIdentity' | 'session' | 'userId'>,
): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {
    'aws:userid': caller.userId,
    'aws:PrincipalIsAWSService': false,
  }
  for (const [key, value] of caller.tags) context[`aws:PrincipalTag/${key}`] = value
  if (caller.sourceIdentity !== undefined) context['aws:SourceIdentity'] = caller.sourceIdentity
  if (caller.session === undefined) return context
  context['aws:TokenIssueTime'] = new Date(caller.session.issuedAt).toISOString()
  // AWS sets it for temporary credentials only; this server knows no MFA devices.
  if (caller.session.kind !== 'federatedUser') context['aws:MultiFactorAuthPresent'] = false
  return context
}

/** A service of this server acting in an account, `glue.amazonaws.com`: only resource and trust policies can let it in. */
export function serviceCaller(name: string, account: string, partition = 'aws'): Caller {
  return {
    principal: { kind: 'service', name },
    arn: name,
    userId: name,
    account,
    partition,
    accessKeyId: undefined,
    tags: new Map(),
    sourceIdentity: undefined,
    session: undefined,
    policies: { identity: [], boundary: undefined, session: undefined },
    context: { 'aws:SourceAccount': account, 'aws:PrincipalServiceName': name, 'aws:PrincipalIsAWSService': true },
  }
}
