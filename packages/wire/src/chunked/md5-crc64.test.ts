/** The test suite of RFC 1321, appendix A.5; and that no cut and no length matters. */

import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Crc64Nvme } from './crc64-nvme.ts'
import { Md5Crc64 } from './md5-crc64.ts'

/** Proven by its definition in `crc64-nvme.test.ts`. */
function crcOf(bytes: Uint8Array): string {
  const crc = new Crc64Nvme()
  crc.update(bytes)
  return crc.digest().toString('hex')
}

const expected = (bytes: Uint8Array) => ({
  md5: createHash('md5').update(bytes).digest('hex'),
  crc64nvme: crcOf(bytes),
})

function inPieces(bytes: Uint8Array, cuts: readonly number[]) {
  const both = new Md5Crc64()
  let from = 0
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    both.update(bytes.subarray(from, cut))
    from = cut
  }
  return inHex(both)
}

function inHex(both: Md5Crc64) {
  const { md5, crc64nvme } = both.digest()
  return { md5: md5.toString('hex'), crc64nvme: crc64nvme.toString('hex') }
}

it.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    '57edf4a22be3c955ac49da2e2107b67a',
  ],
])('digests %j as the RFC says', (text, md5) => {
  expect(inPieces(Buffer.from(text), []).md5).toBe(md5)
})

it('gives the check value of the CRC catalogue', () => {
  expect(inPieces(Buffer.from('123456789'), []).crc64nvme).toBe('ae8b14860a799888')
})

it('is right at every length up to four blocks, cut in two anywhere', () => {
  const bytes = randomBytes(4 * 64)
  for (let length = 0; length <= bytes.length; length++) {
    const piece = bytes.subarray(0, length)
    const wanted = expected(piece)
    for (let cut = 0; cut <= length; cut++) expect(inPieces(piece, [cut])).toEqual(wanted)
  }
})

it('is right however the bytes are cut', () => {
  const cut = fc
    .uint8Array({ maxLength: 400 })
    .chain((bytes) => fc.tuple(fc.constant(bytes), fc.array(fc.nat(bytes.length), { maxLength: 8 })))
  fc.assert(
    fc.property(cut, ([bytes, cuts]) => {
      expect(inPieces(bytes, cuts)).toEqual(expected(bytes))
    }),
  )
})

it('is the same for bytes that are placed in several goes, of shared memory too', () => {
  const shared = Buffer.from(new SharedArrayBuffer(200_003))
  shared.set(randomBytes(shared.length))
  const wanted = expected(Buffer.from(shared))
  for (const cuts of [[], [1], [65_536], [65_537, 131_073], [63, 65_600]])
    expect(inPieces(shared, cuts)).toEqual(wanted)
})

it('counts bits beyond 32 of them', () => {
  const block = Buffer.alloc(1024 * 1024, 'x')
  const md5 = createHash('md5')
  const both = new Md5Crc64()
  for (let i = 0; i < 513; i++) {
    md5.update(block)
    both.update(block)
  }
  expect(inHex(both).md5).toBe(md5.digest('hex'))
}, 60_000)

it('keeps two computations at once apart', () => {
  const [one, other] = [new Md5Crc64(), new Md5Crc64()]
  const bytes = randomBytes(1000)
  for (let at = 0; at < bytes.length; at += 100) {
    one.update(bytes.subarray(at, at + 100))
    other.update(bytes.subarray(0, 70))
  }
  expect(inHex(one)).toEqual(expected(bytes))
})
