/** Secrets Manager: `operation` for its API (2017-10-17), and what its handlers work with. */

import * as sdk from '@aws-sdk/client-secrets-manager'
import { serviceModel } from '@scopedown/wire'
import type { Kysely } from 'kysely'
import { operationsOf } from '../../kernel/operation.ts'
import type { Sealer } from '../../secrets/sealer.ts'
import type { Store } from '../../store/store.ts'
import { secretArns } from './arns.ts'
import type { SecretTables } from './tables.ts'

export type SecretDb = Kysely<SecretTables>

export interface SecretDeps {
  readonly store: Store<SecretTables>
  /** Seals the values. */
  readonly secretSealer: Sealer
}

export const secretModel = serviceModel(sdk)

export const operation = operationsOf<SecretDeps>()(sdk, secretArns)

/** Lengths and patterns of the API reference. */
export const limits = {
  Name: { min: 1, max: 512, pattern: /^[A-Za-z0-9/_+=.@-]+$/, patternText: '[A-Za-z0-9/_+=.@-]+' },
  SecretId: { min: 1, max: 2048 },
  ClientRequestToken: { min: 32, max: 64 },
  Description: { max: 2048 },
  SecretString: { min: 1, max: 65_536 },
  VersionId: { min: 32, max: 64 },
  VersionStage: { min: 1, max: 256 },
  MaxResults: { min: 1, max: 100 },
  NextToken: { min: 1, max: 4096 },
} as const

/** Writes of one account never overlap. */
export const topicOf = (account: string): string => `secretsmanager/${account}`
