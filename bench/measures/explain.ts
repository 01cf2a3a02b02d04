/** What an explanation costs beside a decision. */

import { compile } from '@scopedown/engine'
import type { Contestant } from '../contestants/contestant.ts'
import { requestOf } from '../contestants/ours.ts'
import { race, warmUp } from '../race.ts'
import type { Measure } from '../report.ts'
import type { Workload } from '../workloads/workload.ts'

export function explaining({ id, policies, inputs }: Workload, target?: number): Measure {
  const program = compile(policies)
  const requests = inputs.map(requestOf)
  const contestant: Contestant = {
    name: id,
    answers: () => requests.map((request) => program.explain(request).outcome === 'allowed'),
    run: (count) => {
      let allowed = 0
      for (let index = 0; index < count; index += 1) {
        const request = requests[index % requests.length]
        if (request !== undefined && program.explain(request).outcome === 'allowed') allowed += 1
      }
      return allowed
    },
  }
  warmUp([contestant])
  const value = (race([contestant])[0]?.median ?? 0) / 1e3
  return { name: `${id}: explain`, value, unit: 'µs', ...(target === undefined ? {} : { target }) }
}
