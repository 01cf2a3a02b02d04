/**
 * The workloads that peers can answer too, in a form that none of them owns: whom, what, which prefix, one equality.
 * From one list of rules come our policy and every peer's; a request is the same plain object for all.
 */

import { type Policy, type PolicyKind, parsePolicy } from '@scopedown/engine'

export interface Rule {
  readonly effect: 'Allow' | 'Deny'
  /** Undefined: whoever asks. */
  readonly principal?: string
  readonly action: string
  /** The resource begins with it. */
  readonly prefix: string
  /** `aws:SourceVpc` equals it. */
  readonly vpc?: string
}

export interface Ask {
  readonly principal: string
  readonly action: string
  readonly resource: string
  readonly context: { readonly 'aws:SourceVpc': string }
}

export function policyText(rules: readonly Rule[]): string {
  const statements = rules.map(({ effect, principal, action, prefix, vpc }, index) => ({
    Sid: `s${index}`,
    Effect: effect,
    ...(principal === undefined ? {} : { Principal: { AWS: principal } }),
    Action: action,
    Resource: `${prefix}*`,
    ...(vpc === undefined ? {} : { Condition: { StringEquals: { 'aws:SourceVpc': vpc } } }),
  }))
  return JSON.stringify({ Version: '2012-10-17', Statement: statements })
}

export function policyOf(document: string | object, kind: PolicyKind): Policy {
  const parsed = parsePolicy(typeof document === 'string' ? document : JSON.stringify(document), { kind })
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('; '))
  return parsed.policy
}

/** As they come from a wire: flat strings that share no memory with the policies' own. */
export const fromWire = <T>(value: T): T => JSON.parse(JSON.stringify(value))
