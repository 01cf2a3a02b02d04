/** Reads a request's body whole, under limits of size and time. */

import type { IncomingMessage } from 'node:http'
import { ServiceFault } from '@scopedown/wire'
import { Deadlines } from './deadlines.ts'
import { sendContinue } from './expect-continue.ts'

/** The bytes that all calls together may hold at once; whoever comes when they are gone is asked to come again. */
export class BodyBudget {
  #left: number

  constructor(bytes: number) {
    this.#left = bytes
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#left += bytes
  }
}

/** One call's share, given back when the call has been answered. */
export class BodyShare {
  readonly #budget: BodyBudget
  #held = 0

  constructor(budget: BodyBudget) {
    this.#budget = budget
  }

  take(bytes: number): boolean {
    if (!this.#budget.take(bytes)) return false
    this.#held += bytes
    return true
  }

  release(): void {
    this.#budget.giveBack(this.#held)
    this.#held = 0
  }
}

/** Throws what the head shows already. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  milliseconds: number,
  share: BodyShare,
): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0)
  if (announced > maxBytes) throw tooLarge(maxBytes)
  if (request.headers.expect !== undefined) sendContinue(request)
  if (announced === 0 && request.headers['transfer-encoding'] === undefined) return nothing
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const fail = (fault: Error) => {
      deadlines.clear(clock)
      request.removeAllListeners('data')
      request.pause()
      reject(fault)
    }
    const clock = deadlines.set(() => fail(tooSlow()), milliseconds)
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > maxBytes) fail(tooLarge(maxBytes))
      else if (!share.take(chunk.length)) fail(busy())
      else chunks.push(chunk)
    })
    request.on('end', () => {
      deadlines.clear(clock)
      resolve(chunks.length === 1 ? (chunks[0] ?? empty) : Buffer.concat(chunks))
    })
    request.on('error', fail)
    request.on('aborted', () => fail(new ClientGone()))
  })
}

const empty = Buffer.alloc(0)
const nothing = Promise.resolve(empty)
const deadlines = new Deadlines()

/** The client closed its connection in the middle of the request: nobody is there to be answered. */
export class ClientGone extends Error {}

function tooLarge(maxBytes: number): ServiceFault {
  return new ServiceFault('RequestEntityTooLarge', `The request body exceeds ${maxBytes} bytes.`, { status: 413 })
}

function busy(): ServiceFault {
  return new ServiceFault('Throttling', 'Rate exceeded', { status: 400 })
}

function tooSlow(): ServiceFault {
  return new ServiceFault('RequestTimeout', 'The request body did not arrive in time.', { status: 408 })
}
