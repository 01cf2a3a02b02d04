/** IAM: `operation` for its API (2010-05-08), and what its handlers work with. */

import * as sdk from '@aws-sdk/client-iam'
import { serviceModel } from '@scopedown/wire'
import { operationsOf } from '../../kernel/operation.ts'
import type { PolicyCache } from '../../kernel/policy-cache.ts'
import { iamArn } from '../../principals/arns.ts'
import type { Credentials } from '../../principals/credentials.ts'
import type { EntityPolicies } from '../../principals/entity-policies.ts'
import type { LastUsed } from '../../principals/last-used.ts'
import type { ManagedPolicy } from '../../principals/managed-policies.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import type { Sealer } from '../../secrets/sealer.ts'
import type { Store } from '../../store/store.ts'

export interface IamDeps {
  readonly store: Store<IdentityTables>
  readonly policies: EntityPolicies
  readonly policyCache: PolicyCache
  readonly credentials: Credentials
  readonly lastUsed: LastUsed
  readonly awsManaged: ReadonlyMap<string, ManagedPolicy>
  /** Seals secret access keys. */
  readonly keySealer: Sealer
  readonly partition: string
  readonly region: string
}

export const iamModel = serviceModel(sdk)

export const operation = operationsOf<IamDeps>()(sdk, iamArn)
