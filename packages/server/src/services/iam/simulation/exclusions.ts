/** Policies that a simulation leaves out. API reference, SimulatePrincipalPolicy: `PolicyExclusionList`. */

import type { SourcedPolicy } from '../../../kernel/caller.ts'
import { invalidInput } from '../faults.ts'
import { isAwsPolicy } from '../policy-store.ts'
import { entityOf } from './caller.ts'

/** Exactly one of the three is given. */
interface PolicyIdentifier {
  readonly PolicyType?: string | undefined
  readonly PolicyArn?: string | undefined
  readonly InlinePolicyIdentifier?:
    | { readonly PolicyName: string; readonly AttachmentType: string; readonly AttachmentName: string }
    | undefined
}

export interface Exclusions {
  policy(policy: SourcedPolicy): boolean
  readonly boundary: boolean
}

export function exclusionsOf(list: readonly PolicyIdentifier[] | undefined): Exclusions {
  const identifiers = list ?? []
  return {
    policy: (policy) => identifiers.some((identifier) => names(identifier, policy)),
    boundary: identifiers.some(({ PolicyType: type }) => type === 'permission-boundary'),
  }
}

function names(
  { PolicyType: type, PolicyArn: arn, InlinePolicyIdentifier: inline }: PolicyIdentifier,
  policy: SourcedPolicy,
) {
  if (type !== undefined) return typeOf(policy) === type
  if (arn !== undefined) return !policy.inline && matches(arn, policy.uri)
  if (inline === undefined || !policy.inline) return false
  const holder = entityOf(policy.attachedTo)
  return (
    policy.uri.endsWith(`#${inline.PolicyName}`) &&
    holder.kind === inline.AttachmentType &&
    matches(inline.AttachmentName, holder.name)
  )
}

function typeOf({ inline, uri }: SourcedPolicy): string {
  if (inline) return 'inline'
  return isAwsPolicy(uri) ? 'aws-managed' : 'user-managed'
}

/** At most one `*`, any number of `?`. */
function matches(pattern: string, text: string): boolean {
  const [head = '', tail, ...more] = pattern.split('*')
  if (more.length > 0) throw invalidInput(`The identifier ${pattern} has more than one *.`)
  if (tail === undefined) return alike(head, text)
  if (text.length < head.length + tail.length) return false
  return alike(head, text.slice(0, head.length)) && alike(tail, text.slice(text.length - tail.length))
}

function alike(pattern: string, text: string): boolean {
  if (pattern.length !== text.length) return false
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] !== '?' && pattern[at] !== text[at]) return false
  }
  return true
}
