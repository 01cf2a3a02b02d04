/** The first requirement that was not allowed, with all that an explanation needs. */

import type { Explanation, RequestInput } from '@scopedown/engine'
import type { SourcedPolicy } from './caller.ts'
import type { Requirement } from './requirement.ts'

export interface Refusal {
  readonly requirement: Requirement
  readonly explanation: Explanation
  /** AWS's sentence, without any suffix. */
  readonly message: string
  readonly request: RequestInput
  /** By the names that the explanation calls them. */
  readonly policies: ReadonlyMap<string, SourcedPolicy & { readonly type: string }>
}

/** Thrown by a handler that has asked further (`call.ask`): the call ends as if the requirement had been stated at first. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.refusal = refusal
  }
}
