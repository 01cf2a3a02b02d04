import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnType, compareText, nullValue, orderedNumber } from './column-type.ts'
import { ofSortKey, ofValues, satisfies as satisfiesCompared } from './evaluate.ts'
import type { Expression } from './expression.ts'
import { keyRanges } from './key-ranges.ts'
import { parseExpression } from './parse-expression.ts'
import { type PartitionKey, sortKey } from './sort-key.ts'

const key = (name: string, declared: string): PartitionKey => ({ name, declared, type: columnType(declared) })
const keys = [key('year', 'int'), key('region', 'string'), key('day', 'date')]

/** By its values and by its key in the index, which must say the same. */
function satisfies(values: readonly string[], expression: Expression, of: readonly PartitionKey[]): boolean {
  const answer = satisfiesCompared(ofValues(values, of), expression)
  const key = ofSortKey(sortKey(values, of), of)
  if (key !== undefined) expect(satisfiesCompared(key, expression)).toBe(answer)
  return answer
}

describe('ordered text', () => {
  it('orders numbers as numbers', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), (a, b) => {
        const order = compareText(orderedNumber(String(a)) ?? '', orderedNumber(String(b)) ?? '')
        expect(Math.sign(order)).toBe(Math.sign(a - b))
      }),
    )
    const decimals = ['-12', '-1.55', '-1.5', '-1', '-0.5', '0', '0.05', '0.5', '1', '1.05', '1.5', '9', '10', '11.1']
    const sorted = [...decimals].reverse().sort((a, b) => compareText(orderedNumber(a) ?? '', orderedNumber(b) ?? ''))
    expect(sorted).toEqual(decimals)
    expect(orderedNumber('007.50')).toBe(orderedNumber('7.5'))
    expect(orderedNumber('-0')).toBe(orderedNumber('0'))
    expect(orderedNumber('1e3')).toBeUndefined()
  })

  it('keeps different values apart and in order, whatever characters they hold', () => {
    const value = fc.string({ unit: fc.constantFrom('a', 'b', '\u0000', '\u0001', '\u0002', '\u0003', '\uffff', '😀') })
    const text = [key('a', 'string'), key('b', 'string')]
    fc.assert(
      fc.property(fc.tuple(value, value), fc.tuple(value, value), (left, right) => {
        const order = compareText(left[0], right[0]) || compareText(left[1], right[1])
        expect(Math.sign(compareText(sortKey(left, text), sortKey(right, text)))).toBe(Math.sign(order))
      }),
    )
  })

  it('compares as bytes of UTF-8 do', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareText(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))))
      }),
    )
  })
})

