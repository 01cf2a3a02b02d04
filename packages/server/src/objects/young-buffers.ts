/**
 * Lets go of the buffers of bodies that have passed. They live for milliseconds, but V8 counts their bytes towards the limit of its
 * old generation and marks the whole heap to find them, every 30 MiB of a large put: under Node 24 a third of all its processor
 * time. A collection of the young generation alone, in half a millisecond, finds them all. V8's extension `gc`, behind `expose_gc`.
 */

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Well below V8's limit: at 16 MiB it still fell to marking at times. What is on its way is gone by the next time. */
export const collectEvery = 8 * 1024 * 1024

let passed = 0
let collect: ((options: { readonly type: 'minor' }) => void) | undefined

export function buffersPassed(bytes: number): void {
  passed += bytes
  if (passed < collectEvery) return
  passed = 0
  collect ??= exposed()
  collect({ type: 'minor' })
}

/** Contexts made while the flag is set have it; that of the server does not. */
function exposed(): (options: { readonly type: 'minor' }) => void {
  setFlagsFromString('--expose-gc')
  try {
    return runInNewContext('gc')
  } finally {
    setFlagsFromString('--no-expose-gc')
  }
}
