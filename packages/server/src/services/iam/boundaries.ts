/** Permissions boundaries of users and roles. IAM User Guide, "Permissions boundaries for IAM entities". */

import * as limits from './constraints.ts'
import { type Db, entityNamed, onEntity, tables } from './entities.ts'
import { nothing } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { checkPolicyArn, findPolicy } from './policy-store.ts'

/** What a request wants to set: an existing managed policy of AWS or of this account. Null: none was asked for. */
export async function requestedBoundary(
  db: Db,
  deps: IamDeps,
  account: string,
  policyArn: string | undefined,
): Promise<string | null> {
  if (policyArn === undefined) return null
  if ((await findPolicy(db, deps, account, policyArn)) !== undefined) return policyArn
  throw nothing(`Scope ARN: ${policyArn} does not exist or is not attachable.`)
}

/** `iam:PermissionsBoundary` of a request that sets one. */
export function boundaryContext(policyArn: string | undefined): { context?: Record<string, string> } {
  if (policyArn === undefined) return {}
  checkPolicyArn(policyArn)
  return { context: { 'iam:PermissionsBoundary': policyArn } }
}

export function boundaryShape(arn: string | null) {
  return arn === null
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
          PermissionsBoundaryArn: arn,
        },
      }
}

async function setBoundary(
  deps: IamDeps,
  account: string,
  kind: 'user' | 'role',
  name: string,
  policyArn: string | undefined,
): Promise<void> {
  await deps.store.write(account, async (db) => {
    const { id } = await entityNamed(db, kind, account, name)
    const boundary_arn = await requestedBoundary(db, deps, account, policyArn)
    await db.updateTable(tables[kind]).set({ boundary_arn }).where('id', '=', id).execute()
  })
}

export const putUserPermissionsBoundary = operation('PutUserPermissionsBoundary', {
  constraints: { UserName: limits.name, PermissionsBoundary: limits.arn },
  authorize: (call, deps) =>
    onEntity('user', 'iam:PutUserPermissionsBoundary', call, deps, call.input.UserName, {
      ...boundaryContext(call.input.PermissionsBoundary),
    }),
  handle: async ({ input, caller }, deps) => {
    await setBoundary(deps, caller.account, 'user', input.UserName, input.PermissionsBoundary)
    return {}
  },
})

export const deleteUserPermissionsBoundary = operation('DeleteUserPermissionsBoundary', {
  constraints: { UserName: limits.name },
  authorize: (call, deps) =>
    onEntity('user', 'iam:DeleteUserPermissionsBoundary', call, deps, call.input.UserName, { ownBoundary: true }),
  handle: async ({ input, caller }, deps) => {
    await setBoundary(deps, caller.account, 'user', input.UserName, undefined)
    return {}
  },
})

export const putRolePermissionsBoundary = operation('PutRolePermissionsBoundary', {
  constraints: { RoleName: limits.roleName, PermissionsBoundary: limits.arn },
  authorize: (call, deps) =>
    onEntity('role', 'iam:PutRolePermissionsBoundary', call, deps, call.input.RoleName, {
      ...boundaryContext(call.input.PermissionsBoundary),
    }),
  handle: async ({ input, caller }, deps) => {
    await setBoundary(deps, caller.account, 'role', input.RoleName, input.PermissionsBoundary)
    return {}
  },
})

export const deleteRolePermissionsBoundary = operation('DeleteRolePermissionsBoundary', {
  constraints: { RoleName: limits.roleName },
  authorize: (call, deps) =>
    onEntity('role', 'iam:DeleteRolePermissionsBoundary', call, deps, call.input.RoleName, { ownBoundary: true }),
  handle: async ({ input, caller }, deps) => {
    await setBoundary(deps, caller.account, 'role', input.RoleName, undefined)
    return {}
  },
})