describe('expressions', () => {
  const holds = (expression: string, ...values: string[]) => satisfies(values, parseExpression(expression, keys), keys)

  it.each([
    ["year = 2024 and region = 'eu'", true],
    ['YEAR=2024 AND "region" = \'eu\'', true],
    ["year > 999 and region <> 'us'", true],
    ["year in (1, 2024) and region not in ('us','ap')", true],
    ["year between 2000 and 2023 or region like 'e_'", true],
    ["region not between 'a' and 'd'", true],
    ["not (year = 2024 or region = 'us')", false],
    ["region like '%u' and day >= '2024-01-01'", true],
    ["day < date '2024-01-01'", false],
    ['2023 < year', true],
    ["region = 'it''s'", false],
    ['region is null', false],
    ['region is not null', true],
    ["year = '2024'", true],
    ["region like 'e!%' escape '!'", false],
    ['year = +2024.0', true],
    ["(((region = 'eu')))", true],
  ])('%s', (expression, wanted) => {
    expect(holds(expression, '2024', 'eu', '2024-02-29')).toBe(wanted)
  })

  it('finds nothing out about NULL', () => {
    expect(holds("region <> 'x'", '2024', nullValue, '2024-01-01')).toBe(false)
    expect(holds("not (region = 'x')", '2024', nullValue, '2024-01-01')).toBe(false)
    expect(holds('region is null', '2024', nullValue, '2024-01-01')).toBe(true)
  })

  it.each([
    '',
    'year',
    'year =',
    'year = = 1',
    "absent = 'x'",
    "year = 'x'",
    'year = 1 and',
    '(year = 1',
    'year = 1)',
    "region = 'x",
    'year = region',
    "day = 'yesterday'",
    "region like 'x!' escape '!'",
    'year in ()',
    'not',
    "region = 'x'; drop table t",
    `${'('.repeat(300)}year = 1${')'.repeat(300)}`,
  ])('refuses %s', (expression) => {
    expect(() => parseExpression(expression, keys)).toThrow(expect.objectContaining({ name: 'InvalidInputException' }))
  })

  it('refuses to compare keys of other types', () => {
    expect(() => parseExpression('x = 1', [key('x', 'double')])).toThrow('has type double')
  })

  /** Everything that a question can be made of, over few values so that they meet. */
  const year = fc.constantFrom('1', '01', '2', '10', '-3', 'no number', nullValue)
  const region = fc.constantFrom('a', 'ab', 'abc', 'b', '', 'a\u0001', '%', nullValue)
  const day = fc.constantFrom('2024-01-01', '2024-01-02', '2025-01-01', nullValue)
  const operator = fc.constantFrom('=', '<>', '<', '<=', '>', '>=')
  const number = fc.constantFrom('1', '2', '5', '-3', '10')
  const quote = (text: string) => `'${text}'`
  const leaf = fc.oneof(
    fc.tuple(operator, number).map(([o, v]) => `year ${o} ${v}`),
    fc.tuple(operator, fc.constantFrom('a', 'ab', 'b', '')).map(([o, v]) => `region ${o} ${quote(v)}`),
    fc.tuple(operator, fc.constantFrom('2024-01-01', '2024-06-01')).map(([o, v]) => `day ${o} ${quote(v)}`),
    fc.array(number, { minLength: 1, maxLength: 3 }).map((values) => `year in (${values.join()})`),
    fc.constantFrom('a%', '_', 'a_c', '%', 'ab', '').map((pattern) => `region like ${quote(pattern)}`),
    fc.constantFrom('0%', '1', '_%', '-%').map((pattern) => `year like ${quote(pattern)}`),
    fc.constantFrom('region is null', 'year is not null', "region between 'a' and 'ab'", 'year not between 1 and 2'),
  )
  const { expression } = fc.letrec<{ expression: string }>((tie) => ({
    expression: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}) and (${b})`),
      fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `(${a}) or (${b})`),
      tie('expression').map((a) => `not (${a})`),
    ),
  }))

  it('never looks beside a partition that satisfies them', () => {
    fc.assert(
      fc.property(expression, fc.tuple(year, region, day), (text, values) => {
        const parsed = parseExpression(text, keys)
        if (!satisfies(values, parsed, keys)) return
        const at = sortKey(values, keys)
        const ranges = keyRanges(parsed, keys)
        expect(ranges.some(({ from, to }) => compareText(from, at) <= 0 && compareText(at, to) < 0)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  it('says of NOT what three-valued logic says', () => {
    fc.assert(
      fc.property(expression, fc.tuple(year, region, day), (text, values) => {
        const yes = satisfies(values, parseExpression(text, keys), keys)
        const no = satisfies(values, parseExpression(`not (${text})`, keys), keys)
        expect(yes && no).toBe(false)
        const known = !values.includes(nullValue) && values[0] !== 'no number'
        if (known) expect(yes || no).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('narrows to the index', () => {
    const ranges = keyRanges(
      parseExpression("year = 2024 and region in ('eu', 'us') and day > '2024-01-01'", keys),
      keys,
    )
    expect(ranges).toHaveLength(2)
    const [first] = ranges
    expect(first?.from.startsWith(`p0042024.\u0001seu\u0001s2024-01-01`)).toBe(true)
    expect(keyRanges(parseExpression("region = 'eu'", keys), keys)).toHaveLength(1)
  })

  it('meets keys that were too long to be kept whole', () => {
    const text = [key('a', 'string'), key('b', 'string')]
    for (const long of ['x'.repeat(2600), '\uffff'.repeat(1000)]) {
      const at = sortKey([long, 'y'], text)
      expect(Buffer.byteLength(at)).toBeLessThan(2600)
      expect(ofSortKey(at, text)).toBeUndefined()
      expect(at).not.toBe(sortKey([long, 'z'], text))
      const parsed = parseExpression(`a = '${long}' and b = 'y'`, text)
      const [range] = keyRanges(parsed, text)
      expect(compareText(range?.from ?? '', at) <= 0 && compareText(at, range?.to ?? '') < 0).toBe(true)
    }
  })
})
