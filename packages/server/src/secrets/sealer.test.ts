import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Sealer } from './sealer.ts'

describe('Sealer', () => {
  const key = randomBytes(32)
  const sealer = new Sealer(key, 'session token')

  it('opens what it sealed', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => sealer.open(sealer.seal(text))?.toString() === Buffer.from(text).toString(),
      ),
    )
  })

  it('never seals alike twice', () => {
    expect(sealer.seal('a')).not.toBe(sealer.seal('a'))
  })

  it('refuses another purpose, another key, any flipped bit and junk', () => {
    const sealed = sealer.seal('secret')
    expect(new Sealer(key, 'access key').open(sealed)).toBeUndefined()
    expect(new Sealer(randomBytes(32), 'session token').open(sealed)).toBeUndefined()
    const bytes = Buffer.from(sealed, 'base64')
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const altered = Buffer.from(bytes)
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(sealer.open(altered.toString('base64'))).toBeUndefined()
    }
    fc.assert(fc.property(fc.string(), (junk) => sealer.open(junk) === undefined))
    expect(sealer.open(`${sealed}\n`)).toBeUndefined()
  })
})
