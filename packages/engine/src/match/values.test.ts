import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contains, parseAddress, parseNetwork } from './address.ts'
import { parseBase64 } from './base64.ts'
import { compareInstants, parseDate } from './date.ts'
import { compareDecimals, parseDecimal } from './decimal.ts'

const order =
  <T>(parse: (text: string) => T | undefined, compare: (a: T, b: T) => number) =>
  (left: string, right: string) => {
    const [a, b] = [parse(left), parse(right)]
    return a === undefined || b === undefined ? undefined : Math.sign(compare(a, b))
  }

describe('decimals', () => {
  const compare = order(parseDecimal, compareDecimals)
  it.each([
    ['1', '1.0', 0],
    ['-0', '0', 0],
    ['007', '7', 0],
    ['.5', '0.50', 0],
    ['9007199254740993', '9007199254740992', 1],
    ['-2', '-1', -1],
    ['0.1', '0.10000000000000000001', -1],
    ['10', '9', 1],
    ['1e3', '1000', undefined],
    ['', '0', undefined],
    ['1.', '1', undefined],
    [' 1', '1', undefined],
  ])('%s against %s', (left, right, wanted) => {
    expect(compare(left, right)).toBe(wanted)
  })

  it('order integers as integers', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(compare(String(a), String(b))).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })
})

describe('dates', () => {
  const compare = order(parseDate, compareInstants)
  it.each([
    ['2026', '2026-01-01T00:00:00Z', 0],
    ['2026-03', '2026-03-01', 0],
    ['2026-01-01T00:00Z', '1767225600', 0],
    ['2026-01-01T01:00:00+01:00', '2026-01-01', 0],
    ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00Z', 1],
    ['1767225600.5', '2026-01-01T00:00:00.5Z', 0],
    ['-0.5', '1970-01-01', -1],
    ['2024-02-29', '2024-02-28', 1],
    ['2023-02-29', '2023', undefined],
    ['2026-13', '2026', undefined],
    ['2026-01-01T24:00Z', '2026', undefined],
    ['2026-1-1', '2026', undefined],
    ['yesterday', '2026', undefined],
  ])('%s against %s', (left, right, wanted) => {
    expect(compare(left, right)).toBe(wanted)
  })
})

describe('addresses', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.9.9.9/8', '10.0.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['192.0.2.1', '192.0.2.1', true],
    ['192.0.2.0/31', '192.0.2.2', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['::/0', '192.0.2.1', false],
    ['::ffff:192.0.2.1', '192.0.2.1', false],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1', true],
  ])('%s holds %s: %s', (range, address, wanted) => {
    const network = parseNetwork(range)
    const parsed = parseAddress(address)
    expect(network !== undefined && parsed !== undefined && contains(network, parsed)).toBe(wanted)
  })

  it.each([
    '',
    '10.0.0',
    '10.0.0.256',
    '010.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/08',
    '::1::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    ':1',
    '12345::',
    '::/129',
  ])('`%s` is none', (text) => {
    expect(parseNetwork(text)).toBeUndefined()
  })
})

describe('base64', () => {
  it('compares bytes, not text', () => {
    expect(parseBase64('YQ==')).toBe('a')
    expect(parseBase64('YR==')).toBe('a')
    expect(parseBase64('/+8=')).toBe('\u00ff\u00ef')
    for (const text of ['YQ', 'Y', 'YQ=', '=', 'Y Q=', 'YQ==YQ==']) expect(parseBase64(text)).toBeUndefined()
  })

  it('reads what others write', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const text = btoa(String.fromCharCode(...bytes))
        expect(parseBase64(text)).toBe(String.fromCharCode(...bytes))
      }),
    )
  })
})
