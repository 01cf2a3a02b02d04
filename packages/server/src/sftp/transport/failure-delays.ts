/** Every failed attempt makes the next answer to that address, and about that name, slower. Nobody is locked out for good. */

const freeFailures = 3
const firstDelay = 100
const remembered = 10 * 60_000
const mostEntries = 10_000

interface Failures {
  count: number
  last: number
}

export class FailureDelays {
  readonly #clock: () => number
  readonly #longest: number
  readonly #failures = new Map<string, Failures>()

  constructor(clock: () => number, longest: number) {
    this.#clock = clock
    this.#longest = longest
  }

  record(...keys: readonly string[]): void {
    const now = this.#clock()
    for (const key of keys) {
      const known = this.#failures.get(key)
      const count = known !== undefined && now - known.last < remembered ? known.count + 1 : 1
      this.#failures.delete(key)
      this.#failures.set(key, { count, last: now })
      if (this.#failures.size > mostEntries) this.#failures.delete(this.#failures.keys().next().value ?? '')
    }
  }

  forget(...keys: readonly string[]): void {
    for (const key of keys) this.#failures.delete(key)
  }

  /** Milliseconds to wait before the next attempt is looked at. */
  of(...keys: readonly string[]): number {
    const now = this.#clock()
    return Math.min(this.#longest, Math.max(0, ...keys.map((key) => delay(this.#failures.get(key), now))))
  }
}

function delay(failures: Failures | undefined, now: number): number {
  if (failures === undefined || now - failures.last >= remembered || failures.count < freeFailures) return 0
  return firstDelay * 2 ** Math.min(failures.count - freeFailures, 20)
}
