/** Prints the bytes of heap that one statement of w3 keeps once parsed, compiled and asked. Needs --expose-gc. */

import { compile } from '@scopedown/engine'
import { requestOf } from '../contestants/ours.ts'
import { policyOf, policyText } from '../rule.ts'
import { homesOf } from '../workloads/w3.ts'

const collect = globalThis.gc
if (collect === undefined) throw new Error('run with --expose-gc')

/** Twice, since the first run leaves some for the next. */
const heap = (): number => {
  collect()
  collect()
  return process.memoryUsage().heapUsed
}

const count = Number(process.argv[2])
const program = (size: number) => {
  const { rules, asks } = homesOf(size)
  const made = compile({ resource: policyOf(policyText(rules), 'resource') })
  for (const ask of asks) made.decide(requestOf(ask))
  return made
}
program(50)
const before = heap()
const kept = program(count)
const after = heap()
if (kept.policies.resource?.statements.length !== count) throw new Error('the program was not kept')
console.log((after - before) / count)
