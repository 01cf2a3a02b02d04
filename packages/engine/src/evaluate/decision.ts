/** The answer. IAM User Guide, "Policy evaluation logic". */

export type Outcome = 'allowed' | 'implicitDeny' | 'explicitDeny'

export type PolicyType = 'rcp' | 'scp' | 'endpoint' | 'resource' | 'identity' | 'boundary' | 'session'

/** In the order of evaluation, which is the order of `by`. */
export const policyTypes: readonly PolicyType[] = [
  'rcp',
  'scp',
  'endpoint',
  'resource',
  'identity',
  'boundary',
  'session',
]

export interface Decision {
  readonly outcome: Outcome
  /** Types that deny (explicit ones alone, where there are any); on an allow the types that granted, not the caps. */
  readonly by: readonly PolicyType[]
}
