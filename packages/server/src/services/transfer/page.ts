/** `MaxResults` and `NextToken`. API reference: 1 to 1,000 items, tokens opaque; a token of ours is the last key before it. */

import { ServiceFault } from '@scopedown/wire'

interface PageInput {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

const defaultSize = 1000

export interface Page<T> {
  readonly items: T[]
  readonly NextToken: { readonly NextToken?: string }
}

/** The key after which the page begins; `''` for the first. */
export function startOf({ NextToken: token }: PageInput): string {
  if (token === undefined) return ''
  const key = Buffer.from(token, 'base64url').toString('utf8')
  if (key === '' || tokenOf(key) !== token) {
    throw new ServiceFault('InvalidNextTokenException', 'The NextToken is not one of this list.')
  }
  return key
}

const tokenOf = (key: string): string => Buffer.from(key, 'utf8').toString('base64url')

export const pageSize = (input: PageInput): number => input.MaxResults ?? defaultSize

/** `rows`: those after `startOf(input)`, in the order of their keys, one more than the page holds if there are more. */
export function pageOf<T>(rows: readonly T[], input: PageInput, keyOf: (row: T) => string): Page<T> {
  const size = pageSize(input)
  const items = rows.slice(0, size)
  const last = items.at(-1)
  if (rows.length <= size || last === undefined) return { items, NextToken: {} }
  return { items, NextToken: { NextToken: tokenOf(keyOf(last)) } }
}

/** A page of a list that is at hand whole. */
export function pageOfAll<T>(all: readonly T[], input: PageInput, keyOf: (row: T) => string): Page<T> {
  const after = startOf(input)
  const sorted = [...all]
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
    .filter((item) => after === '' || keyOf(item) > after)
  return pageOf(sorted, input, keyOf)
}
