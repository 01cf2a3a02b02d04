/**
 * A policy as parsed: frozen, typed, with the position of everything a person may be pointed at.
 * IAM User Guide, "Grammar of the IAM JSON policy language" (reference_policies_grammar).
 */

/** What a document is used as; each kind has rules of its own. `trust` is the resource policy of a role. */
export type PolicyKind = 'identity' | 'resource' | 'trust' | 'boundary' | 'session' | 'scp' | 'rcp' | 'endpoint'

export type PolicyVersion = '2012-10-17' | '2008-10-17'

export type Effect = 'Allow' | 'Deny'

/** Offsets into the source text (UTF-16 units), and the same as line and column, both counted from 1. */
export interface Span {
  readonly start: number
  readonly end: number
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

export interface Policy {
  readonly kind: PolicyKind
  /** Given by the caller, for explanations: a managed policy's ARN or an inline policy's name. */
  readonly name: string | undefined
  readonly version: PolicyVersion
  readonly id: string | undefined
  readonly statements: readonly Statement[]
}

export interface Statement {
  /** Position within the policy, from 0. */
  readonly index: number
  readonly sid: string | undefined
  readonly effect: Effect
  readonly principal: PrincipalElement | undefined
  readonly action: PatternElement
  /** Missing only where the kind allows it: the statement then covers the resource that the policy is attached to. */
  readonly resource: PatternElement | undefined
  readonly conditions: readonly Condition[]
  readonly span: Span
}

/** `Action`/`NotAction` or `Resource`/`NotResource`. */
export interface PatternElement {
  readonly negated: boolean
  readonly patterns: readonly string[]
  readonly spans: readonly Span[]
}

export interface PrincipalElement {
  readonly negated: boolean
  readonly entries: readonly PrincipalEntry[]
}

/** One value of a `Principal` element. `"*"` is kept as type AWS with value `*`, which means the same. */
export interface PrincipalEntry {
  readonly type: 'AWS' | 'Service' | 'Federated' | 'CanonicalUser'
  readonly value: string
  readonly span: Span
}

/** One key of one operator block. */
export interface Condition {
  readonly operator: Operator
  /** As written; compared without case. */
  readonly key: string
  /** As text: JSON numbers and booleans are kept in the spelling of the document. */
  readonly values: readonly string[]
  readonly span: Span
}

export interface Operator {
  /** As written, with prefix and suffix. */
  readonly text: string
  readonly set: 'ForAllValues' | 'ForAnyValue' | undefined
  readonly base: BaseOperator
  readonly ifExists: boolean
}

export const baseOperators = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'Null',
] as const

export type BaseOperator = (typeof baseOperators)[number]
