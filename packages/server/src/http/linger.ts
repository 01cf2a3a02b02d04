/**
 * A request answered before its body was read: closing at once would reset the connection and take the answer with it. What
 * still comes is thrown away for a while. RFC 9112, section 9.6.
 */

import type { IncomingMessage } from 'node:http'
import { awaitsContinue } from './expect-continue.ts'

const milliseconds = 2_000
const maxBytes = 16 * 1024 * 1024

export async function lingerFor(request: IncomingMessage): Promise<void> {
  // A client that waits for our leave sends nothing.
  if (awaitsContinue(request) || request.complete || request.destroyed) return
  await new Promise<void>((resolve) => {
    let seen = 0
    const done = () => {
      clearTimeout(timer)
      request.removeListener('data', count)
      resolve()
    }
    const count = (chunk: Buffer) => {
      seen += chunk.length
      if (seen > maxBytes) done()
    }
    const timer = setTimeout(done, milliseconds)
    request.unpipe()
    request.on('data', count)
    for (const event of ['end', 'close', 'error']) request.once(event, done)
    request.resume()
  })
}
