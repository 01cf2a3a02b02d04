/** Bucket and key from host and path: `/bucket/key`, or `bucket.SUFFIX/key`. S3 User Guide, "Virtual hosting of buckets". */

import { ServiceFault, uriDecode } from '@scopedown/wire'
import { isBucketName } from './names.ts'

export interface Addressed {
  readonly labels: Readonly<Record<string, string>>
  readonly path: string
}

/** `suffixes`: what follows a bucket's name in a host, without the dot. */
export function addressOf(host: string, path: string, suffixes: readonly string[]): Addressed {
  const name = host.replace(/:\d*$/, '').toLowerCase()
  for (const suffix of suffixes) {
    if (!name.endsWith(`.${suffix}`)) continue
    const bucket = name.slice(0, -suffix.length - 1)
    // `s3.localhost` is no bucket named s3, where that is a suffix of its own.
    if (isBucketName(bucket) && !suffixes.includes(name)) return { labels: { Bucket: bucket }, path: path || '/' }
  }
  if (path === '/' || path === '') return { labels: {}, path: '/' }
  const slash = path.indexOf('/', 1)
  const bucket = uriDecode(slash === -1 ? path.slice(1) : path.slice(1, slash))
  if (bucket === undefined || bucket === '') {
    throw new ServiceFault('InvalidURI', "Couldn't parse the specified URI.", { status: 400 })
  }
  return { labels: { Bucket: bucket }, path: slash === -1 ? '/' : path.slice(slash) }
}
