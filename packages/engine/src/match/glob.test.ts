import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTemplate } from '../policy/template.ts'
import { compileGlob, matchesGlob } from './glob.ts'
import { compileResourcePattern, matchesResource } from './resource-pattern.ts'

const none = { variable: () => undefined }
const glob = (pattern: string) => compileGlob(readTemplate(pattern, { variables: true, wildcards: true }))
const matches = (pattern: string, text: string, values: Record<string, string> = {}) =>
  matchesGlob(glob(pattern), text, { variable: (key) => values[key] })

describe('a glob', () => {
  it.each([
    ['', '', true],
    ['*', '', true],
    ['a*', 'a', true],
    ['*a*b', 'xaxbxb', true],
    ['a*a', 'a', false],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['??', 'ab', true],
    ['*?', '', false],
    ['a**b', 'ab', true],
    ['${*}', '*', true],
    ['${*}', 'x', false],
    ['${u}/*', 'al*ce/x', true],
    ['${u}', 'alice', false],
    ['${missing}', '', false],
    ["${missing, 'd}e'}", 'd}e', true],
    ['${unclosed', '${unclosed', true],
  ])('%s on %s: %s', (pattern, text, wanted) => {
    expect(matches(pattern, text, { u: 'al*ce' })).toBe(wanted)
  })

  it('agrees with a table of all positions', () => {
    const letters = (alphabet: string, maxLength: number) =>
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength })
    fc.assert(
      fc.property(letters('ab*?', 30), letters('ab', 30), (pattern, text) => {
        let reachable = new Set([0])
        for (const token of pattern) {
          const next = new Set<number>()
          for (const at of reachable) {
            if (token === '*') for (let to = at; to <= text.length; to += 1) next.add(to)
            else if (at < text.length && (token === '?' || token === text[at])) next.add(at + 1)
          }
          reachable = next
        }
        expect(matches(pattern, text)).toBe(reachable.has(text.length))
      }),
      { numRuns: 5000 },
    )
  })
})

/**
 * Cost is counted in comparisons with a control of the same length that does hardly any work, never in seconds: a pattern
 * that backtracks would be a million times slower, not a thousand.
 */
describe('no pattern is slow', () => {
  const time = (run: () => void): number => {
    const start = performance.now()
    for (let count = 0; count < 20; count += 1) run()
    return performance.now() - start
  }
  const linear = time(() => {
    let sum = 0
    for (let at = 0; at < 2048 * 512; at += 1) sum += at & 7
    if (sum < 0) throw new Error('unreachable')
  })

  it.each([
    [`${'*a'.repeat(1023)}b`, 'a'.repeat(2048)],
    [`${'*a?'.repeat(600)}b*`, 'a'.repeat(2048)],
    [`*${'a?'.repeat(1000)}b*`, 'a'.repeat(2048)],
    [`*${'a'.repeat(1023)}b*`, 'a'.repeat(2048)],
    [`*b${'a'.repeat(1023)}*`, 'a'.repeat(2048)],
  ])('%.20s…', (pattern, text) => {
    const compiled = glob(pattern)
    expect(matchesGlob(compiled, text, none)).toBe(false)
    expect(time(() => matchesGlob(compiled, text, none))).toBeLessThan(linear * 20)
  })

  it.each([
    [`arn:${'*a'.repeat(200)}?:${'*b'.repeat(200)}?:*:*:*:${'*c'.repeat(500)}x`, `arn:${'a:b:'.repeat(500)}c`],
    [`arn:a?*:a?*:a?*:a?*:${':'.repeat(500)}x`, `arn:${'aa:'.repeat(680)}`],
  ])('across segments: %.20s…', (pattern, text) => {
    const compiled = compileResourcePattern(pattern, { variables: true, wildcard: 'iam', fold: false })
    expect(matchesResource(compiled, text, none)).toBe(false)
    expect(time(() => matchesResource(compiled, text, none))).toBeLessThan(linear * 20)
  })
})
