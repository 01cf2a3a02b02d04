import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hmacHex } from './hmac.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

describe('hmacHex', () => {
  it.each([
    // RFC 4231, sections 4.2, 4.3 and 4.7.
    [hex('0b'.repeat(20)), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      Buffer.from('Jefe'),
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      hex('aa'.repeat(131)),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('gives the codes of RFC 4231', (key, text, code) => {
    expect(hmacHex(key, text)).toBe(code)
    expect(hmacHex(key, text)).toBe(code)
  })

  it("agrees with node's own on keys and texts of any length", () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.string({ minLength: 1300, maxLength: 1400 }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.array(text, { maxLength: 3 }), (key, texts) => {
        for (const one of texts) {
          expect(hmacHex(key, one)).toBe(createHmac('sha256', key).update(one, 'utf8').digest('hex'))
        }
      }),
    )
  })
})
