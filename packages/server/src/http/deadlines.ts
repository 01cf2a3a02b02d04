/**
 * Clocks for what is nearly always over before they strike: they are looked at now and then, all together, so that setting and
 * clearing one costs hardly anything. A clock strikes up to `granularity` late.
 */

const granularity = 100

/** One that is set: a link of the ring of all. */
export class Clock {
  readonly late: () => void
  readonly at: number
  before: Clock = this
  after: Clock = this

  constructor(late: () => void, at: number) {
    this.late = late
    this.at = at
  }
}

export class Deadlines {
  /** Where the ring begins and ends; never strikes. */
  readonly #ring = new Clock(() => {}, Number.POSITIVE_INFINITY)
  #timer: NodeJS.Timeout | undefined

  /** `late` is called after `milliseconds`, unless the clock is cleared before. */
  set(late: () => void, milliseconds: number): Clock {
    const clock = new Clock(late, performance.now() + milliseconds)
    clock.before = this.#ring.before
    clock.after = this.#ring
    clock.before.after = clock
    this.#ring.before = clock
    this.#timer ??= setTimeout(() => this.#look(), granularity)
    return clock
  }

  /** Also of one that has struck or was cleared. */
  clear(clock: Clock): void {
    clock.before.after = clock.after
    clock.after.before = clock.before
    clock.before = clock
    clock.after = clock
  }

  #look(): void {
    this.#timer = undefined
    const now = performance.now()
    const due: Clock[] = []
    for (let clock = this.#ring.after; clock !== this.#ring; clock = clock.after) if (clock.at <= now) due.push(clock)
    for (const clock of due) {
      // One that strikes may have cleared another.
      if (clock.after === clock) continue
      this.clear(clock)
      clock.late()
    }
    if (this.#ring.after !== this.#ring) this.#timer = setTimeout(() => this.#look(), granularity)
  }
}
