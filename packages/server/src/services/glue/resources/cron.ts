/**
 * Schedules of crawlers and triggers: `cron(Minutes Hours Day-of-month Month Day-of-week Year)`, in UTC. Glue Developer Guide,
 * "Time-based schedules for jobs and crawlers" (monitor-data-warehouse-schedule).
 */

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const dayMilliseconds = 86_400_000
/** "Cron expressions that lead to rates faster than 5 minutes are not supported." */
const shortestMinutes = 5
const lastYear = 2199

export interface Cron {
  /** The first moment after `time` (milliseconds since 1970); undefined: never again. */
  next(time: number): number | undefined
}

export type CronResult = { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly reason: string }

/** Whether a day of a month is meant: given its number, weekday (1 is Sunday), the month's first weekday and length. */
type DayRule = (day: number, weekday: number, length: number) => boolean

class CronFault extends Error {}

export function parseCron(text: string): CronResult {
  const inner = /^cron\(([^()]{1,256})\)$/.exec(text.trim())?.[1]
  if (inner === undefined) return { ok: false, reason: 'it is not of the form cron(…)' }
  const fields = inner.trim().split(/\s+/)
  if (fields.length !== 6) return { ok: false, reason: `it has ${fields.length} fields in place of 6` }
  const [minute = '', hour = '', day = '', month = '', weekday = '', year = ''] = fields
  try {
    if ((day === '?') === (weekday === '?')) {
      throw new CronFault('exactly one of day-of-month and day-of-week must be ?')
    }
    const minutes = numbers('minutes', minute, 0, 59)
    const hours = numbers('hours', hour, 0, 23)
    refuseTooOften(minutes, hours)
    const cron = new Schedule(
      minutes,
      hours,
      weekday === '?' ? dayOfMonth(day) : dayOfWeek(weekday),
      new Set(numbers('month', month, 1, 12, months)),
      numbers('year', year, 1970, lastYear),
    )
    return { ok: true, cron }
  } catch (error) {
    if (error instanceof CronFault) return { ok: false, reason: error.message }
    throw error
  }
}

class Schedule implements Cron {
  readonly #minutes: readonly number[]
  readonly #hours: readonly number[]
  readonly #day: DayRule
  readonly #months: ReadonlySet<number>
  readonly #years: readonly number[]

  constructor(
    minutes: readonly number[],
    hours: readonly number[],
    day: DayRule,
    monthNumbers: ReadonlySet<number>,
    years: readonly number[],
  ) {
    this.#minutes = minutes
    this.#hours = hours
    this.#day = day
    this.#months = monthNumbers
    this.#years = years
  }

  next(time: number): number | undefined {
    const from = new Date(time)
    for (const year of this.#years) {
      if (year < from.getUTCFullYear()) continue
      for (let month = 1; month <= 12; month++) {
        if (!this.#months.has(month)) continue
        const found = this.#inMonth(year, month, time)
        if (found !== undefined) return found
      }
    }
    return undefined
  }

  #inMonth(year: number, month: number, time: number): number | undefined {
    const first = Date.UTC(year, month - 1, 1)
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
    if (first + length * dayMilliseconds <= time) return undefined
    const firstWeekday = new Date(first).getUTCDay()
    for (let day = 1; day <= length; day++) {
      const start = first + (day - 1) * dayMilliseconds
      if (start + dayMilliseconds <= time) continue
      if (!this.#day(day, ((firstWeekday + day - 1) % 7) + 1, length)) continue
      for (const hour of this.#hours) {
        for (const minute of this.#minutes) {
          const moment = start + (hour * 60 + minute) * 60_000
          if (moment > time) return moment
        }
      }
    }
    return undefined
  }
}

/** `*`, `5`, `MON`, `1-5`, `0/15`, `*` with a step, `10-50/10`, and lists of these; sorted. */
function numbers(field: string, text: string, low: number, high: number, names: readonly string[] = []): number[] {
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const match = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d{1,4}))?$/.exec(part)
    if (match === null) throw new CronFault(`\`${part}\` cannot stand for ${field}`)
    const [, star, from = '', to, step] = match
    const start = star === undefined ? numberOf(field, from, low, high, names) : low
    const end =
      to !== undefined ? numberOf(field, to, low, high, names) : star !== undefined || step !== undefined ? high : start
    const stride = step === undefined ? 1 : Number(step)
    if (stride < 1) throw new CronFault(`\`${part}\` steps by nothing`)
    // FRI-MON goes over the end of the week.
    const span = end >= start ? end - start : end - start + (high - low + 1)
    for (let offset = 0; offset <= span; offset += stride) {
      found.add(low + ((start - low + offset) % (high - low + 1)))
    }
  }
  return [...found].sort((a, b) => a - b)
}

