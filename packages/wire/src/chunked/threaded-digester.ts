/**
 * Digests a large body on another thread: on the server's own it would stand in the way of every other call, and of the very
 * bytes that it is taken of. On one, for each message wakes a thread, and what one has read is near for the next digest.
 */

import { blockBytes, blocksOfRing, type FromThread } from './digest-messages.ts'
import { type DigestThread, leastBusyThread } from './digest-threads.ts'
import type { DigestAlgorithm, Digester, Digests } from './digests.ts'

/** Below it the messages cost what the thread saves; from here on, four such bodies at once are taken a fifth faster. */
export const worthThreads = 1024 * 1024

/** Three MiB each; a body beyond them is digested where it is received. */
const mostRings = 8
const freeRings: SharedArrayBuffer[] = []
let rings = 0
let bodies = 0

/** Undefined: as many bodies as may are being digested already, or the system gives no thread. */
export function digestOnThread(algorithms: readonly DigestAlgorithm[]): Digester | undefined {
  const ring = takeRing()
  if (ring === undefined) return undefined
  const thread = leastBusyThread()
  if (thread !== undefined) return new ThreadedDigester(algorithms, ring, thread)
  freeRings.push(ring)
  return undefined
}

function takeRing(): SharedArrayBuffer | undefined {
  const free = freeRings.pop()
  if (free !== undefined) return free
  if (rings === mostRings) return undefined
  rings += 1
  return new SharedArrayBuffer(blockBytes * blocksOfRing)
}

class ThreadedDigester implements Digester {
  readonly #body = ++bodies
  readonly #thread: DigestThread
  readonly #ring: SharedArrayBuffer
  readonly #bytes: Buffer
  readonly #free = Array.from({ length: blocksOfRing }, (_, block) => block)
  #digests: Digests | undefined
  /** The block that is being filled, and how far it is. */
  #filling: number | undefined
  #filled = 0
  #state: 'taking' | 'digesting' | 'closed' = 'taking'
  #failure: Error | undefined
  /** Whoever waits for a free block or for the digests. */
  #wake: () => void = () => {}

  constructor(algorithms: readonly DigestAlgorithm[], ring: SharedArrayBuffer, thread: DigestThread) {
    this.#ring = ring
    this.#bytes = Buffer.from(ring)
    this.#thread = thread
    const onMessage = (message: FromThread) => this.#hear(message)
    this.#thread.listen(this.#body, { onMessage, onFailure: (error) => this.#fail(error) })
    this.#thread.tell({ body: this.#body, begin: algorithms, ring })
  }

  update(bytes: Uint8Array): Promise<void> | undefined {
    let at = 0
    while (at < bytes.length && this.#state === 'taking') {
      if (this.#failure !== undefined) return Promise.reject(this.#failure)
      this.#filling ??= this.#free.pop()
      if (this.#filling === undefined) return this.#updateLater(bytes.subarray(at))
      const piece = bytes.subarray(at, at + blockBytes - this.#filled)
      const start = this.#filling * blockBytes + this.#filled
      // `set` moves shared bytes one word after the other, and each line of them is in another processor's cache.
      this.#bytes.fill(piece, start, start + piece.length)
      at += piece.length
      this.#filled += piece.length
      if (this.#filled === blockBytes) this.#send(this.#filling)
    }
    return undefined
  }

  async digest(): Promise<Digests> {
    if (this.#filling !== undefined) this.#send(this.#filling)
    this.#state = 'digesting'
    this.#thread.tell({ body: this.#body, end: 'digest' })
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure
      if (this.#digests !== undefined) return this.#digests
      await this.#woken()
    }
  }

  close(): void {
    if (this.#state !== 'taking') return
    this.#state = 'closed'
    if (this.#failure === undefined) this.#thread.tell({ body: this.#body, end: 'drop' })
    this.#wake()
  }

  async #updateLater(bytes: Uint8Array): Promise<void> {
    await this.#woken()
    await this.update(bytes)
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  #send(block: number): void {
    this.#thread.tell({ body: this.#body, block, length: this.#filled })
    this.#filling = undefined
    this.#filled = 0
  }

  #hear(message: FromThread): void {
    if ('block' in message) this.#free.push(message.block)
    else {
      // The thread's last word on the body: the ring may be another's.
      this.#digests = message.digests
      this.#thread.ignore(this.#body)
      freeRings.push(this.#ring)
    }
    this.#wake()
  }

  /** The thread is gone; it may still have been reading, so the ring is nobody's any more. */
  #fail(error: Error): void {
    this.#failure = error
    this.#thread.ignore(this.#body)
    rings -= 1
    this.#wake()
  }
}
