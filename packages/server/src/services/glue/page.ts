/**
 * Paging: `NextToken` is opaque, bound to account, operation and filter, and absent at the end. Items are filtered first and
 * pages cut after, so that a page is short only at the end; permissions are asked anew on every page.
 */

import { createHash } from 'node:crypto'
import { invalidInput } from './faults.ts'

export interface Paging {
  readonly operation: string
  readonly scope: string
  /** Everything in the request that chooses items. */
  readonly filter: unknown
  readonly token: string | undefined
  readonly size: number
}

export interface PageSource<Row> {
  /** In the order of their keys, those behind `after`. */
  fetch(after: string | undefined, limit: number): Promise<readonly Row[]>
  keyOf(row: Row): string
  keep?(row: Row): boolean | Promise<boolean>
  /** Rows fetched at once where some are not kept. Default 500. */
  readonly batch?: number
}

export interface Page<Row> {
  readonly rows: Row[]
  readonly NextToken: { readonly NextToken: string } | Record<string, never>
}

const defaultBatch = 500

export async function pageOf<Row>(paging: Paging, source: PageSource<Row>): Promise<Page<Row>> {
  const rows: Row[] = []
  let after = cursorOf(paging)
  for (;;) {
    // One more than wanted tells whether anything follows.
    const limit = source.keep === undefined ? paging.size + 1 - rows.length : (source.batch ?? defaultBatch)
    const fetched = await source.fetch(after, limit)
    for (const row of fetched) {
      if (source.keep !== undefined && !(await source.keep(row))) continue
      const last = rows.at(-1)
      if (rows.length === paging.size && last !== undefined) {
        return { rows, NextToken: { NextToken: tokenOf(paging, source.keyOf(last)) } }
      }
      rows.push(row)
    }
    const lastFetched = fetched.at(-1)
    if (fetched.length < limit || lastFetched === undefined) return { rows, NextToken: {} }
    after = source.keyOf(lastFetched)
  }
}

/** Also for a cursor that nobody was ever given. */
export const wrongToken = () => invalidInput('The NextToken does not belong to this request.')

/** Of a list that is numbered. */
export function numberCursor(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw wrongToken()
  return Number(text)
}

function fingerprint({ operation, scope, filter }: Paging): string {
  return createHash('sha256')
    .update(JSON.stringify([operation, scope, filter]))
    .digest('base64url')
    .slice(0, 16)
}

function tokenOf(paging: Paging, cursor: string): string {
  return Buffer.from(`${fingerprint(paging)}${cursor}`).toString('base64url')
}

function cursorOf(paging: Paging): string | undefined {
  if (paging.token === undefined || paging.token === '') return undefined
  const text = Buffer.from(paging.token, 'base64url').toString()
  if (!text.startsWith(fingerprint(paging)) || text.includes('\0')) throw wrongToken()
  return text.slice(16)
}
