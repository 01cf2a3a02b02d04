/** Who a simulation pretends to be. API reference, SimulateCustomPolicy: `CallerArn`, `ResourceOwner`. */

import { type Principal, parseArn } from '@scopedown/engine'
import { splitPathAndName } from '../../../principals/arns.ts'
import type { EntityKind } from '../faults.ts'
import { invalidInput } from '../faults.ts'

export interface EntityName {
  readonly kind: Exclude<EntityKind, 'instance profile'>
  readonly partition: string
  readonly account: string
  readonly path: string
  readonly name: string
}

/** A user, group or role by its ARN; sessions, services and root users cannot be simulated. */
export function entityOf(text: string): EntityName {
  const arn = parseArn(text)
  const parts = arn?.service === 'iam' && arn.region === '' ? splitPathAndName(arn.resource) : undefined
  if (arn !== undefined && parts !== undefined && /^[0-9]{12}$/.test(arn.account)) {
    const { kind, path, name } = parts
    if (kind === 'user' || kind === 'group' || kind === 'role') {
      return { kind, partition: arn.partition, account: arn.account, path, name }
    }
  }
  throw invalidInput(`Invalid Entity Arn: ${text} does not clearly define entity type and name.`)
}

export interface SimulatedCaller {
  readonly principal: Principal
  readonly hypothetical: boolean
}

export function callerOf(arn: string, id: string | undefined): SimulatedCaller {
  const { kind, partition, account, name } = entityOf(arn)
  if (kind === 'user') {
    const known = id === undefined ? {} : { id }
    return { principal: { kind: 'user', arn, partition, account, name, ...known }, hypothetical: false }
  }
  if (kind === 'role') {
    const known = id === undefined ? {} : { roleId: id }
    return { principal: { kind: 'session', partition, account, roleArn: arn, ...known }, hypothetical: false }
  }
  return nobodyIn(partition, account)
}

/** A caller of that account of whom nothing else is known: no name, no id. */
export function nobodyIn(partition: string, account: string): SimulatedCaller {
  const roleArn = `arn:${partition}:iam::${account}:role/*`
  return { principal: { kind: 'session', partition, account, roleArn }, hypothetical: true }
}

/** The account behind `ResourceOwner`: its id, or an ARN of it. */
export function ownerOf(owner: string): string {
  const account = parseArn(owner)?.account ?? owner
  if (!/^[0-9]{12}$/.test(account)) throw invalidInput(`Invalid ResourceOwner: ${owner}`)
  return account
}
