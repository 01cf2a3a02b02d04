/** Roles. API reference: CreateRole, GetRole, ListRoles, UpdateRole, UpdateAssumeRolePolicy, DeleteRole. */

import type { Role } from '@aws-sdk/client-iam'
import { policySize, quotas } from '@scopedown/engine'
import { requires } from '../../kernel/requirement.ts'
import { tagsOf } from '../../kernel/tags.ts'
import { freezePrincipals, thawPrincipals } from '../../principals/frozen-principals.ts'
import { uniqueId } from '../../principals/unique-ids.ts'
import { boundaryContext, boundaryShape, requestedBoundary } from './boundaries.ts'
import * as limits from './constraints.ts'
import { checkedPolicy, encodedDocument } from './documents.ts'
import {
  checkNewName,
  type Db,
  entityNamed,
  knownEntity,
  listEntities,
  nameKey,
  onEntity,
  type RoleRow,
  rowArn,
  tagList,
} from './entities.ts'
import { checkDeletable, forgetEntity } from './entity-deletion.ts'
import { invalidInput, limitExceeded, malformedPolicy, noSuchEntity } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { insertTags } from './tags.ts'

const defaultSessionSeconds = 3600

/** Service control policies do not bind service-linked roles, so nobody may make a role that passes for one. */
const serviceLinkedPath = '/aws-service-role/'

export async function roleShape(role: RoleRow, deps: IamDeps): Promise<Role> {
  const policy = deps.policyCache.stored(role.trust_policy, 'trust', role.id)
  const document = await thawPrincipals(deps.store.db, role.trust_policy, policy, deps.partition)
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: rowArn('role', deps.partition, role),
    CreateDate: new Date(role.created_at),
    AssumeRolePolicyDocument: encodedDocument(document),
    ...(role.description === '' ? {} : { Description: role.description }),
    MaxSessionDuration: role.max_session_seconds,
  }
}

export function roleLastUsed(role: RoleRow, region: string) {
  return role.last_used_at === null
    ? {}
    : { LastUsedDate: new Date(role.last_used_at), Region: role.last_used_region ?? region }
}

const knownTags = (account: string, id: string, { store, policies }: IamDeps) =>
  store.reads.read(account, `iam tags ${id}`, () => policies.tags(id))

/** With what GetRole shows and ListRoles does not. */
async function fullRoleShape(role: RoleRow, deps: IamDeps): Promise<Role> {
  return {
    ...(await roleShape(role, deps)),
    ...boundaryShape(role.boundary_arn),
    ...tagList(await knownTags(role.account_id, role.id, deps)),
  }
}

/** Checked, measured, its principals frozen. */
export async function trustPolicy(db: Db, text: string): Promise<string> {
  const policy = checkedPolicy(text, 'trust')
  const { characters } = quotas.trust
  if (policySize(text, 'trust') > characters) throw limitExceeded('ACLSizePerRole', characters)
  const frozen = await freezePrincipals(db, text, policy)
  if (!frozen.ok) throw malformedPolicy(`Invalid principal in policy: "AWS":"${frozen.principal}"`)
  return frozen.text
}

export const createRole = operation('CreateRole', {
  constraints: {
    RoleName: limits.roleName,
    Path: limits.path,
    AssumeRolePolicyDocument: limits.policyDocument,
    Description: limits.description,
    MaxSessionDuration: limits.sessionDuration,
    PermissionsBoundary: limits.arn,
    ...limits.tags,
  },
  authorize: ({ input, arn }) => {
    const resource = arn.role(input.Path ?? '/', input.RoleName)
    const details = { requestTags: input.Tags, ...boundaryContext(input.PermissionsBoundary) }
    const create = requires('iam:CreateRole', resource, details)
    if (!input.Tags?.length) return [create]
    return [create, requires('iam:TagRole', resource, { requestTags: input.Tags })]
  },
  handle: async ({ input, caller, time }, deps) => {
    const path = input.Path ?? '/'
    if (path.startsWith(serviceLinkedPath)) throw invalidInput(`The path ${path} is reserved for service-linked roles.`)
    const role = await deps.store.write(caller.account, async (db) => {
      await checkNewName(db, 'role', caller.account, input.RoleName)
      const row: RoleRow = {
        id: uniqueId('role'),
        account_id: caller.account,
        name: input.RoleName,
        name_key: nameKey(input.RoleName),
        path,
        created_at: time,
        trust_policy: await trustPolicy(db, input.AssumeRolePolicyDocument),
        description: input.Description ?? '',
        max_session_seconds: input.MaxSessionDuration ?? defaultSessionSeconds,
        boundary_arn: await requestedBoundary(db, deps, caller.account, input.PermissionsBoundary),
        last_used_at: null,
        last_used_region: null,
      }
      await db.insertInto('iam_roles').values(row).execute()
      await insertTags(db, row.id, input.Tags)
      return row
    })
    const shape = await roleShape(role, deps)
    return { Role: { ...shape, ...boundaryShape(role.boundary_arn), ...tagList(tagsOf(input.Tags)) } }
  },
})

