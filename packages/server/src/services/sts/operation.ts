/** STS: `operation` for its API (2011-06-15), and what its handlers work with. */

import * as sdk from '@aws-sdk/client-sts'
import { serviceModel } from '@scopedown/wire'
import type { Denials } from '../../audit/denials.ts'
import { operationsOf } from '../../kernel/operation.ts'
import type { PolicyCache } from '../../kernel/policy-cache.ts'
import { stsArn } from '../../principals/arns.ts'
import type { Credentials, SessionTokens } from '../../principals/credentials.ts'
import type { EntityPolicies } from '../../principals/entity-policies.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import type { Sealer } from '../../secrets/sealer.ts'
import type { Store } from '../../store/store.ts'

export interface StsDeps {
  readonly store: Store<IdentityTables>
  readonly policies: EntityPolicies
  readonly policyCache: PolicyCache
  readonly keySealer: Sealer
  readonly tokens: SessionTokens
  readonly credentials: Credentials
  /** Seals the encoded messages that denials may carry. */
  readonly messageSealer: Sealer
  readonly denials: Denials
  /** Until every denial recorded so far can be found. */
  readonly settleDenials: () => Promise<void>
  readonly partition: string
  readonly region: string
  /** Bytes that a session's policies and tags may take once packed. */
  readonly packedPolicyLimit: number
}

export const stsModel = serviceModel(sdk)

export const operation = operationsOf<StsDeps>()(sdk, stsArn)
