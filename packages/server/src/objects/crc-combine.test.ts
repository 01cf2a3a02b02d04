import { createChecksum } from '@scopedown/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { combineCrc } from './crc-combine.ts'

function crc(algorithm: 'crc32' | 'crc32c' | 'crc64nvme', bytes: Uint8Array): string {
  const checksum = createChecksum(algorithm)
  checksum.update(bytes)
  return checksum.digest()
}

describe.each(['crc32', 'crc32c', 'crc64nvme'] as const)('%s', (algorithm) => {
  it('of a whole comes from those of its parts', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 5 }), (parts) => {
        const values = parts.map((part) => crc(algorithm, part))
        const sizes = parts.map(({ length }) => ({ size: length }))
        expect(combineCrc(algorithm, values, sizes)).toBe(crc(algorithm, Buffer.concat(parts)))
      }),
    )
  })
})
