/** `check --cases`, without its pipes: JSON lines in, JSON lines out, on the engine's own fixtures, round and round. */

import { readdirSync, readFileSync } from 'node:fs'
import { CaseRunner } from '@scopedown/engine'
import { timed } from '../race.ts'
import type { Measure } from '../report.ts'

const folder = new URL('../../../packages/engine/fixtures/', import.meta.url)

export function caseThroughput(): Measure[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const lines = files.flatMap((name) => {
    const cases: object[] = JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
    return cases.map((one) => JSON.stringify(one))
  })
  const runner = new CaseRunner()
  const pass = (): void => {
    for (const line of lines) JSON.stringify(runner.run(line))
  }
  pass()
  const nanoseconds = timed(31, pass)
  return [
    {
      name: `${lines.length} fixtures, policies seen before`,
      value: (lines.length / nanoseconds) * 1e9,
      unit: 'cases/s',
      target: 50_000,
      least: true,
    },
  ]
}
