/**
 * The engine beside hand-written JavaScript and three other engines, in one run. `npm run bench`; `npm run bench -- w1 w3` for
 * some workloads alone. Prints what docs/performance.md explains; keeps it as JSON in bench-results/.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { compile } from '@scopedown/engine'
import type { Contestant } from './contestants/contestant.ts'
import { fromObjects, prepared } from './contestants/ours.ts'
import { caseThroughput } from './measures/cases.ts'
import { explaining } from './measures/explain.ts'
import { slowestPatterns } from './measures/patterns.ts'
import { growth, memory, preparation } from './measures/size.ts'
import { checksum, race, type Timing, warmUp } from './race.ts'
import { type Measure, meets, printMeasures, printRace } from './report.ts'
import { targetsOf } from './targets.ts'
import { w1 } from './workloads/w1.ts'
import { w2 } from './workloads/w2.ts'
import { w3 } from './workloads/w3.ts'
import { w4 } from './workloads/w4.ts'
import { w5 } from './workloads/w5.ts'
import { w6 } from './workloads/w6.ts'
import type { Workload } from './workloads/workload.ts'

const chosen = process.argv.slice(2)
const wanted = (id: string): boolean => chosen.length === 0 || chosen.includes(id)

const machine = {
  node: process.version,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  date: new Date().toISOString(),
}
console.log(`Node ${machine.node}, ${machine.cores} × ${machine.cpu}`)

const workloads = [await w1(), await w2(), await w3(), w4(), ...w5(), w6()].filter(({ id }) => wanted(id))
const fields = workloads.map((workload) => {
  const contestants = contestantsOf(workload)
  agree(workload, contestants)
  return { workload, contestants }
})
for (const { contestants } of fields) warmUp(contestants)

const races = new Map<string, Timing[]>()
for (const { workload, contestants } of fields) {
  const timings = race(contestants)
  races.set(workload.id, timings)
  printRace(`${workload.id}: ${workload.title}`, timings)
}

const measures: Record<string, Measure[]> = {}
const report = (id: string, title: string, measure: () => Measure[]): void => {
  if (!wanted(id)) return
  measures[id] = measure()
  printMeasures(title, measures[id])
}
if (chosen.length === 0) report('targets', 'targets of the workloads', () => targetsOf(races))
report('size', 'how cost grows', () => [...growth(), ...preparation(), ...memory()])
report('explain', 'explanations', () =>
  workloads.map((workload) => explaining(workload, workload.id === 'w1' ? 10 : undefined)),
)
report('patterns', 'patterns made to be slow', slowestPatterns)
report('cases', 'check --cases', caseThroughput)

const missed = Object.values(measures)
  .flat()
  .filter((measure) => meets(measure) === false)
console.log(
  missed.length === 0
    ? '\nevery target met'
    : `\n${missed.length} targets missed: ${missed.map(({ name }) => name).join('; ')}`,
)

mkdirSync('bench-results', { recursive: true })
const file = `bench-results/${machine.date.replaceAll(':', '-')}.json`
const results = { machine, races: Object.fromEntries(races), measures, checksum: checksum() }
writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`)
console.log(`kept in ${file}`)

function contestantsOf({ policies, inputs, others }: Workload): Contestant[] {
  const program = compile(policies)
  return [prepared(program, inputs), fromObjects(program, inputs), ...others]
}

/** Whoever answers a question differently has no place in the race. */
function agree({ id }: Workload, [first, ...rest]: readonly Contestant[]): void {
  const ours = first?.answers() ?? []
  for (const contestant of rest) {
    const different = contestant.answers().findIndex((answer, index) => answer !== ours[index])
    if (different !== -1) throw new Error(`${id}: ${contestant.name} answers request ${different} differently`)
  }
  console.log(
    `${id}: ${rest.length + 1} contestants agree on ${ours.length} requests, ${ours.filter(Boolean).length} of them allowed`,
  )
}
