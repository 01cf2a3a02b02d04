/** A set of policies, the questions asked of it, and who answers them beside us. */

import type { PolicySet, RequestInput } from '@scopedown/engine'
import type { Contestant } from '../contestants/contestant.ts'

export interface Workload {
  readonly id: string
  readonly title: string
  readonly policies: PolicySet
  readonly inputs: readonly RequestInput[]
  /** In the order of the table; empty where only we are asked. */
  readonly others: readonly Contestant[]
}
