/** Small lines out in large writes, no faster than the reader takes them. */

import type { Output } from '../io.ts'

const batchCharacters = 64 * 1024

export class BatchWriter {
  readonly #output: Output
  #pending = ''
  #blocked = false

  constructor(output: Output) {
    this.#output = output
  }

  /** True when the caller should `await drained()` before it adds more. */
  add(line: string): boolean {
    this.#pending += `${line}\n`
    if (this.#pending.length >= batchCharacters) this.flush()
    return this.#blocked
  }

  flush(): void {
    if (this.#pending === '') return
    const batch = this.#pending
    this.#pending = ''
    if (!this.#output.write(batch)) this.#blocked = true
  }

  async drained(): Promise<void> {
    if (!this.#blocked) return
    await new Promise<void>((resolve) => this.#output.once('drain', resolve))
    this.#blocked = false
  }
}
