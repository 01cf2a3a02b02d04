/** Glue: `operation` for its API (2017-03-31), and what its handlers work with. */

import * as sdk from '@aws-sdk/client-glue'
import { serviceModel } from '@scopedown/wire'
import type { Kysely } from 'kysely'
import {
  type InputOf,
  type Operation,
  type OperationName,
  type OperationSpec,
  type OutputOf,
  operationsOf,
} from '../../kernel/operation.ts'
import type { PolicyCache } from '../../kernel/policy-cache.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import type { Sealer } from '../../secrets/sealer.ts'
import type { Store } from '../../store/store.ts'
import { type GlueArns, glueArns } from './arns.ts'
import { constraintsOf } from './constraints.ts'
import { refuseNul } from './nul.ts'
import type { ResourceFactsCache } from './resource-facts.ts'
import type { SessionHost } from './sessions/session-host.ts'
import type { GlueSwitches } from './switches.ts'
import type { GlueTables } from './tables.ts'

/** A connection or a transaction; a room sees its own tables by `db.withTables<…>()`. */
export type GlueDb = Kysely<IdentityTables & GlueTables>

export interface GlueDeps {
  /** Each room sees its own tables by `store.as<…>()`. */
  readonly store: Store<IdentityTables & GlueTables>
  /** Tags and the catalog's policy, as `describe` needs them at every call. */
  readonly facts: ResourceFactsCache
  readonly policyCache: PolicyCache
  readonly switches: GlueSwitches
  /** Seals what may hold a connection's passwords. */
  readonly connectionSealer: Sealer
  /** The interactive sessions that run on this server. */
  readonly sessions: SessionHost
  readonly partition: string
  readonly region: string
}

export const glueModel = serviceModel(sdk)

const declare = operationsOf<GlueDeps>()(sdk, glueArns)

export type GlueInput<Name extends string> = InputOf<typeof sdk, Name>

/** As in every service; the model's constraints are there already and can be overridden. */
export function operation<Name extends OperationName<typeof sdk>>(
  name: Name,
  spec: OperationSpec<InputOf<typeof sdk, Name>, OutputOf<typeof sdk, Name>, GlueDeps, GlueArns>,
): Operation<GlueDeps> {
  return declare(name, {
    ...spec,
    constraints: { ...constraintsOf(name), ...spec.constraints },
    authorize: (call, deps) => {
      refuseNul(call.input)
      return spec.authorize(call, deps)
    },
  })
}
