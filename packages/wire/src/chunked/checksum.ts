/** S3's object checksums, computed as the bytes pass. S3 User Guide, "Checking object integrity". */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crc32c } from './crc32c.ts'
import { Crc64Nvme } from './crc64-nvme.ts'

export const CHECKSUM_ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const
export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number]

export interface Checksum {
  update(bytes: Uint8Array): void
  /** Big-endian bytes in base64, as in `x-amz-checksum-…`. Ends the computation. */
  digest(): string
}

const PREFIX = 'x-amz-checksum-'

/** `x-amz-checksum-crc32` → `crc32`; undefined for other headers, `x-amz-checksum-mode` among them. */
export function checksumAlgorithmOf(headerName: string): ChecksumAlgorithm | undefined {
  const lower = headerName.toLowerCase()
  return CHECKSUM_ALGORITHMS.find((algorithm) => lower === PREFIX + algorithm)
}

export function checksumHeader(algorithm: ChecksumAlgorithm): string {
  return PREFIX + algorithm
}

const BYTES: Readonly<Record<ChecksumAlgorithm, number>> = { crc32: 4, crc32c: 4, crc64nvme: 8, sha1: 20, sha256: 32 }

/** Whether `text` is the base64 of as many bytes as the algorithm gives. */
export function isChecksumValue(algorithm: ChecksumAlgorithm, text: string): boolean {
  return (
    Buffer.from(text, 'base64').toString('base64') === text && Buffer.from(text, 'base64').length === BYTES[algorithm]
  )
}

export function createChecksum(algorithm: ChecksumAlgorithm): Checksum {
  switch (algorithm) {
    case 'crc32':
      return running32(crc32)
    case 'crc32c':
      return running32(crc32c)
    case 'crc64nvme': {
      const crc = new Crc64Nvme()
      return { update: (bytes) => crc.update(bytes), digest: () => crc.digest().toString('base64') }
    }
    default: {
      const hash = createHash(algorithm)
      return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('base64') }
    }
  }
}

function running32(next: (bytes: Uint8Array, crc: number) => number): Checksum {
  let crc = 0
  return {
    update: (bytes) => {
      crc = next(bytes, crc)
    },
    digest: () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(crc >>> 0)
      return bytes.toString('base64')
    },
  }
}
