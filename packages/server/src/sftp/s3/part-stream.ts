/** One part of an upload on its way to the store: bytes go in as the store takes them. */

import { PassThrough } from 'node:stream'
import type { Outcome } from './store-calls.ts'

/** Bytes between client and store before the client has to wait. */
const streamBytes = 256 * 1024

/** The store's answer, or what went wrong while it was made. */
type Settled<T> = Outcome<T> | { readonly kind: 'broken'; readonly error: unknown }

export class PartStream<T> {
  readonly #stream = new PassThrough({ highWaterMark: streamBytes })
  readonly #settled: Promise<Settled<T>>
  #over = false

  constructor(send: (body: PassThrough) => Promise<Outcome<T>>) {
    // What is destroyed may still complain; the answer says what there is to say.
    this.#stream.on('error', () => {})
    this.#settled = send(this.#stream)
      .catch((error: unknown) => ({ kind: 'broken' as const, error }))
      .then((settled) => {
        this.#over = true
        this.#stream.destroy()
        return settled
      })
  }

  /** Resolves when there is room for more; false where the store has ended the part already. */
  async push(data: Buffer): Promise<boolean> {
    if (this.#over) return false
    if (this.#stream.write(data)) return true
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#stream.off('drain', done)
        this.#stream.off('close', done)
        resolve()
      }
      this.#stream.on('drain', done)
      this.#stream.on('close', done)
    })
    return !this.#over
  }

  async end(): Promise<Outcome<T>> {
    this.#stream.end()
    return this.#answer()
  }

  async abort(): Promise<void> {
    this.#stream.destroy(new Error('the upload was given up'))
    await this.#settled
  }

  /** Why `push` answered false. */
  async #answer(): Promise<Outcome<T>> {
    const settled = await this.#settled
    if (settled.kind === 'broken') throw settled.error
    return settled
  }
}
