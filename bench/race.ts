/**
 * Contestants in rounds, in turn, so that a slow moment of the machine falls on all of them; of each the median round.
 * Every workload runs untimed first: the engine is timed as a server has it, having seen every kind of policy.
 */

import type { Contestant } from './contestants/contestant.ts'

/** Short, so that each meets the same moments; `long` where the caches must be a contestant's own before it is timed. */
export const paces = { short: { rounds: 61, nanoseconds: 5e6 }, long: { rounds: 21, nanoseconds: 30e6 } } as const
const warmUpNanoseconds = 200e6

export interface Timing {
  readonly name: string
  /** Nanoseconds a decision: median, quickest and slowest round. */
  readonly median: number
  readonly best: number
  readonly worst: number
}

/** So that no loop's result is unused. */
let allowedInAll = 0

export function warmUp(contestants: readonly Contestant[]): void {
  for (const contestant of contestants) {
    let spent = 0
    for (let count = 1; spent < warmUpNanoseconds; count *= 2) spent += timeOf(contestant, count)
  }
}

export function race(contestants: readonly Contestant[], pace: keyof typeof paces = 'short'): Timing[] {
  const { rounds, nanoseconds } = paces[pace]
  const counts = contestants.map((contestant) => countFor(contestant, nanoseconds))
  const samples = contestants.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contestant] of contestants.entries()) {
      const count = counts[index] as number
      samples[index]?.push(timeOf(contestant, count) / count)
    }
  }
  return contestants.map(({ name }, index) => {
    const sorted = (samples[index] as number[]).sort((left, right) => left - right)
    return { name, median: median(sorted), best: sorted[0] as number, worst: sorted.at(-1) as number }
  })
}

/** How many decisions fill a round. */
function countFor(contestant: Contestant, nanoseconds: number): number {
  for (let count = 1; ; count *= 2) {
    const spent = timeOf(contestant, count)
    if (spent > nanoseconds / 8) return Math.max(1, Math.round((count * nanoseconds) / spent))
  }
}

function timeOf(contestant: Contestant, count: number): number {
  return elapsed(() => {
    allowedInAll += contestant.run(count)
  })
}

/**
 * Nanoseconds: by the clock, or by the processor where that is less. The clock counts the time in which other programs had
 * the core; the processor counts the collector's and the compiler's threads too.
 */
export function elapsed(work: () => unknown): number {
  const used = process.cpuUsage()
  const start = process.hrtime.bigint()
  work()
  const clock = Number(process.hrtime.bigint() - start)
  const { user, system } = process.cpuUsage(used)
  /* Too short for the processor's microseconds. */
  return clock < 100_000 ? clock : Math.min(clock, (user + system) * 1e3)
}

export const median = (sorted: readonly number[]): number => sorted[sorted.length >> 1] as number

/** Median of `repeats` runs of `work`, in nanoseconds. */
export function timed(repeats: number, work: () => unknown): number {
  const samples = Array.from({ length: repeats }, () => elapsed(work))
  return median(samples.sort((left, right) => left - right))
}

export const checksum = (): number => allowedInAll
