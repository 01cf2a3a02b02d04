/** Where AWS's pages disagree or are silent, the engine decides one way and can be told to decide the other. */

export interface Switches {
  /** `iam`: a `*` that ends a segment of a resource ARN runs on past colons. `segment`: every wildcard stays inside. */
  readonly resourceWildcard: 'iam' | 'segment'
  /** Policy variables in values of `Bool`. */
  readonly boolVariables: boolean
  /** A multivalued key under an operator without `ForAllValues`/`ForAnyValue`. */
  readonly multivaluedPlain: 'noMatch' | 'any'
  /** `""` counts as missing to `Null` and to the set operators. */
  readonly emptyStringIsNull: boolean
  /** Deny with NotPrincipal spares a caller whose whole `chain` is listed, or any level of it (`listed`). */
  readonly notPrincipalDeny: 'chain' | 'listed'
}

export const defaultSwitches: Switches = Object.freeze({
  resourceWildcard: 'iam',
  boolVariables: false,
  multivaluedPlain: 'noMatch',
  emptyStringIsNull: false,
  notPrincipalDeny: 'chain',
})
