/**
 * What decided about an operation on files, for its line in the activity log: policies, permission bits, or the home directory.
 * Whoever asks tells; a line shows what let the operation through, or what stopped it.
 */

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

  /** What let an operation through, each action by the last resource that it was asked about. */
  grant(): { readonly decision: FileDecision } {
    const [first, ...others] = this.#allowed.values()
    // A file renamed onto itself: nobody had to be asked.
    if (first === undefined) return { decision: { outcome: 'allowed', by: 'nothing to decide' } }
    return { decision: others.length === 0 ? first : { outcome: 'allowed', checks: [first, ...others] } }
  }

  /** What refused it; or, where it failed by what is there and not by permission, what had been allowed. */
  ofFailure(refused: boolean): FileDecision {
    if (refused) return this.#denied ?? { outcome: 'denied', by: 'file system' }
    return this.#allowed.size === 0 ? { outcome: 'denied', by: 'file system' } : this.grant().decision
  }
}
