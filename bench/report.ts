/** What was measured, as a person reads it; main keeps the same as JSON. */

import type { Timing } from './race.ts'

export interface Measure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** At most this (`least`: at least). Undefined: told, not judged. */
  readonly target?: number
  readonly least?: boolean
}

export const meets = ({ value, target, least }: Measure): boolean | undefined =>
  target === undefined ? undefined : least === true ? value >= target : value <= target

export function printRace(title: string, timings: readonly Timing[]): void {
  console.log(`\n${title}`)
  const [ours, byHand] = [timings[0], timings.find(({ name }) => name.startsWith('hand-written'))]
  console.log(row('', 'median', 'quickest', '× by hand', '× scopedown'))
  for (const { name, median, best } of timings) {
    const against = (other: Timing | undefined): string => (other === undefined ? '' : ratio(median / other.median))
    console.log(row(name, duration(median), duration(best), against(byHand), against(ours)))
  }
}

export function printMeasures(title: string, measures: readonly Measure[]): void {
  console.log(`\n${title}`)
  for (const measure of measures) {
    const { name, value, unit, target, least } = measure
    const wanted = target === undefined ? '' : `${least ? 'at least' : 'at most'} ${figure(target)} ${unit}`
    const verdict = target === undefined ? '' : meets(measure) ? 'ok' : 'MISS'
    console.log(`  ${name.padEnd(66)}${`${figure(value)} ${unit}`.padStart(16)}  ${wanted.padEnd(26)}${verdict}`)
  }
}

const row = (name: string, ...cells: string[]): string =>
  `  ${name.padEnd(40)}${cells.map((cell) => cell.padStart(13)).join('')}`

export function duration(nanoseconds: number): string {
  if (nanoseconds < 1000) return `${nanoseconds.toFixed(0)} ns`
  return nanoseconds < 1e6 ? `${(nanoseconds / 1e3).toFixed(2)} µs` : `${(nanoseconds / 1e6).toFixed(2)} ms`
}

const ratio = (value: number): string => (value < 10 ? value.toFixed(2) : Math.round(value).toLocaleString('en'))

const figure = (value: number): string =>
  value < 100 ? String(Number(value.toPrecision(3))) : Math.round(value).toLocaleString('en')