function numberOf(field: string, text: string, low: number, high: number, names: readonly string[]): number {
  const named = names.indexOf(text.toUpperCase())
  const value = named >= 0 ? named + low : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= low && value <= high)) throw new CronFault(`\`${text}\` cannot stand for ${field}`)
  return value
}

function dayOfMonth(text: string): DayRule {
  return anyOf(text, (part) => {
    if (part === 'L') return (day, _weekday, length) => day === length
    if (part === 'LW') return (day, weekday, length) => day === nearestWorkday(length, day, weekday, length)
    const workday = /^(\d{1,2})W$/.exec(part)?.[1]
    if (workday !== undefined) {
      const wanted = numberOf('day-of-month', workday, 1, 31, [])
      return (day, weekday, length) => wanted <= length && day === nearestWorkday(wanted, day, weekday, length)
    }
    const days = new Set(numbers('day-of-month', part, 1, 31))
    return (day) => days.has(day)
  })
}

function dayOfWeek(text: string): DayRule {
  return anyOf(text, (part) => {
    const [, last, nth, count] = /^(?:(\w+?)L|(\w+)#([1-5]))$/.exec(part) ?? []
    if (last !== undefined) {
      const wanted = numberOf('day-of-week', last, 1, 7, weekdays)
      return (day, weekday, length) => weekday === wanted && day + 7 > length
    }
    if (nth !== undefined) {
      const wanted = numberOf('day-of-week', nth, 1, 7, weekdays)
      return (day, weekday) => weekday === wanted && Math.ceil(day / 7) === Number(count)
    }
    const days = new Set(part === 'L' ? [7] : numbers('day-of-week', part, 1, 7, weekdays))
    return (_day, weekday) => days.has(weekday)
  })
}

function anyOf(text: string, ruleOf: (part: string) => DayRule): DayRule {
  const rules = text.split(',').map(ruleOf)
  return (day, weekday, length) => rules.some((rule) => rule(day, weekday, length))
}

/** The day from Monday to Friday nearest to `wanted` in its month; `day` and its `weekday` say how the month lies. */
function nearestWorkday(wanted: number, day: number, weekday: number, length: number): number {
  const of = (weekday - 1 + wanted - day + 70) % 7
  if (of === 6) return wanted === 1 ? 3 : wanted - 1
  if (of === 0) return wanted === length ? wanted - 2 : wanted + 1
  return wanted
}

function refuseTooOften(minutes: readonly number[], hours: readonly number[]): void {
  const tooOften = new CronFault(`it fires more often than every ${shortestMinutes} minutes`)
  for (let i = 1; i < minutes.length; i++) {
    if ((minutes[i] ?? 0) - (minutes[i - 1] ?? 0) < shortestMinutes) throw tooOften
  }
  const overTheHour = 60 - (minutes.at(-1) ?? 0) + (minutes[0] ?? 0)
  const neighbours = hours.some((hour) => hours.includes((hour + 1) % 24))
  if (neighbours && overTheHour < shortestMinutes) throw tooOften
}
