/** Transfer Family: `operation` for its API (2018-11-05), and what its handlers work with. */

import * as sdk from '@aws-sdk/client-transfer'
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
import type { Sealer } from '../../secrets/sealer.ts'
import type { Store } from '../../store/store.ts'
import { type TransferArns, transferArns } from './arns.ts'
import { constraintsOf } from './constraints.ts'
import type { Gateway } from './gateway.ts'
import type { TransferTables } from './tables.ts'

export type TransferDb = Kysely<TransferTables>

export interface TransferDeps {
  readonly store: Store<TransferTables>
  /** Seals the private keys of hosts. */
  readonly hostKeySealer: Sealer
  readonly gateway: Gateway
  readonly partition: string
  readonly region: string
  /** Told in the operator's words of what is allowed but deserves a look: a blank session policy. */
  readonly notice: (line: string) => void
}

export const transferModel = serviceModel(sdk)

const declare = operationsOf<TransferDeps>()(sdk, transferArns)

export type TransferInput<Name extends string> = InputOf<typeof sdk, Name>

/** As in every service; the model's constraints are there already. */
export function operation<Name extends OperationName<typeof sdk>>(
  name: Name,
  spec: OperationSpec<InputOf<typeof sdk, Name>, OutputOf<typeof sdk, Name>, TransferDeps, TransferArns>,
): Operation<TransferDeps> {
  return declare(name, { ...spec, constraints: { ...constraintsOf(name), ...spec.constraints } })
}

/** Administrative writes of one account never overlap. */
export const topicOf = (account: string): string => `transfer/${account}`
