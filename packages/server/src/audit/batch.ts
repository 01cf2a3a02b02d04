/**
 * Lines of one day that are written together. They are bytes at once: texts that wait are moved about by the collector, time
 * and again.
 */

import type { KeptDenial } from './denials.ts'

/** Of lines in one batch. */
const most = 256
const size = 256 * 1024
/** A UTF-16 unit takes no more in UTF-8. */
const widest = 3

export class Batch {
  readonly day: string
  readonly denials: KeptDenial[] = []
  lines = 0
  readonly #memory: Buffer
  #length = 0

  /** With room for `first`, however long it is. */
  constructor(day: string, first: string, memory?: Buffer) {
    this.day = day
    const wanted = Math.max(size, widest * (first.length + 1))
    this.#memory = memory !== undefined && memory.length >= wanted ? memory : Buffer.allocUnsafeSlow(wanted)
  }

  get full(): boolean {
    return this.lines >= most
  }

  /** For another batch, once this one is on the disk. */
  get memory(): Buffer | undefined {
    return this.#memory.length === size ? this.#memory : undefined
  }

  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length)
  }

  hasRoomFor(line: string): boolean {
    return !this.full && this.#length + widest * (line.length + 1) <= this.#memory.length
  }

  /** Only where there is room. */
  add(line: string): void {
    this.#length += this.#memory.write(`${line}\n`, this.#length)
    this.lines += 1
  }
}
