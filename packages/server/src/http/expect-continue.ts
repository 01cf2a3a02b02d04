/**
 * `Expect: 100-continue`: the client waits for leave to send its body. It gets it when the body is first wanted, so that a
 * refused upload is never sent. RFC 9110, section 10.1.1.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'

const waiting = new WeakMap<IncomingMessage, ServerResponse>()

export function awaitContinue(request: IncomingMessage, response: ServerResponse): void {
  waiting.set(request, response)
}

/** Whether the client has not been told to send its body. */
export function awaitsContinue(request: IncomingMessage): boolean {
  return waiting.has(request)
}

/** Before the body's first byte is read; nothing where the client did not ask. */
export function sendContinue(request: IncomingMessage): void {
  const response = waiting.get(request)
  waiting.delete(request)
  if (response !== undefined && !response.headersSent) response.writeContinue()
}
