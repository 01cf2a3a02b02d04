/** A bound on bytes held by all channels of the process together. */

export class Budget {
  readonly limit: number
  #used = 0
  #members = 0

  constructor(limit: number) {
    this.limit = limit
  }

  get used(): number {
    return this.#used
  }

  get exhausted(): boolean {
    return this.#used >= this.limit
  }

  join(): void {
    this.#members += 1
  }

  leave(): void {
    this.#members -= 1
  }

  /** What one of those who share it may use while nobody is favoured: much where there are few. */
  get share(): number {
    return this.limit / Math.max(1, this.#members)
  }

  take(bytes: number): void {
    this.#used += bytes
  }

  give(bytes: number): void {
    this.#used -= bytes
  }
}
