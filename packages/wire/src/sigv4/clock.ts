/** Request times: ISO basic (`20260102T030405Z`) or an RFC 1123 `Date`, and the window in which they count. */
import { calendarDate, readHttpDate } from '../scalar.ts'

const ISO_BASIC = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/

/** Milliseconds since the epoch; undefined when `text` is not a time in either form. */
export function parseRequestTime(text: string): number | undefined {
  if (text !== '' && text === latest.text) return latest.time
  const time = readRequestTime(text)
  if (time !== undefined) latest = { text, time }
  return time
}

/** Requests come many to the second. */
let latest: { readonly text: string; readonly time: number } = { text: '', time: 0 }

function readRequestTime(text: string): number | undefined {
  const match = ISO_BASIC.exec(text)
  if (!match) return readHttpDate(text)?.getTime()
  const [year, month, day, hour, minute, second] = match.slice(1).map(Number)
  return calendarDate(year ?? 0, (month ?? 0) - 1, day ?? 0, hour ?? 0, minute ?? 0, second ?? 0)?.getTime()
}

export function isoBasic(time: number): string {
  const iso = new Date(time).toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
}

/** ISO 8601 without milliseconds, as S3 prints ServerTime and Expires. */
export function isoExtended(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`
}
