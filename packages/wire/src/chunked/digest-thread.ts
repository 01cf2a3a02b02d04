/** The program of a thread that digests the bodies it is told of, block by block. */

import { parentPort } from 'node:worker_threads'
import { blockBytes, type FromThread, type ToThread } from './digest-messages.ts'
import { type Digester, type Digests, digestHere } from './digests.ts'

const bodies = new Map<number, { readonly digester: Digester; readonly ring: SharedArrayBuffer }>()
const tell = (message: FromThread) => parentPort?.postMessage(message)

parentPort?.on('message', (message: ToThread) => {
  const { body } = message
  if ('begin' in message) {
    bodies.set(body, { digester: digestHere(message.begin), ring: message.ring })
    return
  }
  const known = bodies.get(body)
  if (known === undefined) throw new Error(`body ${body} was not begun`)
  if ('block' in message) {
    known.digester.update(new Uint8Array(known.ring, message.block * blockBytes, message.length))
    tell({ body, block: message.block })
    return
  }
  bodies.delete(body)
  tell({ body, digests: message.end === 'digest' ? (known.digester.digest() as Digests) : undefined })
})
