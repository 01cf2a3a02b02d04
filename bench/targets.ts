/** What the races must show. */

import type { Timing } from './race.ts'
import type { Measure } from './report.ts'

const byHand = { w1: 2, w2: 2, w3: 5 }

export function targetsOf(races: ReadonlyMap<string, readonly Timing[]>): Measure[] {
  const measures: Measure[] = []
  for (const [id, limit] of Object.entries(byHand)) {
    const [ours, , hand, ...peers] = races.get(id) ?? []
    if (ours === undefined || hand === undefined) continue
    measures.push({
      name: `${id}: against hand-written`,
      value: ours.median / hand.median,
      unit: 'times',
      target: limit,
    })
    for (const peer of peers) {
      measures.push({ name: `${id}: against ${peer.name}`, value: ours.median / peer.median, unit: 'times', target: 1 })
    }
  }
  const [one, five] = [races.get('w1')?.[0], races.get('w4')?.[0]]
  if (one !== undefined && five !== undefined) {
    measures.push({
      name: 'w4: five layers against w1',
      value: five.median / one.median,
      unit: 'times',
      target: 1 / 0.15,
    })
    measures.push({ name: 'w4: five layers', value: five.median / 1e3, unit: 'µs', target: 1 })
  }
  return measures
}
