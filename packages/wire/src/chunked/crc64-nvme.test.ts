/** Check values stand in `chunked.test.ts`; here, that no cut and no length matters. */

import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Crc64Nvme } from './crc64-nvme.ts'

/** The definition, bit by bit. */
function defined(bytes: Uint8Array): string {
  let crc = 0xffff_ffff_ffff_ffffn
  for (const byte of bytes) {
    crc ^= BigInt(byte)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x9a6c9329ac4bc9b5n : crc >> 1n
  }
  return (crc ^ 0xffff_ffff_ffff_ffffn).toString(16).padStart(16, '0')
}

function inPieces(bytes: Uint8Array, cuts: readonly number[]): string {
  const crc = new Crc64Nvme()
  let from = 0
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    crc.update(bytes.subarray(from, cut))
    from = cut
  }
  return crc.digest().toString('hex')
}

it('is what the definition gives, however the bytes are cut', () => {
  const cut = fc
    .uint8Array({ maxLength: 200 })
    .chain((bytes) => fc.tuple(fc.constant(bytes), fc.array(fc.nat(bytes.length), { maxLength: 5 })))
  fc.assert(fc.property(cut, ([bytes, cuts]) => inPieces(bytes, cuts) === defined(bytes)))
})

it('is the same for bytes that are copied in several goes', () => {
  const bytes = randomBytes(200_003)
  const whole = defined(bytes)
  for (const cuts of [[], [1], [65_536], [65_537, 131_073], [16, 65_552]]) expect(inPieces(bytes, cuts)).toBe(whole)
})

it('keeps two computations at once apart', () => {
  const [one, other] = [new Crc64Nvme(), new Crc64Nvme()]
  const bytes = randomBytes(100)
  for (let at = 0; at < 100; at += 10) {
    one.update(bytes.subarray(at, at + 10))
    other.update(bytes.subarray(0, 1))
  }
  expect(one.digest().toString('hex')).toBe(defined(bytes))
})
