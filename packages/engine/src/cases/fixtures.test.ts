import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { CaseRunner } from './case-runner.ts'

const folder = new URL('../../fixtures/', import.meta.url)
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const runner = new CaseRunner()

interface Case {
  readonly name: string
  readonly source: string
  readonly expect: { readonly decision: string; readonly by?: readonly string[] }
}

const all = files.map((file) => {
  const cases: Case[] = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  return { file, cases }
})

for (const { file, cases } of all) {
  describe(file, () => {
    it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
      const { decision, by } = runner.run(JSON.stringify(one)) ?? { decision: 'unreadable', by: [] }
      const wanted = { decision: one.expect.decision, by: one.expect.by ?? by }
      expect({ decision, by }).toEqual(wanted)
    })
  })
}

describe('the fixtures', () => {
  const cases = all.flatMap(({ cases }) => cases)

  it('name every rule once and cite its source', () => {
    const names = cases.map(({ name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    expect(cases.filter(({ source }) => !source).map(({ name }) => name)).toEqual([])
  })

  it('are the seeds and at least 300 more', () => {
    expect(cases.length).toBeGreaterThanOrEqual(400)
  })
})
