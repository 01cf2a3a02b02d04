/**
 * Digests a large body on other threads, MD5 on one and the rest on another: on the server's own they would stand in the way of
 * every other call, and of the very bytes that they are taken of.
 */

import { blockBytes, blocksOfRing, type FromThread } from './digest-messages.ts'
import { type DigestThread, leastBusyThread } from './digest-threads.ts'
import type { DigestAlgorithm, Digester, Digests } from './digests.ts'

/** Below it the messages cost what the threads save. */
export const worthThreads = 8 * 1024 * 1024

/** Three MiB each; a body beyond them is digested where it is received. */
const mostRings = 8
const freeRings: SharedArrayBuffer[] = []
let rings = 0
let bodies = 0

/** Undefined: as many bodies as may are being digested already. */
export function digestOnThreads(algorithms: readonly DigestAlgorithm[]): Digester | undefined {
  const ring = takeRing()
  if (ring === undefined) return undefined
  const others = algorithms.filter((algorithm) => algorithm !== 'md5')
  const lanes = [algorithms.filter((algorithm) => algorithm === 'md5'), others]
  return new ThreadedDigester(
    lanes.filter((lane) => lane.length > 0),
    ring,
  )
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
  readonly #threads: DigestThread[] = []
  readonly #ring: SharedArrayBuffer
  readonly #free = Array.from({ length: blocksOfRing }, (_, block) => block)
  /** By block, how many threads have not read it yet. */
  readonly #unread = new Uint8Array(blocksOfRing)
  readonly #digests = new Map<DigestAlgorithm, string>()
  /** The block that is being filled, and how far it is. */
  #filling: number | undefined
  #filled = 0
  #answers = 0
  #state: 'taking' | 'digesting' | 'closed' = 'taking'
  #failure: Error | undefined
  /** Whoever waits for a free block or for the digests. */
  #wake: () => void = () => {}

  constructor(lanes: readonly (readonly DigestAlgorithm[])[], ring: SharedArrayBuffer) {
    this.#ring = ring
    const onMessage = (message: FromThread) => this.#hear(message)
    const onFailure = (error: Error) => this.#fail(error)
    for (const begin of lanes) {
      const thread = leastBusyThread()
      thread.listen(this.#body, { onMessage, onFailure })
      thread.tell({ body: this.#body, begin, ring })
      this.#threads.push(thread)
    }
  }

  update(bytes: Uint8Array): Promise<void> | undefined {
    let at = 0
    while (at < bytes.length && this.#state === 'taking') {
      if (this.#failure !== undefined) return Promise.reject(this.#failure)
      this.#filling ??= this.#free.pop()
      if (this.#filling === undefined) return this.#updateLater(bytes.subarray(at))
      const piece = bytes.subarray(at, at + blockBytes - this.#filled)
      new Uint8Array(this.#ring, this.#filling * blockBytes + this.#filled).set(piece)
      at += piece.length
      this.#filled += piece.length
      if (this.#filled === blockBytes) this.#send(this.#filling)
    }
    return undefined
  }

  async digest(): Promise<Digests> {
    if (this.#filling !== undefined) this.#send(this.#filling)
    this.#state = 'digesting'
    for (const thread of this.#threads) thread.tell({ body: this.#body, end: 'digest' })
    while (this.#answers < this.#threads.length && this.#failure === undefined) await this.#woken()
    if (this.#failure !== undefined) throw this.#failure
    this.#release()
    return this.#digests
  }

  close(): void {
    if (this.#state !== 'taking') return
    this.#state = 'closed'
    if (this.#failure !== undefined) return
    for (const thread of this.#threads) thread.tell({ body: this.#body, end: 'drop' })
    this.#releaseIfRead()
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
    this.#unread[block] = this.#threads.length
    for (const thread of this.#threads) thread.tell({ body: this.#body, block, length: this.#filled })
    this.#filling = undefined
    this.#filled = 0
  }

  #hear(message: FromThread): void {
    if ('block' in message) {
      const left = (this.#unread[message.block] ?? 1) - 1
      this.#unread[message.block] = left
      if (left > 0) return
      this.#free.push(message.block)
      if (this.#state === 'closed') this.#releaseIfRead()
    } else {
      for (const [algorithm, value] of message.digests) this.#digests.set(algorithm, value)
      this.#answers += 1
    }
    this.#wake()
  }

  /** One of the threads is gone; another may still be reading, so the ring is nobody's any more. */
  #fail(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    for (const thread of this.#threads) thread.ignore(this.#body)
    rings -= 1
    this.#wake()
  }

  /** The ring may be another body's when no thread can be reading this one's bytes in it. */
  #releaseIfRead(): void {
    if (this.#unread.every((threads) => threads === 0)) this.#release()
  }

  #release(): void {
    for (const thread of this.#threads) thread.ignore(this.#body)
    freeRings.push(this.#ring)
  }
}
