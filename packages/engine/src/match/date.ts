/**
 * Values of the Date operators: W3C's profile of ISO 8601 (NOTE-datetime) or epoch seconds.
 * A partial date is its first instant, a time without zone is UTC, four digits are a year.
 */

export interface Instant {
  /** Since 1970-01-01T00:00:00Z. */
  readonly seconds: number
  /** Of a second, nine digits kept. */
  readonly nanos: number
}

const iso = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,32}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/
const epoch = /^(-?)(\d{1,13})(?:\.(\d{1,32}))?$/

export function parseDate(text: string): Instant | undefined {
  const calendar = iso.exec(text)
  if (calendar !== null) return fromCalendar(calendar)
  const count = epoch.exec(text)
  if (count === null) return undefined
  const [, sign, digits = '', fraction] = count
  const nanos = nanosOf(fraction)
  if (sign !== '-') return { seconds: Number(digits), nanos }
  return nanos === 0 ? { seconds: -Number(digits), nanos } : { seconds: -Number(digits) - 1, nanos: 1e9 - nanos }
}

export const compareInstants = (left: Instant, right: Instant): number =>
  left.seconds - right.seconds || left.nanos - right.nanos

function fromCalendar(parts: RegExpExecArray): Instant | undefined {
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction, zone = 'Z'] = parts
  const offset = zoneOffset(zone)
  const [y, m, d] = [Number(year), Number(month), Number(day)]
  const [h, min, s] = [Number(hour), Number(minute), Number(second)]
  if (offset === undefined || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) || h > 23 || min > 59 || s > 59) {
    return undefined
  }
  const date = new Date(0)
  date.setUTCFullYear(y, m - 1, d)
  return { seconds: date.getTime() / 1000 + h * 3600 + min * 60 + s - offset, nanos: nanosOf(fraction) }
}

const nanosOf = (fraction: string | undefined): number =>
  fraction === undefined ? 0 : Number(fraction.slice(0, 9).padEnd(9, '0'))

/** Seconds east of UTC. */
function zoneOffset(zone: string): number | undefined {
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 23 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3600 + minutes * 60)
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}
