/** Policies inside a user, group or role. API reference: PutUserPolicy, GetUserPolicy, ListUserPolicies, DeleteUserPolicy and siblings. */

import { policySize, quotas } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import type { Caller } from '../../kernel/caller.ts'
import type { PolicyHolder } from './attachments.ts'
import * as limits from './constraints.ts'
import { checkedPolicy, encodedDocument } from './documents.ts'
import { type Db, entityNamed, onEntity } from './entities.ts'
import { nothing } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { type PageEnd, pageOfAll } from './pages.ts'

export function inlinePolicies(db: Db, ownerId: string): Promise<{ name: string; document: string }[]> {
  return db
    .selectFrom('iam_inline_policies')
    .select(['name', 'document'])
    .where('owner_id', '=', ownerId)
    .orderBy('name')
    .execute()
}

const sizeQuotas = { user: 'userInline', group: 'groupInline', role: 'roleInline' } as const

interface Named {
  readonly PolicyName: string
}

const noSuchInline = (kind: PolicyHolder, name: string): ServiceFault =>
  nothing(`The ${kind} policy with name ${name} cannot be found.`)

/** The quota is on all of an entity's inline policies together. */
async function put(
  deps: IamDeps,
  { account }: Caller,
  kind: PolicyHolder,
  owner: string,
  { PolicyName: name, PolicyDocument: document }: Named & { readonly PolicyDocument: string },
): Promise<object> {
  checkedPolicy(document, 'identity')
  await deps.store.write(account, async (db) => {
    const { id } = await entityNamed(db, kind, account, owner)
    await db
      .insertInto('iam_inline_policies')
      .values({ owner_id: id, name, document })
      .onConflict((conflict) => conflict.columns(['owner_id', 'name']).doUpdateSet({ document }))
      .execute()
    const quota = sizeQuotas[kind]
    const size = (await inlinePolicies(db, id)).reduce((sum, policy) => sum + policySize(policy.document, quota), 0)
    const { characters } = quotas[quota]
    if (size <= characters) return
    const message = `Maximum policy size of ${characters} bytes exceeded for ${kind} ${owner}`
    throw new ServiceFault('LimitExceededException', message)
  })
  return {}
}

async function get(deps: IamDeps, { account }: Caller, kind: PolicyHolder, owner: string, { PolicyName }: Named) {
  const { id } = await entityNamed(deps.store.db, kind, account, owner)
  const policy = (await inlinePolicies(deps.store.db, id)).find(({ name }) => name === PolicyName)
  if (policy === undefined) throw noSuchInline(kind, PolicyName)
  return { PolicyName, PolicyDocument: encodedDocument(policy.document) }
}

async function remove(
  deps: IamDeps,
  { account }: Caller,
  kind: PolicyHolder,
  owner: string,
  { PolicyName: name }: Named,
): Promise<object> {
  await deps.store.write(account, async (db) => {
    const { id } = await entityNamed(db, kind, account, owner)
    const { numDeletedRows } = await db
      .deleteFrom('iam_inline_policies')
      .where('owner_id', '=', id)
      .where('name', '=', name)
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) throw noSuchInline(kind, name)
  })
  return {}
}

async function list(
  { store }: IamDeps,
  { account }: Caller,
  kind: PolicyHolder,
  owner: string,
  input: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
): Promise<{ PolicyNames: string[] } & PageEnd> {
  const { id } = await entityNamed(store.db, kind, account, owner)
  const names = (await inlinePolicies(store.db, id)).map(({ name }) => name)
  const { items, end } = pageOfAll(names, input, (name) => name)
  return { PolicyNames: [...items], ...end }
}

const user = { UserName: limits.name, PolicyName: limits.name }
const group = { GroupName: limits.name, PolicyName: limits.name }
const role = { RoleName: limits.roleName, PolicyName: limits.name }
const document = { PolicyDocument: limits.policyDocument }
const ownBoundary = { ownBoundary: true } as const

