/** Somebody who answers the same questions. */

export interface Contestant {
  readonly name: string
  /** Answers to all requests of the workload, for the comparison before anything is timed. */
  answers(): boolean[]
  /** Decides `count` requests, going round; returns how many it allowed, so that no work can be dropped. */
  run(count: number): number
}

/** Every workload has this many requests: a power of two, so that going round costs one `&`. */
export const requestCount = 1024
export const wrap = requestCount - 1
