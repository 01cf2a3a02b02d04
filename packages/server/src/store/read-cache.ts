/**
 * What was read of a topic (an account's identities, say), kept until something of it is written. A write through the store
 * forgets it before the writer has its answer; other servers' writes are heard of as `changes.ts` says.
 */

import type { Changes } from './changes.ts'

const topicLimit = 1_000
const entryLimit = 10_000
/** Also what is written without word of it, such as last uses, is seen within this time. */
const keptMilliseconds = 10_000

interface Entry {
  readonly value: unknown
  readonly until: number
}

export class ReadCache {
  readonly #topics = new Map<string, Map<string, Entry>>()
  readonly #clock: () => number
  /** Counts what was forgotten, so that a read that began before a write is not kept after it. */
  #epoch = 0

  constructor(changes: Changes, clock: () => number = () => performance.now()) {
    this.#clock = clock
    changes.onChange((topic) => {
      this.#epoch += 1
      this.#topics.delete(topic)
    })
  }

  /** `load`'s answer, which nobody may change; without a promise where it is known. */
  read<T>(topic: string, key: string, load: () => Promise<T>): T | Promise<T> {
    const known = this.#topics.get(topic)?.get(key)
    if (known !== undefined && known.until > this.#clock()) return known.value as T
    return this.#load(topic, key, load)
  }

  async #load<T>(topic: string, key: string, load: () => Promise<T>): Promise<T> {
    const epoch = this.#epoch
    const value = await load()
    if (epoch !== this.#epoch) return value
    const entries = this.#topics.get(topic) ?? new Map<string, Entry>()
    if (this.#topics.size >= topicLimit) this.#topics.clear()
    if (entries.size >= entryLimit) entries.clear()
    this.#topics.set(topic, entries)
    entries.set(key, { value, until: this.#clock() + keptMilliseconds })
    return value
  }
}
