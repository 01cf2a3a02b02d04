/**
 * One text per partition that sorts as its values do, first key first, so that one index serves equality and ranges on
 * leading keys, paging, and uniqueness.
 */

import { createHash } from 'node:crypto'
import { type ColumnType, orderedText } from './column-type.ts'

export interface PartitionKey {
  /** Lower case. */
  readonly name: string
  readonly type: ColumnType | undefined
  /** As declared. */
  readonly declared: string
}

export const separator = '\u0001'
/** Greater than any key that goes on after the same components. */
export const pastSeparator = '\u0002'

/** What PostgreSQL's index can hold in one row, less a margin. */
const longest = 2500

/** `1` and `01` are one number and two partitions: such values stand a second time in the key, as they were written. */
export const isWritten = ({ type }: PartitionKey): boolean => type === 'number' || type === 'timestamp'

export function sortKey(values: readonly string[], keys: readonly PartitionKey[]): string {
  let key = ''
  let written = ''
  values.forEach((value, index) => {
    const declared = keys[index]
    key += orderedText(value, declared?.type) + separator
    if (declared !== undefined && isWritten(declared)) written += orderedText(value, 'text') + separator
  })
  const full = key + written
  if (Buffer.byteLength(full) <= longest) return full
  // Ordered as far as it goes; unique by its digest.
  return `${cut(full)}${createHash('sha256').update(JSON.stringify(values)).digest('hex')}`
}

/** As much of a key as is kept of one too long; ranges must be cut alike to meet it (`key-ranges.ts`). */
export function cut(text: string): string {
  let end = Math.floor(longest / 4)
  if (text.length <= end) return text
  const last = text.charCodeAt(end - 1)
  if (last >= 0xd800 && last < 0xdc00) end -= 1
  return text.slice(0, end)
}

const bucketCount = 2520

/** Of a table cut into segments, the one that a partition falls into is `bucket % TotalSegments`. */
export function bucketOf(values: readonly string[]): number {
  return createHash('sha256').update(JSON.stringify(values)).digest().readUInt32BE(0) % bucketCount
}
