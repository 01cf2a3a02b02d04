import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accepts, compileAutomaton, firstEnd, type Token } from './automaton.ts'

/** `*` and `?` stop at colons, `+` and `!` do not. */
const tokensOf = (pattern: string): Token[] =>
  [...pattern].map((letter): Token => {
    if (letter === '*' || letter === '+') return { kind: 'any', colons: letter === '+' }
    if (letter === '?' || letter === '!') return { kind: 'one', colons: letter === '!' }
    return { kind: 'text', text: letter }
  })

/** Which ends of `text` the pattern can reach from `from`: a table of all positions. */
function ends(pattern: string, text: string, from: number): Set<number> {
  let reachable = new Set([from])
  for (const letter of pattern) {
    const next = new Set<number>()
    for (const at of reachable) {
      if (letter === '*' || letter === '+') {
        for (let to = at; to <= text.length; to += 1) {
          next.add(to)
          if (letter === '*' && text[to] === ':') break
        }
      } else if (at < text.length && (letter === '!' || (letter === '?' && text[at] !== ':') || letter === text[at])) {
        next.add(at + 1)
      }
    }
    reachable = next
  }
  return reachable
}

const letters = (alphabet: string, maxLength: number) => fc.string({ unit: fc.constantFrom(...alphabet), maxLength })

describe('the automaton', () => {
  it('accepts what a table of all positions accepts, at any length', () => {
    fc.assert(
      fc.property(letters('ab:*?+!', 80), letters('ab:', 60), (pattern, text) => {
        expect(accepts(compileAutomaton(tokensOf(pattern)), text)).toBe(ends(pattern, text, 0).has(text.length))
      }),
      { numRuns: 5000 },
    )
  })

  it('accepts what was made to fit', () => {
    fc.assert(
      fc.property(letters('ab:', 100), fc.infiniteStream(fc.nat(9)), (text, choices) => {
        const pattern = [...text].map((letter) => ['!', '+', letter][choices.next().value as number] ?? letter).join('')
        expect(accepts(compileAutomaton(tokensOf(pattern)), text)).toBe(true)
      }),
    )
  })

  it('finds the first end of a pattern that may begin anywhere', () => {
    fc.assert(
      fc.property(letters('ab!', 12), letters('ab', 60), fc.nat(10), (pattern, text, from) => {
        if (pattern === '' || from > text.length) return
        const reached = [...ends(`+${pattern}`, text, from)]
        const wanted = reached.length === 0 ? -1 : Math.min(...reached)
        expect(firstEnd(compileAutomaton(tokensOf(`+${pattern}`)), text, from)).toBe(wanted)
      }),
      { numRuns: 2000 },
    )
  })
})
