/** A request's body as it comes, verified on the way, given up when the client falls silent. */

import type { IncomingMessage } from 'node:http'
import {
  type BodySpec,
  type ChecksumAlgorithm,
  type ChunkSeed,
  type OpenedBody,
  openBody,
  ServiceFault,
} from '@scopedown/wire'
import { ClientGone } from './body.ts'
import { sendContinue } from './expect-continue.ts'

export function streamBody(
  request: IncomingMessage,
  spec: BodySpec,
  seed: ChunkSeed,
  idleMilliseconds: number,
  defaultChecksum?: ChecksumAlgorithm,
): OpenedBody {
  sendContinue(request)
  // Before `openBody` listens: a client that hung up is no fault of anybody's, and gets no answer.
  request.once('error', () => opened.stream.destroy(new ClientGone()))
  const opened = openBody(request, spec, { seed, ...(defaultChecksum === undefined ? {} : { defaultChecksum }) })
  const silent = () => opened.stream.destroy(tooSlow())
  request.socket.setTimeout(idleMilliseconds, silent)
  opened.stream.once('close', () => {
    request.socket.removeListener('timeout', silent)
    request.socket.setTimeout(0)
  })
  return opened
}

/** The whole of it, for documents. */
export async function collectBody({ stream }: OpenedBody, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) {
      throw new ServiceFault('MaxMessageLengthExceeded', 'Your request was too large.', { status: 400 })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function tooSlow(): ServiceFault {
  return new ServiceFault(
    'RequestTimeout',
    'Your socket connection to the server was not read from or written to within the timeout period.',
    { status: 400 },
  )
}
