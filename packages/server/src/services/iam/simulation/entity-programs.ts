/** The policies of a stored user, group or role, as a simulation takes them. */

import type { SourcedPolicy } from '../../../kernel/caller.ts'
import { entityArn, findEntity } from '../entities.ts'
import { nothing } from '../faults.ts'
import { groupsOf } from '../memberships.ts'
import type { IamDeps } from '../operation.ts'
import { entityOf } from './caller.ts'

export interface EntityProgram {
  readonly id: string
  readonly identity: readonly SourcedPolicy[]
  readonly boundary: SourcedPolicy | undefined
}

/** A user's groups count with it. */
export async function entityProgram(arn: string, deps: IamDeps): Promise<EntityProgram> {
  const { kind, path, name, partition, account } = entityOf(arn)
  const row = await findEntity(deps.store.db, kind, account, name)
  if (row === undefined || row.path !== path) throw nothing(`The ${kind} with name ${name} cannot be found.`)
  const owners = new Map([[row.id, arn]])
  if (kind === 'user') {
    for (const group of await groupsOf(deps.store.db, row.id)) {
      owners.set(group.id, entityArn('group', { partition, account }, group.path, group.name))
    }
  }
  const boundaryArn = 'boundary_arn' in row ? row.boundary_arn : null
  return {
    id: row.id,
    identity: await deps.policies.identity(owners),
    boundary: boundaryArn === null ? undefined : await deps.policies.managed(boundaryArn, 'boundary', arn),
  }
}

/** The unique id behind an ARN that a simulation names as its caller; it need not exist. */
export async function entityId(arn: string, deps: IamDeps): Promise<string | undefined> {
  const { kind, path, name, account } = entityOf(arn)
  const row = await findEntity(deps.store.db, kind, account, name)
  return row?.path === path ? row.id : undefined
}
