/** Why the answer is what it is: every statement of every policy, and the first thing that stopped it. */

import type { Outcome, PolicyType } from '../evaluate/decision.ts'
import type { Effect, Span } from '../policy/policy.ts'

export interface Explanation {
  readonly outcome: Outcome
  readonly by: readonly PolicyType[]
  /** AWS's own sentence; only on a denial. */
  readonly message: string | undefined
  readonly request: {
    readonly principal: string
    readonly action: string
    readonly resource: string
    readonly resourceAccount: string | undefined
    readonly crossAccount: boolean
  }
  readonly layers: readonly LayerExplanation[]
  readonly determining: readonly StatementReference[]
  /** The policy types that would still have to allow; of an explicit deny too, once its Denies are got past. */
  readonly stillNeeded: readonly PolicyType[]
  /** Condition keys that were looked at, in the policies' spelling, and those of them that the request lacked. */
  readonly conditionKeys: { readonly read: readonly string[]; readonly missing: readonly string[] }
}

export interface StatementReference {
  readonly type: PolicyType
  /** SCP or RCP level, from the root; 0 for every other type. */
  readonly level: number
  /** Index into that layer's policies. */
  readonly policy: number
  readonly policyName: string | undefined
  readonly statement: number
  readonly sid: string | undefined
  readonly effect: Effect
  readonly span: Span
}

/** One policy type, or one level of SCPs or RCPs. */
export interface LayerExplanation {
  readonly type: PolicyType
  readonly level: number
  /** `notApplicable` with its reason in `note`: a service control policy does not bind a service, for example. */
  readonly result: 'allow' | 'implicitDeny' | 'explicitDeny' | 'notApplicable'
  readonly note: string | undefined
  readonly policies: readonly PolicyExplanation[]
}

export interface PolicyExplanation {
  readonly name: string | undefined
  readonly statements: readonly StatementExplanation[]
}

export interface StatementExplanation {
  readonly index: number
  readonly sid: string | undefined
  readonly effect: Effect
  readonly span: Span
  readonly matched: boolean
  /** What an Allow of a resource policy is worth to this caller: see `Grant`. */
  readonly grant: Grant | undefined
  readonly stoppedBy: Obstacle | undefined
  /** Of a Deny that matched: any one of these, and it no longer would. Empty: only the policy can change that. */
  readonly waysOut: readonly WayOut[] | undefined
}

/** A sentence about the request: `aws:SourceIp` · `is in` · `203.0.113.0/24`. */
export interface WayOut {
  /** A condition key, or `the action`, `the resource`, `the principal`. */
  readonly subject: string
  readonly needs: string
  /** One of these, or, where `needs` says not, none. Variables are filled in. */
  readonly values: readonly string[]
  readonly came: string | readonly string[] | undefined
  /** Variables of the values that had no value. */
  readonly unresolved: readonly string[]
}

/** `direct` bypasses identity, boundary and session; `viaRole` bypasses identity; `delegation` bypasses nothing. */
export type Grant = 'direct' | 'viaRole' | 'delegation'

/** The first thing that kept a statement from matching. */
export type Obstacle =
  | { readonly element: 'Action' | 'NotAction'; readonly wanted: readonly string[]; readonly came: string }
  | {
      readonly element: 'Resource' | 'NotResource'
      readonly wanted: readonly string[]
      readonly came: string
      /** Variables of the patterns that had no value. */
      readonly unresolved: readonly string[]
    }
  | { readonly element: 'Principal' | 'NotPrincipal'; readonly wanted: readonly string[]; readonly came: string }
  | {
      readonly element: 'Condition'
      readonly operator: string
      readonly key: string
      /** As written in the policy. */
      readonly wanted: readonly string[]
      /** Missing key: undefined. */
      readonly came: string | readonly string[] | undefined
      readonly unresolved: readonly string[]
      readonly span: Span
    }