export const putUserPolicy = operation('PutUserPolicy', {
  constraints: { ...user, ...document },
  authorize: (call, deps) => onEntity('user', 'iam:PutUserPolicy', call, deps, call.input.UserName, ownBoundary),
  handle: ({ input, caller }, deps) => put(deps, caller, 'user', input.UserName, input),
})

export const getUserPolicy = operation('GetUserPolicy', {
  constraints: user,
  authorize: (call, deps) => onEntity('user', 'iam:GetUserPolicy', call, deps, call.input.UserName),
  handle: async ({ input, caller }, deps) => ({
    UserName: input.UserName,
    ...(await get(deps, caller, 'user', input.UserName, input)),
  }),
})

export const listUserPolicies = operation('ListUserPolicies', {
  constraints: { UserName: limits.name, ...limits.pages },
  authorize: (call, deps) => onEntity('user', 'iam:ListUserPolicies', call, deps, call.input.UserName),
  handle: ({ input, caller }, deps) => list(deps, caller, 'user', input.UserName, input),
})

export const deleteUserPolicy = operation('DeleteUserPolicy', {
  constraints: user,
  authorize: (call, deps) => onEntity('user', 'iam:DeleteUserPolicy', call, deps, call.input.UserName, ownBoundary),
  handle: ({ input, caller }, deps) => remove(deps, caller, 'user', input.UserName, input),
})

export const putGroupPolicy = operation('PutGroupPolicy', {
  constraints: { ...group, ...document },
  authorize: (call, deps) => onEntity('group', 'iam:PutGroupPolicy', call, deps, call.input.GroupName),
  handle: ({ input, caller }, deps) => put(deps, caller, 'group', input.GroupName, input),
})

export const getGroupPolicy = operation('GetGroupPolicy', {
  constraints: group,
  authorize: (call, deps) => onEntity('group', 'iam:GetGroupPolicy', call, deps, call.input.GroupName),
  handle: async ({ input, caller }, deps) => ({
    GroupName: input.GroupName,
    ...(await get(deps, caller, 'group', input.GroupName, input)),
  }),
})

export const listGroupPolicies = operation('ListGroupPolicies', {
  constraints: { GroupName: limits.name, ...limits.pages },
  authorize: (call, deps) => onEntity('group', 'iam:ListGroupPolicies', call, deps, call.input.GroupName),
  handle: ({ input, caller }, deps) => list(deps, caller, 'group', input.GroupName, input),
})

export const deleteGroupPolicy = operation('DeleteGroupPolicy', {
  constraints: group,
  authorize: (call, deps) => onEntity('group', 'iam:DeleteGroupPolicy', call, deps, call.input.GroupName),
  handle: ({ input, caller }, deps) => remove(deps, caller, 'group', input.GroupName, input),
})

export const putRolePolicy = operation('PutRolePolicy', {
  constraints: { ...role, ...document },
  authorize: (call, deps) => onEntity('role', 'iam:PutRolePolicy', call, deps, call.input.RoleName, ownBoundary),
  handle: ({ input, caller }, deps) => put(deps, caller, 'role', input.RoleName, input),
})

export const getRolePolicy = operation('GetRolePolicy', {
  constraints: role,
  authorize: (call, deps) => onEntity('role', 'iam:GetRolePolicy', call, deps, call.input.RoleName),
  handle: async ({ input, caller }, deps) => ({
    RoleName: input.RoleName,
    ...(await get(deps, caller, 'role', input.RoleName, input)),
  }),
})

export const listRolePolicies = operation('ListRolePolicies', {
  constraints: { RoleName: limits.roleName, ...limits.pages },
  authorize: (call, deps) => onEntity('role', 'iam:ListRolePolicies', call, deps, call.input.RoleName),
  handle: ({ input, caller }, deps) => list(deps, caller, 'role', input.RoleName, input),
})

export const deleteRolePolicy = operation('DeleteRolePolicy', {
  constraints: role,
  authorize: (call, deps) => onEntity('role', 'iam:DeleteRolePolicy', call, deps, call.input.RoleName, ownBoundary),
  handle: ({ input, caller }, deps) => remove(deps, caller, 'role', input.RoleName, input),
})
