/** Filters of ListCrawls. Glue API reference, `CrawlsFilter`: times are milliseconds since 1970; all must hold. */

import type { CrawlerHistory } from '@aws-sdk/client-glue'
import { invalidInput } from '../faults.ts'

interface Filter {
  readonly FieldName?: string | undefined
  readonly FilterOperator?: string | undefined
  readonly FieldValue?: string | undefined
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  GT: (a, b) => a > b,
  GE: (a, b) => a >= b,
  LT: (a, b) => a < b,
  LE: (a, b) => a <= b,
  EQ: (a, b) => a === b,
  NE: (a, b) => a !== b,
}

const numberFields: Readonly<Record<string, (crawl: CrawlerHistory) => number | undefined>> = {
  START_TIME: (crawl) => crawl.StartTime?.getTime(),
  END_TIME: (crawl) => crawl.EndTime?.getTime(),
  DPU_HOUR: (crawl) => crawl.DPUHour,
}

export function crawlFilter(filters: readonly Filter[]): (crawl: CrawlerHistory) => boolean {
  const tests = filters.map(testOf)
  return (crawl) => tests.every((test) => test(crawl))
}

function testOf({ FieldName, FilterOperator = 'EQ', FieldValue }: Filter): (crawl: CrawlerHistory) => boolean {
  if (FieldName === undefined || FieldValue === undefined) throw invalidInput('A filter needs a field and a value.')
  const compare = comparisons[FilterOperator]
  const numberOf = numberFields[FieldName]
  if (numberOf !== undefined && compare !== undefined) {
    const value = Number(FieldValue)
    if (FieldValue.trim() === '' || Number.isNaN(value)) {
      throw invalidInput(`${FieldName} compares with a number: times are milliseconds since 1970.`)
    }
    return (crawl) => {
      const own = numberOf(crawl)
      return own !== undefined && compare(own, value)
    }
  }
  if (FilterOperator !== 'EQ' && FilterOperator !== 'NE') throw invalidInput(`${FieldName} compares by EQ or NE only.`)
  const wanted = FilterOperator === 'EQ'
  return (crawl) => ((FieldName === 'STATE' ? crawl.State : crawl.CrawlId) === FieldValue) === wanted
}
