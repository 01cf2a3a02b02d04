/** S3: `operation` for its API (2006-03-01), and what its handlers work with. */

import * as sdk from '@aws-sdk/client-s3'
import { serviceModel } from '@scopedown/wire'
import type { ArnScope } from '../../kernel/call.ts'
import { operationsOf } from '../../kernel/operation.ts'
import type { PolicyCache } from '../../kernel/policy-cache.ts'
import type { MultipartUploads } from '../../objects/multipart.ts'
import type { ObjectStore } from '../../objects/object-store.ts'
import type { ObjectTables } from '../../objects/tables.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import type { Store } from '../../store/store.ts'

export interface S3Deps {
  readonly store: Store<ObjectTables>
  /** The same, for the principals that bucket policies name. */
  readonly identities: Store<IdentityTables>
  readonly objects: ObjectStore
  readonly uploads: MultipartUploads
  readonly policyCache: PolicyCache
  readonly partition: string
  readonly region: string
}

export const s3Model = serviceModel(sdk)

/** Buckets and objects name neither account nor region. Service Authorization Reference, "Amazon S3", resource types. */
export function s3Arn({ partition }: Pick<ArnScope, 'partition'>) {
  const prefix = `arn:${partition}:s3:::`
  return {
    bucket: (bucket: string) => prefix + bucket,
    object: (bucket: string, key: string) => `${prefix}${bucket}/${key}`,
  }
}

export type S3Arns = ReturnType<typeof s3Arn>

export const operation = operationsOf<S3Deps>()(sdk, s3Arn)
