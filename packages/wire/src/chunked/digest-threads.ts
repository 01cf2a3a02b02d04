/** The threads that digest bodies: started when first wanted, and no more of them than processors. */

import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FromThread, ToThread } from './digest-messages.ts'

const most = Math.min(Math.max(2, availableParallelism()), 8)

/** Also when run from the sources: threads load built code. */
const program = new URL('../../dist/chunked/digest-thread.js', import.meta.url)

export interface Listener {
  readonly onMessage: (message: FromThread) => void
  /** The thread has died; nothing more comes of it. */
  readonly onFailure: (error: Error) => void
}

const threads: DigestThread[] = []

/** The thread with the fewest bodies; a new one rather than a busy one. Undefined: there is none, and the system gives none. */
export function leastBusyThread(): DigestThread | undefined {
  let found: DigestThread | undefined
  for (const thread of threads) if (found === undefined || thread.load < found.load) found = thread
  if (found !== undefined && (found.load === 0 || threads.length >= most)) return found
  try {
    const thread = new DigestThread()
    threads.push(thread)
    return thread
  } catch (error) {
    // A container may have as many threads as it may have: a put need not fail for that.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_INIT_FAILED') throw error
    return found
  }
}

export class DigestThread {
  readonly #listeners = new Map<number, Listener>()
  readonly #worker = new Worker(program, { execArgv: [], name: 'digests' })

  constructor() {
    this.#worker.on('message', (message: FromThread) => this.#listeners.get(message.body)?.onMessage(message))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('a digesting thread has ended')))
    this.#worker.unref()
  }

  get load(): number {
    return this.#listeners.size
  }

  tell(message: ToThread): void {
    this.#worker.postMessage(message)
  }

  listen(body: number, listener: Listener): void {
    this.#listeners.set(body, listener)
    // It keeps the process alive while somebody waits for it, and only then.
    this.#worker.ref()
  }

  ignore(body: number): void {
    if (this.#listeners.delete(body) && this.#listeners.size === 0) this.#worker.unref()
  }

  #fail(error: Error): void {
    const at = threads.indexOf(this)
    if (at !== -1) threads.splice(at, 1)
    for (const { onFailure } of [...this.#listeners.values()]) onFailure(error)
  }
}
