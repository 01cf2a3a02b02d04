/** The policies of a simulation, and what each is called in its answer. API reference: Statement (`SourcePolicyId`). */

import type { PolicySourceType } from '@aws-sdk/client-iam'
import { type Policy, type PolicyKind, parseArn, parsePolicy } from '@scopedown/engine'
import type { SourcedPolicy } from '../../../kernel/caller.ts'
import { invalidInput } from '../faults.ts'
import { isAwsPolicy } from '../policy-store.ts'

export interface Source {
  readonly id: string
  readonly type: PolicySourceType
}

/** By the name that the engine knows a policy under. */
export type Sources = Map<string, Source>

/** Documents given as text, called `PolicyInputList.1` and so on. */
export function givenPolicies(
  texts: readonly string[] | undefined,
  member: string,
  kind: PolicyKind,
  sources: Sources,
): Policy[] {
  return (texts ?? []).map((text, index) => givenPolicy(text, `${member}.${index + 1}`, kind, 'none', sources))
}

export function givenPolicy(
  text: string,
  name: string,
  kind: PolicyKind,
  type: PolicySourceType,
  sources: Sources,
): Policy {
  const result = parsePolicy(text, { kind, name })
  if (!result.ok) {
    const fault = result.diagnostics.find(({ severity }) => severity === 'error')
    const place = fault === undefined ? '' : ` at line ${fault.span.line}, column ${fault.span.column}`
    throw invalidInput(`${name} is not a valid policy: ${fault?.message ?? 'unreadable'}${place}`)
  }
  sources.set(name, { id: name, type })
  return result.policy
}

/** Policies that an entity carries: by the policy's name, and by who carries it or who wrote it. */
export function storedPolicies(policies: readonly SourcedPolicy[], sources: Sources): Policy[] {
  return policies.map(({ policy, uri, inline, attachedTo }) => {
    const id = uri.slice(uri.lastIndexOf(inline ? '#' : '/') + 1)
    sources.set(uri, { id, type: inline ? holderOf(attachedTo) : isAwsPolicy(uri) ? 'aws-managed' : 'user-managed' })
    return policy
  })
}

function holderOf(arn: string): PolicySourceType {
  const kind = parseArn(arn)?.resource.split('/')[0]
  return kind === 'user' || kind === 'group' || kind === 'role' ? kind : 'none'
}
