/** How cost grows with the number of statements: per decision, to parse and compile, in memory. */

import { execFileSync } from 'node:child_process'
import { compile, type PolicySet } from '@scopedown/engine'
import { prepared, requestOf } from '../contestants/ours.ts'
import { race, timed, warmUp } from '../race.ts'
import type { Measure } from '../report.ts'
import { policyOf, policyText, type Rule } from '../rule.ts'
import { w2Rules } from '../workloads/w2.ts'
import { homesOf, byHand as w3ByHand } from '../workloads/w3.ts'

export function growth(): Measure[] {
  const contestants = [1_000, 100_000].flatMap((count) => {
    const { rules, asks } = homesOf(count, 7)
    return [prepared(compile({ resource: policyOf(policyText(rules), 'resource') }), asks), w3ByHand(rules, asks)]
  })
  warmUp(contestants)
  const [small = 0, smallByHand = 0, large = 0, largeByHand = 0] = race(contestants, 'long').map(({ median }) => median)
  return [
    { name: '1,000 statements of w3, one decision', value: small, unit: 'ns' },
    { name: '100,000 statements of w3, one decision', value: large, unit: 'ns' },
    { name: '100,000 against 1,000', value: large / small, unit: 'times', target: 1.5 },
    {
      name: 'the same by hand: a Map of 100,000 against one of 1,000',
      value: largeByHand / smallByHand,
      unit: 'times',
    },
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
  const sets = Array.from({ length: repeats }, (): PolicySet => {
    const policy = policyOf(text, kind)
    return kind === 'identity' ? { identity: [policy] } : { resource: policy }
  })
  const request = requestOf({
    principal: 'arn:aws:iam::123456789012:user/x',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::x/y',
  })
  let at = 0
  const compiling = timed(repeats, () => compile(sets[at++] as PolicySet).decide(request))
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
