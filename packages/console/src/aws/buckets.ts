/** Buckets, the folders at their top, and their policies. */

import type { Client } from './client.ts'
import { AwsFault } from './fault.ts'
import { childOf, childrenOf, textOf } from './xml.ts'

export async function buckets(client: Client): Promise<string[]> {
  const root = await client.s3('/')
  return childrenOf(childOf(root, 'Buckets'), 'Bucket').map((bucket) => textOf(bucket, 'Name') ?? '')
}

export interface Listing {
  readonly folders: readonly string[]
  readonly objects: readonly string[]
  readonly truncated: boolean
}

/** What lies directly under a prefix. */
export async function listing(client: Client, bucket: string, prefix: string): Promise<Listing> {
  const root = await client.s3(`/${bucket}`, [
    ['list-type', '2'],
    ['delimiter', '/'],
    ['prefix', prefix],
  ])
  return {
    folders: childrenOf(root, 'CommonPrefixes').map((one) => textOf(one, 'Prefix') ?? ''),
    objects: childrenOf(root, 'Contents').map((one) => textOf(one, 'Key') ?? ''),
    truncated: textOf(root, 'IsTruncated') === 'true',
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
