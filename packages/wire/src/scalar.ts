/**
 * Strict readers for scalars that arrive as text (query parameters, headers, labels, XML elements). The SDK's client codecs
 * read `maybe` as false and `0x10` as 16; a server must refuse both. Formats: Smithy 2.0, "Timestamp formats".
 */
import type { TimestampFormat } from './schema/shape.ts'

/** Every reader answers undefined for text that is not of its type. */
export function readNumber(text: string): number | undefined {
  if (text.length > 40 || !/^[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

export function readBoolean(text: string): boolean | undefined {
  const lower = text.length > 5 ? '' : text.toLowerCase()
  if (lower === 'true') return true
  return lower === 'false' ? false : undefined
}

export function readBlob(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64')
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):?(\d\d))$/
const HTTP_DATE = /^(?:Sun|Mon|Tue|Wed|Thu|Fri|Sat), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT$/
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

export function readTimestamp(text: string, format: TimestampFormat): Date | undefined {
  if (text.length > 64) return undefined
  if (format === 'epochSeconds') {
    const seconds = readNumber(text)
    return seconds === undefined ? undefined : dateOfSeconds(seconds)
  }
  return format === 'httpDate' ? readHttpDate(text) : readDateTime(text)
}

export function dateOfSeconds(seconds: number): Date | undefined {
  const date = new Date(Math.round(seconds * 1000))
  return Number.isNaN(date.getTime()) ? undefined : date
}

function readDateTime(text: string): Date | undefined {
  const match = DATE_TIME.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match
  const date = calendarDate(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  if (!date) return undefined
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === '-' ? -1 : 1)
  return new Date(date.getTime() + Number(fraction.slice(0, 3).padEnd(3, '0')) - offset)
}

/** RFC 9110, section 5.6.7, the preferred form (IMF-fixdate). */
export function readHttpDate(text: string): Date | undefined {
  const match = HTTP_DATE.exec(text)
  if (!match) return undefined
  const [, day, month, year, hour, minute, second] = match
  const monthIndex = MONTHS.indexOf(month ?? '')
  return calendarDate(Number(year), monthIndex, Number(day), Number(hour), Number(minute), Number(second))
}

/** Undefined for the 31st of February and the 25th hour, which `Date.UTC` would carry over, and for years before 100. */
export function calendarDate(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): Date | undefined {
  const date = new Date(Date.UTC(year, month, day, hour, minute, second))
  const same =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  return same ? date : undefined
}
