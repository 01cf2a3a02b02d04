/**
 * Lists keys by range scans of the index. A group of keys under one common prefix costs one jump, however many keys are in it,
 * so the cost depends on what is listed and not on what else the bucket holds. S3 API reference, ListObjectsV2.
 */

import type { Store } from '../store/store.ts'
import { listGroups } from './group-listing.ts'
import type { ObjectTables } from './tables.ts'

export interface ListQuery {
  readonly bucket: string
  readonly prefix: string
  /** Empty: none. */
  readonly delimiter: string
  /** Keys behind this one; empty: from the beginning. A common prefix leaves out all of its group. */
  readonly after: string
  readonly max: number
}

export interface ListedObject {
  readonly key: string
  readonly size: number
  readonly etag: string
  readonly modifiedAt: number
  readonly facts: string
}

export interface Listed {
  readonly objects: readonly ListedObject[]
  readonly prefixes: readonly string[]
  /** The last key or common prefix of a listing that is not complete. */
  readonly next: string | undefined
}

const smallestFetch = 16
const largestFetch = 1001

interface Row {
  readonly key: string
}

/** Rows with keys from `from` (not included if `exclusive`) up to `to`, not included. */
export type Fetch<R extends Row> = (
  from: string,
  exclusive: boolean,
  to: string | undefined,
  limit: number,
) => Promise<R[]>

export async function listObjects(store: Store<ObjectTables>, query: ListQuery): Promise<Listed> {
  const behind = successor(query.delimiter)
  if (query.delimiter !== '' && behind !== undefined) return listGroups(store, query, behind)
  const { rows, prefixes, next } = await scan(query, async (from, exclusive, to, limit) => {
    let select = store.db
      .selectFrom('s3_objects')
      .select(['key', 'size', 'etag', 'modified_at as modifiedAt', 'facts'])
      .where('bucket', '=', query.bucket)
      .where('key', exclusive ? '>' : '>=', from)
    if (to !== undefined) select = select.where('key', '<', to)
    return select.orderBy('key').limit(limit).execute()
  })
  return { objects: rows, prefixes, next }
}

export async function scan<R extends Row>(
  { prefix, delimiter, after, max }: Omit<ListQuery, 'bucket'>,
  fetch: Fetch<R>,
): Promise<{ rows: R[]; prefixes: string[]; next: string | undefined }> {
  const rows: R[] = []
  const prefixes: string[] = []
  const begin = beginning({ prefix, delimiter, after, max })
  if (begin === undefined) return { rows, prefixes, next: undefined }
  const { end } = begin
  let { from, exclusive } = begin
  const group = (key: string) => groupOf(key, prefix, delimiter)
  let last: string | undefined
  let limit = delimiter === '' ? Math.min(max + 1, largestFetch) : smallestFetch
  for (;;) {
    const found = await fetch(from, exclusive, end, limit)
    let jumped: string | undefined
    for (const row of found) {
      if (jumped !== undefined && row.key.startsWith(jumped)) continue
      jumped = undefined
      if (rows.length + prefixes.length === max) return { rows, prefixes, next: last }
      const common = group(row.key)
      if (common === undefined) rows.push(row)
      else {
        prefixes.push(common)
        jumped = common
      }
      last = common ?? row.key
    }
    if (found.length < limit) return { rows, prefixes, next: undefined }
    if (jumped === undefined) {
      from = found[found.length - 1]?.key ?? from
      exclusive = true
      limit = Math.min(limit * 4, largestFetch)
    } else {
      const behind = successor(jumped)
      if (behind === undefined) return { rows, prefixes, next: undefined }
      from = behind
      exclusive = false
      limit = smallestFetch
    }
  }
}

interface Beginning {
  readonly from: string
  readonly exclusive: boolean
  /** Not included; undefined: none. */
  readonly end: string | undefined
}

/** Where a listing starts and ends; undefined for one that is empty whatever the bucket holds. */
export function beginning({ prefix, delimiter, after, max }: Omit<ListQuery, 'bucket'>): Beginning | undefined {
  const end = successor(prefix)
  if (max === 0 || (end !== undefined && compare(after, end) >= 0)) return undefined
  if (after === '' || compare(after, prefix) < 0) return { from: prefix, exclusive: false, end }
  // A marker that is itself a common prefix was listed as one: its keys were in it.
  if (groupOf(after, prefix, delimiter) !== after) return { from: after, exclusive: true, end }
  const behind = successor(after)
  return behind === undefined ? undefined : { from: behind, exclusive: false, end }
}

export function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '' || !key.startsWith(prefix)) return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at === -1 ? undefined : key.slice(0, at + delimiter.length)
}

/** By the bytes of UTF-8, as S3 lists; JavaScript's own order differs beyond the basic plane. */
export function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'))
}

/** The least text that sorts behind all that begin with `text`; undefined where there is none. */
export function successor(text: string): string | undefined {
  const points = [...text]
  for (;;) {
    const last = points.pop()
    if (last === undefined) return undefined
    const code = last.codePointAt(0) ?? 0
    if (code === 0x10ffff) continue
    const next = code + 1
    // Surrogates are no characters.
    return points.join('') + String.fromCodePoint(next === 0xd800 ? 0xe000 : next)
  }
}
