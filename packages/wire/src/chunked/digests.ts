/** Every digest of a body at once, computed as the bytes pass. */

import { createHash } from 'node:crypto'
import { type ChecksumAlgorithm, createChecksum } from './checksum.ts'

export type DigestAlgorithm = 'md5' | ChecksumAlgorithm

/** Base64, by algorithm. */
export type Digests = ReadonlyMap<DigestAlgorithm, string>

export interface Digester {
  /** A promise where it cannot take more yet: it has taken all of `bytes` when that resolves. Keeps no reference to them. */
  update(bytes: Uint8Array): Promise<void> | undefined
  /** Once, after the last update. */
  digest(): Promise<Digests> | Digests
  /** Nobody wants the digests any more; also after `digest`. */
  close(): void
}

/** On this thread. */
export function digestHere(algorithms: readonly DigestAlgorithm[]): Digester {
  const running = algorithms.map((algorithm) => [algorithm, start(algorithm)] as const)
  return {
    update(bytes) {
      for (const [, one] of running) one.update(bytes)
      return undefined
    },
    digest: () => new Map(running.map(([algorithm, one]) => [algorithm, one.digest()])),
    close() {},
  }
}

function start(algorithm: DigestAlgorithm) {
  if (algorithm !== 'md5') return createChecksum(algorithm)
  const hash = createHash('md5')
  return { update: (bytes: Uint8Array) => void hash.update(bytes), digest: () => hash.digest('base64') }
}
