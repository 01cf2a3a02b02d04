/** `check --cases`: every case of a stream, in order, one JSON line each, in constant memory. docs/cases.md. */

import { CaseRunner } from '@scopedown/engine'
import { nameOf } from '../inputs.ts'
import type { Invocation } from '../invocation.ts'
import { exitStatus, Unusable } from '../unusable.ts'
import { BatchWriter } from './batch-writer.ts'
import { readCases } from './read-cases.ts'

export async function checkCases(invocation: Invocation, source: string): Promise<number> {
  const runner = new CaseRunner()
  const writer = new BatchWriter(invocation.io.stdout)
  const count = { all: 0, held: 0, failed: 0 }
  let unusable: Unusable | undefined
  try {
    for await (const cases of readCases(invocation.inputs, source)) {
      for (const { text, place } of cases) {
        const result = runner.run(text)
        if (result === undefined) throw new Unusable(`scopedown: ${nameOf(source)}, ${place}: this is no JSON object`)
        count.all += 1
        if (result.ok === true) count.held += 1
        else if (result.ok === false) count.failed += 1
        if (writer.add(JSON.stringify(result))) await writer.drained()
      }
    }
  } catch (error) {
    if (!(error instanceof Unusable)) throw error
    unusable = error
  }
  writer.flush()
  await writer.drained()
  if (unusable !== undefined) invocation.warn(...unusable.lines)
  invocation.warn(summary(count))
  if (unusable !== undefined) return exitStatus.unusable
  return count.failed > 0 ? exitStatus.fault : exitStatus.ok
}

function summary({ all, held, failed }: { all: number; held: number; failed: number }): string {
  const open = all - held - failed
  const rest = open === 0 ? '' : `, ${open} without expectation`
  return `${all} ${all === 1 ? 'case' : 'cases'}: ${held} as expected, ${failed} not${rest}`
}
