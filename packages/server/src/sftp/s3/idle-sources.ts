/**
 * Ranges of objects that wait for their reader's next read. Each holds an open file and what was read ahead, so that only so many
 * may wait in the process, however many handles clients open and leave; the one that has waited longest is let go of.
 */

export interface Stoppable {
  stop(): void
}

export class IdleSources {
  readonly #most: number
  /** In the order in which they began to wait. */
  readonly #waiting = new Set<Stoppable>()

  constructor(most: number) {
    this.#most = most
  }

  wait(source: Stoppable): void {
    this.#waiting.add(source)
    if (this.#waiting.size <= this.#most) return
    for (const oldest of this.#waiting) {
      this.#waiting.delete(oldest)
      oldest.stop()
      return
    }
  }

  /** It is being read, or over. */
  forget(source: Stoppable): void {
    this.#waiting.delete(source)
  }
}

/** Of the process: at up to two MiB each. */
export const idleSources = new IdleSources(32)