export const getRole = operation('GetRole', {
  constraints: { RoleName: limits.roleName },
  authorize: (call, deps) => onEntity('role', 'iam:GetRole', call, deps, call.input.RoleName, { ownBoundary: true }),
  handle: async ({ input, caller }, deps) => {
    const role = await knownEntity(deps, 'role', caller.account, input.RoleName)
    if (role === undefined) throw noSuchEntity('role', input.RoleName)
    const lastUsed = roleLastUsed(deps.lastUsed.ofRole(role), deps.region)
    return { Role: { ...(await fullRoleShape(role, deps)), RoleLastUsed: lastUsed } }
  },
})

export const listRoles = operation('ListRoles', {
  constraints: { PathPrefix: limits.pathPrefix, ...limits.pages },
  authorize: () => [requires('iam:ListRoles', '*')],
  handle: async ({ input, caller }, deps) => {
    const { items, end } = await listEntities(deps.store.db, 'role', caller.account, input)
    return { Roles: await Promise.all(items.map((role) => roleShape(role, deps))), ...end }
  },
})

async function update(deps: IamDeps, account: string, name: string, change: Partial<RoleRow>): Promise<RoleRow> {
  return deps.store.write(account, async (db) => {
    const role = await entityNamed(db, 'role', account, name)
    if (Object.keys(change).length === 0) return role
    await db.updateTable('iam_roles').set(change).where('id', '=', role.id).execute()
    return { ...role, ...change }
  })
}

export const updateRole = operation('UpdateRole', {
  constraints: {
    RoleName: limits.roleName,
    Description: limits.description,
    MaxSessionDuration: limits.sessionDuration,
  },
  authorize: (call, deps) => onEntity('role', 'iam:UpdateRole', call, deps, call.input.RoleName, { ownBoundary: true }),
  handle: async ({ input, caller }, deps) => {
    await update(deps, caller.account, input.RoleName, {
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.MaxSessionDuration === undefined ? {} : { max_session_seconds: input.MaxSessionDuration }),
    })
    return {}
  },
})

export const updateRoleDescription = operation('UpdateRoleDescription', {
  constraints: { RoleName: limits.roleName, Description: limits.description },
  authorize: (call, deps) =>
    onEntity('role', 'iam:UpdateRoleDescription', call, deps, call.input.RoleName, { ownBoundary: true }),
  handle: async ({ input, caller }, deps) => {
    const role = await update(deps, caller.account, input.RoleName, { description: input.Description })
    return { Role: await fullRoleShape(role, deps) }
  },
})

export const updateAssumeRolePolicy = operation('UpdateAssumeRolePolicy', {
  constraints: { RoleName: limits.roleName, PolicyDocument: limits.policyDocument },
  authorize: (call, deps) =>
    onEntity('role', 'iam:UpdateAssumeRolePolicy', call, deps, call.input.RoleName, { ownBoundary: true }),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const { id } = await entityNamed(db, 'role', caller.account, input.RoleName)
      const trust_policy = await trustPolicy(db, input.PolicyDocument)
      await db.updateTable('iam_roles').set({ trust_policy }).where('id', '=', id).execute()
    })
    return {}
  },
})

export const deleteRole = operation('DeleteRole', {
  constraints: { RoleName: limits.roleName },
  authorize: (call, deps) => onEntity('role', 'iam:DeleteRole', call, deps, call.input.RoleName, { ownBoundary: true }),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const role = await entityNamed(db, 'role', caller.account, input.RoleName)
      await checkDeletable(db, 'role', role.id)
      await forgetEntity(db, 'role', role.id)
    })
    return {}
  },
})
