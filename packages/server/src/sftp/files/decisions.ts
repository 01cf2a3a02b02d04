/**
 * What decided about an operation on files, for its line in the activity log: policies, permission bits, or the home directory.
 * Whoever asks tells; a line shows what let the operation through, or what stopped it.
 */

import type { ActivityFields } from '../activity-log.ts'

export interface FileDecision {
  readonly outcome: 'allowed' | 'denied' | 'implicitDeny' | 'explicitDeny'
  readonly [detail: string]: unknown
}

export type Tell = (decision: FileDecision) => void

/** A folder's renaming asks thousands of times: a line shows each action once. */
const mostShown = 8

export class Decisions {
  readonly #allowed = new Map<string, FileDecision>()
  #denied: FileDecision | undefined

  readonly add: Tell = (decision) => {
    if (decision.outcome !== 'allowed') {
      this.#denied = decision
      return
    }
    const key = String(decision.action ?? decision.by)
    if (this.#allowed.has(key) || this.#allowed.size < mostShown) this.#allowed.set(key, decision)
  }

  /** Of an operation that was refused: what refused it. */
  refusal(told?: FileDecision): ActivityFields {
    const decision = told ?? this.#denied
    return decision === undefined ? {} : { decision }
  }

  /** Of one that was not: what let it through, each action by the last resource that it was asked about. */
  grant(): ActivityFields {
    const [first, ...others] = this.#allowed.values()
    if (first === undefined) return {}
    return { decision: others.length === 0 ? first : { outcome: 'allowed', checks: [first, ...others] } }
  }
}
