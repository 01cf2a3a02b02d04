/**
 * How many calls were answered and how long they took, for Prometheus. Counted in plain fields, for it is part of every call, and
 * put into the exposition's form when somebody asks. https://prometheus.io/docs/concepts/metric_types/
 */

import type { Metric, Registry } from 'prom-client'

/** Upper bounds, in seconds. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

interface Durations {
  /** By bucket, not yet added up; one more for whatever took longer. */
  readonly counts: number[]
  sum: number
}

export class CallMetrics {
  /** By service, operation, error code. */
  readonly #calls = new Map<string, Map<string, Map<string, number>>>()
  readonly #durations = new Map<string, Durations>()

  constructor(registry: Registry) {
    // A metric is whatever answers `get`.
    registry.registerMetric(this.#metric('scopedown_calls_total', 'counter', callsHelp, () => this.#callValues()))
    registry.registerMetric(
      this.#metric('scopedown_call_seconds', 'histogram', secondsHelp, () => this.#durationValues()),
    )
  }

  observe(service: string, operation: string, error: string, seconds: number): void {
    const errors = among(among(this.#calls, service, operationMap), operation, errorMap)
    errors.set(error, (errors.get(error) ?? 0) + 1)
    const durations = among(this.#durations, service, newDurations)
    let bucket = 0
    while (bucket < buckets.length && seconds > (buckets[bucket] ?? 0)) bucket += 1
    durations.counts[bucket] = (durations.counts[bucket] ?? 0) + 1
    durations.sum += seconds
  }

  #metric(name: string, type: string, help: string, values: () => readonly Value[]): Metric {
    const get = async () => ({ name, help, type, values: values(), aggregator: 'sum' })
    return { name, get } as unknown as Metric
  }

  #callValues(): Value[] {
    return [...this.#calls].flatMap(([service, operations]) =>
      [...operations].flatMap(([operation, errors]) =>
        [...errors].map(([error, value]) => ({ labels: { service, operation, error }, value })),
      ),
    )
  }

  #durationValues(): Value[] {
    return [...this.#durations].flatMap(([service, { counts, sum }]) => {
      let value = 0
      const below = counts.map((count, at): Value => {
        value += count
        return { labels: { le: buckets[at] ?? '+Inf', service }, value, metricName: 'scopedown_call_seconds_bucket' }
      })
      return [
        ...below,
        { labels: { service }, value: sum, metricName: 'scopedown_call_seconds_sum' },
        { labels: { service }, value, metricName: 'scopedown_call_seconds_count' },
      ]
    })
  }
}

interface Value {
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
  readonly metricName?: string
}

const callsHelp = 'API calls answered, by service, operation and error code (empty: none)'
const secondsHelp = 'Time from a request to its answer, in seconds'

const operationMap = () => new Map<string, Map<string, number>>()
const errorMap = () => new Map<string, number>()
const newDurations = (): Durations => ({ counts: new Array<number>(buckets.length + 1).fill(0), sum: 0 })

function among<V>(map: Map<string, V>, key: string, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
