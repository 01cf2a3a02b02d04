/** Object storage put together: contents, index, janitor, and S3 on top of them. */

import { join } from 'node:path'
import type { PolicyCache } from '../../kernel/policy-cache.ts'
import { type BoundService, bind } from '../../kernel/service.ts'
import type { ContentStore } from '../../objects/content-store.ts'
import { Janitor } from '../../objects/janitor.ts'
import { LocalContents } from '../../objects/local-contents.ts'
import { MultipartUploads } from '../../objects/multipart.ts'
import { ObjectStore } from '../../objects/object-store.ts'
import type { ObjectTables } from '../../objects/tables.ts'
import { UpstreamContents, type UpstreamCredentials, type UpstreamLocation } from '../../objects/upstream-contents.ts'
import { Writer } from '../../objects/writer.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import type { Store } from '../../store/store.ts'
import { s3Service } from './service.ts'

export interface S3Options {
  readonly store: Store<IdentityTables>
  readonly policyCache: PolicyCache
  readonly partition: string
  readonly region: string
  readonly clock: () => number
  /** The server's data folder. */
  readonly data: string
  /** Undefined: files in the data folder. */
  readonly upstream: UpstreamLocation | undefined
  readonly upstreamCredentials: UpstreamCredentials | undefined
  readonly hostSuffixes: readonly string[]
  readonly log: (line: string) => void
}

export interface RunningS3 {
  readonly service: BoundService
  close(): Promise<void>
}

export async function startS3(options: S3Options): Promise<RunningS3> {
  const { policyCache, partition, region, clock, log } = options
  const store = options.store.as<ObjectTables>()
  const contents = await openContents(options)
  const writer = await Writer.start({ store, clock })
  const objects = new ObjectStore({ store, contents, writer, clock })
  const onError = (error: unknown) => log(`the object store's janitor failed and will try again: ${String(error)}`)
  const janitor = new Janitor({ store, contents, leases: objects.leases, writer, clock, onError })
  janitor.start()
  const uploads = new MultipartUploads(objects, clock)
  return {
    service: bind(s3Service(options.hostSuffixes), {
      store,
      identities: options.store,
      objects,
      uploads,
      policyCache,
      partition,
      region,
    }),
    close: async () => {
      await janitor.stop()
      await writer.stop()
      await contents.close()
    },
  }
}

async function openContents({ upstream, upstreamCredentials, data }: S3Options): Promise<ContentStore> {
  if (upstream === undefined) return new LocalContents(join(data, 'objects'))
  return UpstreamContents.open(upstream, upstreamCredentials)
}
