import fc from 'fast-check'
import { expect, it } from 'vitest'
import { lineDiff } from './line-diff.ts'

it('tells what came and what went', () => {
  expect(lineDiff('a\nb\nc', 'a\nx\nc')).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'c' },
  ])
})

it('holds both texts, whatever they are', () => {
  const text = fc.array(fc.constantFrom('a', 'b', '', '{'), { maxLength: 12 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (before, after) => {
      const lines = lineDiff(before, after)
      const of = (skipped: string) => lines.filter(({ kind }) => kind !== skipped).map((line) => line.text)
      expect(of('added').join('\n')).toBe(before)
      expect(of('removed').join('\n')).toBe(after)
    }),
  )
})
