/**
 * Clocks for what is nearly always over before they strike: they are looked at now and then, all together, so that setting and
 * clearing one costs hardly anything. A clock strikes up to `granularity` late.
 */

const granularity = 100

export class Deadlines {
  readonly #due = new Map<() => void, number>()
  #timer: NodeJS.Timeout | undefined

  /** `late` is called after `milliseconds`, unless it is cleared before. */
  set(late: () => void, milliseconds: number): void {
    this.#due.set(late, performance.now() + milliseconds)
    this.#timer ??= setTimeout(() => this.#look(), granularity)
  }

  clear(late: () => void): void {
    this.#due.delete(late)
  }

  #look(): void {
    this.#timer = undefined
    const now = performance.now()
    for (const [late, at] of this.#due) {
      if (at > now) continue
      this.#due.delete(late)
      late()
    }
    if (this.#due.size > 0) this.#timer = setTimeout(() => this.#look(), granularity)
  }
}
