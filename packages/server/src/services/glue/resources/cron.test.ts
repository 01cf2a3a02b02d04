import { describe, expect, it } from 'vitest'
import { parseCron } from './cron.ts'

const from = Date.UTC(2024, 1, 28, 12, 0) // a Wednesday of a leap year

function next(text: string, count = 1, time = from): string[] {
  const result = parseCron(text)
  if (!result.ok) throw new Error(result.reason)
  const found: string[] = []
  let at: number | undefined = time
  for (let i = 0; i < count; i++) {
    at = result.cron.next(at)
    if (at === undefined) return [...found, 'never']
    found.push(new Date(at).toISOString().slice(0, 16))
  }
  return found
}

describe('the schedules of the Glue Developer Guide', () => {
  it.each([
    ['cron(0 10 * * ? *)', ['2024-02-29T10:00', '2024-03-01T10:00']],
    ['cron(15 12 * * ? *)', ['2024-02-28T12:15', '2024-02-29T12:15']],
    ['cron(0 18 ? * MON-FRI *)', ['2024-02-28T18:00', '2024-02-29T18:00', '2024-03-01T18:00', '2024-03-04T18:00']],
    ['cron(0 8 1 * ? *)', ['2024-03-01T08:00', '2024-04-01T08:00']],
    ['cron(0/15 * * * ? *)', ['2024-02-28T12:15', '2024-02-28T12:30', '2024-02-28T12:45', '2024-02-28T13:00']],
    ['cron(0/10 * ? * MON-FRI *)', ['2024-02-28T12:10']],
    ['cron(0/5 8-17 ? * MON-FRI *)', ['2024-02-28T12:05']],
  ])('%s', (text, moments) => {
    expect(next(text, moments.length)).toEqual(moments)
  })
})

describe('a schedule', () => {
  it.each([
    ['cron(0 0 L * ? *)', ['2024-02-29T00:00', '2024-03-31T00:00']],
    ['cron(0 0 LW * ? *)', ['2024-02-29T00:00', '2024-03-29T00:00']],
    ['cron(0 0 3W * ? *)', ['2024-03-04T00:00', '2024-04-03T00:00']],
    ['cron(0 0 1W JUN ? *)', ['2024-06-03T00:00']],
    ['cron(0 0 31 * ? *)', ['2024-03-31T00:00', '2024-05-31T00:00']],
    ['cron(0 0 ? * 6L *)', ['2024-03-29T00:00', '2024-04-26T00:00']],
    ['cron(0 0 ? * MON#2 *)', ['2024-03-11T00:00', '2024-04-08T00:00']],
    ['cron(0 0 ? * FRI-SUN *)', ['2024-03-01T00:00', '2024-03-02T00:00', '2024-03-03T00:00', '2024-03-08T00:00']],
    ['cron(0 0 29 FEB ? *)', ['2024-02-29T00:00', '2028-02-29T00:00']],
    ['cron(30 6 1,15 jan,jul ? 2024-2025)', ['2024-07-01T06:30', '2024-07-15T06:30', '2025-01-01T06:30']],
    ['cron(0 0 1 1 ? 2020)', ['never']],
  ])('%s comes next', (text, moments) => {
    expect(next(text, moments.length)).toEqual(moments)
  })

  it.each([
    ['0 10 * * ? *', 'it is not of the form cron(…)'],
    ['rate(5 minutes)', 'it is not of the form cron(…)'],
    ['cron(0 10 * * ?)', 'it has 5 fields in place of 6'],
    ['cron(0 10 * * * *)', 'exactly one of day-of-month and day-of-week must be ?'],
    ['cron(0 10 ? * ? *)', 'exactly one of day-of-month and day-of-week must be ?'],
    ['cron(60 10 * * ? *)', '`60` cannot stand for minutes'],
    ['cron(0 24 * * ? *)', '`24` cannot stand for hours'],
    ['cron(0 0 0 * ? *)', '`0` cannot stand for day-of-month'],
    ['cron(0 0 * 13 ? *)', '`13` cannot stand for month'],
    ['cron(0 0 ? * 8 *)', '`8` cannot stand for day-of-week'],
    ['cron(0 0 ? * MON#6 *)', '`MON#6` cannot stand for day-of-week'],
    ['cron(0 0 * * ? 2200)', '`2200` cannot stand for year'],
    ['cron(0/0 0 * * ? *)', '`0/0` steps by nothing'],
    ['cron(x 0 * * ? *)', '`x` cannot stand for minutes'],
    ['cron(* * * * ? *)', 'it fires more often than every 5 minutes'],
    ['cron(0,3 8 * * ? *)', 'it fires more often than every 5 minutes'],
    ['cron(0,58 8-9 * * ? *)', 'it fires more often than every 5 minutes'],
  ])('cannot be %s', (text, reason) => {
    expect(parseCron(text)).toEqual({ ok: false, reason })
  })
})
