/** Every digest of a body at once, computed as the bytes pass. */

import { createHash } from 'node:crypto'
import { type ChecksumAlgorithm, createChecksum } from './checksum.ts'
import { Md5Crc64 } from './md5-crc64.ts'

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
  const running = start(algorithms)
  return {
    update(bytes) {
      for (const one of running) one.update(bytes)
      return undefined
    },
    digest: () => new Map(running.flatMap((one) => one.digests())),
    close() {},
  }
}

interface Running {
  update(bytes: Uint8Array): void
  digests(): readonly (readonly [DigestAlgorithm, string])[]
}

function start(algorithms: readonly DigestAlgorithm[]): Running[] {
  if (!algorithms.includes('md5') || !algorithms.includes('crc64nvme')) return algorithms.map(startOne)
  return [startBoth(), ...algorithms.filter((one) => one !== 'md5' && one !== 'crc64nvme').map(startOne)]
}

function startBoth(): Running {
  const both = new Md5Crc64()
  return {
    update: (bytes) => both.update(bytes),
    digests: () => {
      const { md5, crc64nvme } = both.digest()
      return [
        ['md5', md5.toString('base64')],
        ['crc64nvme', crc64nvme.toString('base64')],
      ]
    },
  }
}

function startOne(algorithm: DigestAlgorithm): Running {
  if (algorithm !== 'md5') {
    const checksum = createChecksum(algorithm)
    return { update: (bytes) => checksum.update(bytes), digests: () => [[algorithm, checksum.digest()]] }
  }
  const hash = createHash('md5')
  return { update: (bytes) => void hash.update(bytes), digests: () => [[algorithm, hash.digest('base64')]] }
}
