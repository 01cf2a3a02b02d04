import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CaseSplitter } from './case-splitter.ts'

/** Every case of `text`, which arrives in chunks cut at `cuts`. */
function split(text: string, cuts: readonly number[] = [], splitter = new CaseSplitter()): string[] {
  const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((left, right) => left - right), text.length]
  const chunks = at.slice(1).map((end, index) => text.slice(at[index], end))
  return [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()].map((one) => one.text)
}

const cases = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 6 })
const cuts = fc.array(fc.nat(4000), { maxLength: 8 })
const space = fc.constantFrom('', ' ', '\n', '\r\n\t')

describe('CaseSplitter', () => {
  it('gives back the cases of an array, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(cases, cuts, space, fc.constantFrom(0, 2), (all, cuts, space, indent) => {
        const inner = all.map((one) => space + JSON.stringify(one, null, indent) + space).join(',')
        const found = split(`${space}[${inner}]${space}`, cuts).map((text) => JSON.parse(text))
        expect(found).toEqual(JSON.parse(JSON.stringify(all)))
      }),
      { numRuns: 2000 },
    )
  })

  it('gives back the cases of JSON Lines, wherever the chunks are cut', () => {
    fc.assert(
      fc.property(cases, cuts, fc.constantFrom('\n', '\r\n', '\n\n', '\n \n'), fc.boolean(), (all, cuts, end, last) => {
        const text = all.map((one) => JSON.stringify(one)).join(end) + (last ? end : '')
        expect(split(text, cuts).map((one) => JSON.parse(one))).toEqual(JSON.parse(JSON.stringify(all)))
      }),
      { numRuns: 2000 },
    )
  })

  it('names the place of each case', () => {
    const places = (text: string) => [...new CaseSplitter().push(text)].map(({ place }) => place)
    expect(places('\n{}\n\n{}\n')).toEqual(['line 2', 'line 4'])
    expect(places('[{},\n\n{}]')).toEqual(['case 1', 'case 2'])
  })

  it('finds no case in nothing', () => {
    for (const text of ['', ' \n\t', '[]', ' [ ]\n']) expect(split(text)).toEqual([])
  })

  it('leaves a malformed line to its reader, whole', () => {
    expect(split('{"a": "b\n{}\nnonsense\n')).toEqual(['{"a": "b', '{}', 'nonsense'])
  })

  it.each([
    ['[{}', 'the array of cases is not closed'],
    ['[{}{}]', 'after case 1 there should be `,` or `]`, not "{"'],
    ['[{},]', 'after case 1 there should be `{`, not "]"'],
    ['[,{}]', 'after case 0 there should be `{` or `]`, not ","'],
    ['[1]', 'after case 0 there should be `{` or `]`, not "1"'],
    ['[{}] x', 'something follows the array of cases'],
    ['[{"a": "]', 'the array of cases is not closed'],
  ])('refuses %s', (text, message) => {
    expect(() => split(text)).toThrow(message)
  })

  it('gives the cases before a fault first', () => {
    const found: string[] = []
    expect(() => {
      for (const { text } of new CaseSplitter().push('[{"a":1},{"b":2} nonsense]')) found.push(text)
    }).toThrow('after case 2')
    expect(found).toEqual(['{"a":1}', '{"b":2}'])
  })

  it.each(['[{"a":"', '{"a":"'])('holds no more of one case than its bound: %s', (start) => {
    const splitter = new CaseSplitter(1000)
    const push = () => {
      for (let chunk = 0; chunk < 100; chunk += 1) for (const _ of splitter.push('x'.repeat(100)));
    }
    for (const _ of splitter.push(start));
    expect(push).toThrow(/(line|case) 1 has more than 1000 characters/)
  })
})
