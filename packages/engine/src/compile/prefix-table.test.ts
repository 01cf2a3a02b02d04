import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prefixTable } from './prefix-table.ts'

describe('a table of prefixes', () => {
  it('finds what the text begins with, and nothing else', () => {
    const prefix = fc.array(fc.constantFrom('a', 'b', 'é', '\u{1F600}'), { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(fc.array(prefix, { minLength: 1, maxLength: 40 }), prefix, (all, asked) => {
        const texts = all.map((letters) => letters.join('')).filter((text) => text.length === 3)
        fc.pre(texts.length > 0)
        const table = prefixTable(3, new Map(texts.map((text) => [text, text])))
        const text = `${asked.join('')}/rest`
        expect(table.find(text)).toBe(texts.find((one) => text.startsWith(one)))
      }),
      { numRuns: 2000 },
    )
  })

  it('finds prefixes that were written so that a few characters do not tell them apart', () => {
    // All differ in their beginning; behind it, where the table looks first, each place differs in one of them only.
    const prefixes = Array.from({ length: 3000 }, (_, index) => {
      const tail = [...'a'.repeat(60)]
      if (index < tail.length) tail[index] = 'b'
      return String(index).padStart(6, '0') + tail.join('')
    })
    const table = prefixTable(66, new Map(prefixes.map((prefix, index) => [prefix, index])))
    for (const [index, prefix] of prefixes.entries()) expect(table.find(`${prefix}/x`)).toBe(index)
    expect(table.find(`999999${'a'.repeat(60)}/x`)).toBeUndefined()
    const unknown = `999999${'a'.repeat(60)}/x`
    const time = (find: () => unknown): number => {
      const started = performance.now()
      for (let round = 0; round < 500; round += 1) find()
      return performance.now() - started
    }
    // A thousandth when measured.
    expect(time(() => table.find(unknown))).toBeLessThan(
      time(() => prefixes.find((prefix) => unknown.startsWith(prefix))) / 4,
    )
  })
})
