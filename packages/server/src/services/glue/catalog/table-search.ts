/**
 * What SearchTables looks for in a table. API reference, SearchTables: text matches anywhere, in quotes a whole value;
 * a filter's value is compared with each token of the property, times by a comparator.
 */

import type { PropertyPredicate, SortCriterion, TableInput } from '@aws-sdk/client-glue'
import { invalidInput } from '../faults.ts'
import { compareText } from './partition/column-type.ts'
import type { TableRow } from './tables.ts'
import { tableInput } from './tables.ts'

export type TableTest = (row: TableRow) => boolean

/** A table with what is asked of it at hand. */
interface Searched {
  readonly row: TableRow
  readonly input: TableInput
}

const properties: Readonly<Record<string, (table: Searched) => readonly (string | undefined)[]>> = {
  name: ({ row }) => [row.name],
  databasename: ({ row }) => [row.database_name],
  description: ({ input }) => [input.Description],
  owner: ({ input }) => [input.Owner],
  tabletype: ({ input }) => [input.TableType],
  location: ({ input }) => [input.StorageDescriptor?.Location],
  createdby: ({ row }) => [row.created_by],
  columnname: ({ input }) => [...columns(input)].map(({ Name }) => Name),
}

const times: Readonly<Record<string, (table: Searched) => number | undefined>> = {
  createtime: ({ row }) => row.created_at,
  updatetime: ({ row }) => row.updated_at,
  lastaccesstime: ({ input }) => input.LastAccessTime?.getTime(),
  lastanalyzedtime: ({ input }) => input.LastAnalyzedTime?.getTime(),
}

function* columns({ StorageDescriptor, PartitionKeys }: TableInput) {
  yield* StorageDescriptor?.Columns ?? []
  yield* PartitionKeys ?? []
}

export function tableTest(filters: readonly PropertyPredicate[], text: string | undefined): TableTest {
  const tests = filters.map(filterTest)
  if (text !== undefined && text !== '') tests.push(textTest(text))
  return (row) => {
    if (tests.length === 0) return true
    const searched = { row, input: tableInput(row) }
    return tests.every((test) => test(searched))
  }
}

function filterTest({ Key = '', Value = '', Comparator }: PropertyPredicate): (table: Searched) => boolean {
  const key = Key.toLowerCase()
  const time = times[key]
  if (time !== undefined) {
    const wanted = timeOf(Value)
    return (table) => {
      const found = time(table)
      return found !== undefined && compares(found - wanted, Comparator ?? 'EQUALS')
    }
  }
  if (Comparator !== undefined && Comparator !== 'EQUALS') {
    throw invalidInput('A comparator other than EQUALS is for times only.')
  }
  // What is no member of a table is one of its parameters.
  const values = properties[key] ?? (({ input }: Searched) => [input.Parameters?.[Key]])
  const wanted = Value.toLowerCase()
  return (table) => values(table).some((value) => value !== undefined && hasToken(value.toLowerCase(), wanted))
}

function hasToken(value: string, wanted: string): boolean {
  return value === wanted || value.split(/[^\p{L}\p{N}_]+/u).includes(wanted)
}

function textTest(text: string): (table: Searched) => boolean {
  const quoted = /^"(.*)"$/s.exec(text)?.[1] ?? /^'(.*)'$/s.exec(text)?.[1]
  const wanted = (quoted ?? text).toLowerCase()
  const found = (value: string | undefined) => {
    const folded = value?.toLowerCase()
    return quoted === undefined ? folded?.includes(wanted) === true : folded === wanted
  }
  return (table) =>
    Object.values(properties).some((values) => values(table).some(found)) ||
    Object.entries(table.input.Parameters ?? {}).some((entry) => entry.some(found)) ||
    [...columns(table.input)].some(({ Comment }) => found(Comment))
}

function timeOf(value: string): number {
  const time = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value)
  if (Number.isNaN(time)) throw invalidInput(`${value} is no time.`)
  return time
}

function compares(order: number, comparator: string): boolean {
  switch (comparator) {
    case 'GREATER_THAN':
      return order > 0
    case 'LESS_THAN':
      return order < 0
    case 'GREATER_THAN_EQUALS':
      return order >= 0
    case 'LESS_THAN_EQUALS':
      return order <= 0
    default:
      return order === 0
  }
}

/** What rows are sorted by, as text that sorts alike; the place in the list breaks ties. */
export function sortText(row: TableRow, { FieldName = '' }: SortCriterion): string {
  const field = FieldName.toLowerCase()
  const searched = { row, input: tableInput(row) }
  const time = times[field]
  if (time !== undefined) return String(time(searched) ?? 0).padStart(16, '0')
  return (properties[field]?.(searched)[0] ?? searched.input.Parameters?.[FieldName] ?? '').toLowerCase()
}

export function compareSorted(
  left: readonly string[],
  right: readonly string[],
  criteria: readonly SortCriterion[],
): number {
  for (const [index, { Sort }] of criteria.entries()) {
    const order = compareText(left[index] ?? '', right[index] ?? '')
    if (order !== 0) return Sort === 'DESC' ? -order : order
  }
  return 0
}
