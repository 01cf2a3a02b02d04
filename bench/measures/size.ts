/** How cost grows with the number of statements: per decision, to parse and compile, in memory. */

import { execFileSync } from 'node:child_process'
import { compile } from '@scopedown/engine'
import { prepared } from '../contestants/ours.ts'
import { race, timed } from '../race.ts'
import type { Measure } from '../report.ts'
import { policyOf, policyText, type Rule } from '../rule.ts'
import { w2Rules } from '../workloads/w2.ts'
import { homesOf } from '../workloads/w3.ts'

export function growth(): Measure[] {
  const contestants = [1_000, 100_000].map((count) => {
    const { rules, asks } = homesOf(count, 7)
    return { ...prepared(compile({ resource: policyOf(policyText(rules), 'resource') }), asks), name: String(count) }
  })
  for (const contestant of contestants) contestant.run(200_000)
  const [small, large] = race(contestants).map(({ median }) => median) as [number, number]
  return [
    { name: '1,000 statements of w3, one decision', value: small, unit: 'ns' },
    { name: '100,000 statements of w3, one decision', value: large, unit: 'ns' },
    { name: '100,000 against 1,000', value: large / small, unit: 'times', target: 1.5 },
  ]
}

export function preparation(): Measure[] {
  const homes = homesOf(10_000).rules
  return [...preparationOf('w2', w2Rules, 200), ...preparationOf('w3', homes, 9)]
}

/** A policy is compiled once in its life, so that every repeat needs a fresh one. */
function preparationOf(id: string, rules: readonly Rule[], repeats: number): Measure[] {
  const kind = rules[0]?.principal === undefined ? 'identity' : 'resource'
  const text = policyText(rules)
  const hundreds = rules.length / 100
  const policies = Array.from({ length: repeats }, () => policyOf(text, kind))
  const input = { principal: 'arn:aws:iam::123456789012:user/x', action: 's3:GetObject', resource: 'arn:aws:s3:::x/y' }
  const request = prepared(compile({}), [input])
  let at = 0
  const compiling = timed(repeats, () => {
    const policy = policies[at++]
    prepared(compile(kind === 'identity' ? { identity: policy === undefined ? [] : [policy] } : { resource: policy }), [
      input,
    ]).run(1)
    return request
  })
  const parsing = timed(repeats, () => policyOf(text, kind))
  return [
    {
      name: `${id}: compile and decide once, per 100 statements`,
      value: compiling / hundreds / 1e6,
      unit: 'ms',
      target: 1,
    },
    { name: `${id}: parse, per 100 statements`, value: parsing / hundreds / 1e6, unit: 'ms' },
  ]
}

/** In a process of its own: nothing else lives there. */
export function memory(): Measure[] {
  const child = new URL('memory-child.js', import.meta.url).pathname
  return [1_000, 10_000, 100_000].map((count): Measure => {
    const output = execFileSync(process.execPath, ['--expose-gc', child, String(count)], { encoding: 'utf8' })
    const name = `${count.toLocaleString('en')} statements of w3: heap, per statement`
    return { name, value: Number(output), unit: 'bytes', target: 4096 }
  })
}
