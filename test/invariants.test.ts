/** docs/INVARIANTS.md: a rule names its enforcer, and the enforcer is there. */

import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { root } from './source-files.test-data.ts'

const rules = readFileSync(`${root}docs/INVARIANTS.md`, 'utf8')
  .split(/^- /m)
  .slice(1)
  .map((text) => text.split(/^## /m)[0]?.trim() ?? '')

/** Of `` `file`, "title", "title"; `file` … `` every file with its titles. */
function enforcers(rule: string): { file: string; titles: string[] }[] {
  const named = rule.split('*Enforced by:*')[1] ?? ''
  return named.split(';').flatMap((one) => {
    const file = /`([^`]+)`/.exec(one)?.[1]
    return file === undefined ? [] : [{ file, titles: [...one.matchAll(/"([^"]+)"/g)].map(([, title = '']) => title) }]
  })
}

/** Quotes are escaped or typographic in some titles; only the words count. */
const words = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ')

describe('docs/INVARIANTS.md', () => {
  it('has rules', () => expect(rules.length).toBeGreaterThan(10))

  it('gives every rule an enforcer', () => {
    expect(rules.filter((rule) => enforcers(rule).length === 0)).toEqual([])
  })

  it('names tests that exist', () => {
    const absent = rules.flatMap(enforcers).flatMap(({ file, titles }) => {
      if (!existsSync(root + file)) return [file]
      const text = words(readFileSync(root + file, 'utf8'))
      return titles.filter((title) => !text.includes(words(title).trim())).map((title) => `${file}: ${title}`)
    })
    expect(absent).toEqual([])
  })
})
