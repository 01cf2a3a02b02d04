import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prepareOutput } from './output.ts'
import { requestId, s3HostId, s3RequestId } from './request-id.ts'
import { readBlob, readBoolean, readNumber, readTimestamp } from './scalar.ts'

describe('scalars from text', () => {
  it.each(['', ' 1', '1 ', '0x10', '1e', 'NaN', 'Infinity', '1,0', '1_000', '١', '1e999'])(
    '%j is no number',
    (text) => {
      expect(readNumber(text)).toBeUndefined()
    },
  )

  it('reads numbers, booleans and blobs', () => {
    expect(['0', '-12', '3.5', '1e3'].map(readNumber)).toEqual([0, -12, 3.5, 1000])
    expect(['true', 'False', 'yes', '1', ''].map(readBoolean)).toEqual([true, false, undefined, undefined, undefined])
    expect(readBlob('aGk=')).toEqual(new TextEncoder().encode('hi'))
    expect(['aGk', 'a===', 'a b=', '*Gk='].map(readBlob)).toEqual([undefined, undefined, undefined, undefined])
  })

  it.each([
    ['2026-01-02T03:04:05Z', 'dateTime', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.6789+02:00', 'dateTime', '2026-01-02T01:04:05.678Z'],
    ['Fri, 02 Jan 2026 03:04:05 GMT', 'httpDate', '2026-01-02T03:04:05.000Z'],
    ['1767323045.5', 'epochSeconds', '2026-01-02T03:04:05.500Z'],
  ] as const)('%s is a %s', (text, format, iso) => {
    expect(readTimestamp(text, format)?.toISOString()).toBe(iso)
  })

  it.each([
    ['2026-02-30T00:00:00Z', 'dateTime'],
    ['2026-01-02T25:00:00Z', 'dateTime'],
    ['2026-01-02', 'dateTime'],
    ['Fri, 31 Feb 2026 03:04:05 GMT', 'httpDate'],
    ['soon', 'epochSeconds'],
    ['1e300', 'epochSeconds'],
  ] as const)('%s is no %s', (text, format) => {
    expect(readTimestamp(text, format)).toBeUndefined()
  })
})

describe('output', () => {
  it('is copied only where a timestamp or a character must change', () => {
    const kept = { a: [1, 'x'], d: new Date(2000), b: new Uint8Array(2) }
    expect(prepareOutput(kept, true)).toBe(kept)
    const output = { t: [{ at: new Date(2999), s: 'a\u0000b\ud800' }], same: kept }
    expect(prepareOutput(output, true)).toEqual({ t: [{ at: new Date(2000), s: 'a\ufffdb\ufffd' }], same: kept })
    expect(prepareOutput(output, false)).toMatchObject({ t: [{ s: 'a\u0000b\ud800' }] })
    expect(output.t[0]?.at).toEqual(new Date(2999))
  })

  it('never holds milliseconds', () => {
    fc.assert(
      fc.property(fc.array(fc.date({ noInvalidDate: true })), (dates) => {
        const prepared = prepareOutput(dates, false) as Date[]
        expect(prepared.every((date) => date.getTime() % 1000 === 0)).toBe(true)
      }),
    )
  })
})

it('request ids have their forms', () => {
  expect(requestId()).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(s3RequestId()).toMatch(/^[A-Z0-9]{16}$/)
  expect(s3HostId()).toMatch(/^[A-Za-z0-9+/]{64}$/)
})
