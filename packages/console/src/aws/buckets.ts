/** Buckets, their folders, and their policies. */

import type { Client } from './client.ts'
import { AwsFault } from './fault.ts'
import { allPages, type Page } from './paged.ts'
import { childOf, childrenOf, textOf } from './xml.ts'

const mostBuckets = 10_000

export async function buckets(client: Client): Promise<readonly string[]> {
  const { items } = await allPages(async (token) => {
    const root = await client.s3('/', token === undefined ? [] : [['continuation-token', token]])
    const names = childrenOf(childOf(root, 'Buckets'), 'Bucket').map((bucket) => textOf(bucket, 'Name') ?? '')
    return { items: names, next: textOf(root, 'ContinuationToken') }
  }, mostBuckets)
  return items
}

/** Looked through at once where folders stand behind many objects. */
const pagesAtOnce = 10

/** The folders directly under a prefix. A page may be empty and have a next one. */
export async function folders(client: Client, bucket: string, prefix: string, from?: string): Promise<Page<string>> {
  let token = from
  for (let page = 1; ; page += 1) {
    const root = await client.s3(`/${bucket}`, [
      ['list-type', '2'],
      ['delimiter', '/'],
      ['prefix', prefix],
      ...(token === undefined ? [] : ([['continuation-token', token]] as const)),
    ])
    const items = childrenOf(root, 'CommonPrefixes').map((one) => textOf(one, 'Prefix') ?? '')
    token = textOf(root, 'NextContinuationToken')
    if (token === undefined || items.length > 0 || page === pagesAtOnce) return { items, next: token }
  }
}

/** Undefined: there is none. */
export async function bucketPolicy(client: Client, bucket: string): Promise<string | undefined> {
  try {
    return await client.s3Text(`/${bucket}`, [['policy', '']])
  } catch (error) {
    if (error instanceof AwsFault && error.code === 'NoSuchBucketPolicy') return undefined
    throw error
  }
}
