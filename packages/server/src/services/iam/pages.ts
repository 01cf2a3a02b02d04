/** Lists in pages. API reference, "Marker", "MaxItems" and "IsTruncated" of every List operation. */

import { validationError } from './faults.ts'

interface PageInput {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

/** "If you do not include this parameter, the number of items defaults to 100." */
const defaultSize = 100

export interface PageEnd {
  readonly IsTruncated: boolean
  readonly Marker?: string
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly end: PageEnd
}

export const pageSize = (input: PageInput): number => input.MaxItems ?? defaultSize

/** The key after which the page begins; `''` for the first. A marker is the last key of the page before it. */
export function startOf({ Marker }: PageInput): string {
  if (Marker === undefined) return ''
  const key = Buffer.from(Marker, 'base64url').toString('utf8')
  if (key === '' || markerOf(key) !== Marker) throw validationError(`Invalid Marker: ${Marker}`)
  return key
}

const markerOf = (key: string): string => Buffer.from(key, 'utf8').toString('base64url')

/** `rows`: those after `startOf(input)`, in the order of their keys, one more than the page holds if there are more. */
export function pageOf<T>(rows: readonly T[], input: PageInput, keyOf: (row: T) => string): Page<T> {
  const size = pageSize(input)
  if (rows.length <= size) return { items: rows, end: { IsTruncated: false } }
  const items = rows.slice(0, size)
  const last = items[items.length - 1] as T
  return { items, end: { IsTruncated: true, Marker: markerOf(keyOf(last)) } }
}

/** A page of a list that is at hand whole; sorts it. Keys are unique. */
export function pageOfAll<T>(all: readonly T[], input: PageInput, keyOf: (row: T) => string): Page<T> {
  const after = startOf(input)
  const keyed = all.map((item) => ({ item, key: keyOf(item) })).sort((a, b) => (a.key < b.key ? -1 : 1))
  const rest = keyed.filter(({ key }) => after === '' || key > after)
  const { items, end } = pageOf(rest, input, ({ key }) => key)
  return { items: items.map(({ item }) => item), end }
}
