/** The form of a GetPartitions expression: comparisons of one key each, negation already driven into them. */

export type Comparison = '=' | '<>' | '<' | '<=' | '>' | '>='

export type Expression = Junction<'and'> | Junction<'or'> | Predicate

export interface Junction<Kind> {
  readonly kind: Kind
  readonly left: Expression
  readonly right: Expression
}

/** `key`: position of the partition key. Values are ordered text (`column-type.ts`). */
export type Predicate =
  | { readonly kind: 'compare'; readonly key: number; readonly operator: Comparison; readonly value: string }
  | { readonly kind: 'in'; readonly key: number; readonly values: readonly string[]; readonly negated: boolean }
  | { readonly kind: 'like'; readonly key: number; readonly pattern: LikePattern; readonly negated: boolean }
  | { readonly kind: 'null'; readonly key: number; readonly negated: boolean }

/** Literal characters, `any` for `%`, `one` for `_`. */
export type LikePattern = readonly (string | { readonly wildcard: 'any' | 'one' })[]
