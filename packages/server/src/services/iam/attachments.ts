/** Managed policies on users, groups and roles. API reference: AttachUserPolicy, DetachUserPolicy, ListAttachedUserPolicies and siblings. */

import type { Caller } from '../../kernel/caller.ts'
import type { Requirement } from '../../kernel/requirement.ts'
import { attachedPolicies } from './account-quotas.ts'
import * as limits from './constraints.ts'
import { type Db, entityNamed, onEntity } from './entities.ts'
import { limitExceeded, noSuchPolicy, notAttachable } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { type PageEnd, pageOfAll } from './pages.ts'
import { checkPolicyArn, findPolicy } from './policy-store.ts'

export type PolicyHolder = keyof typeof attachedPolicies

/** Attaching and detaching name the policy in `iam:PolicyARN`; users and roles bring their boundary. */
function onHolder(
  kind: PolicyHolder,
  action: string,
  call: { readonly caller: Caller },
  deps: IamDeps,
  name: string,
  policyArn: string,
): Promise<[Requirement]> {
  checkPolicyArn(policyArn)
  return onEntity(kind, action, call, deps, name, { context: { 'iam:PolicyARN': policyArn }, ownBoundary: true })
}

export function attachedArns(db: Db, ownerId: string): Promise<string[]> {
  return db
    .selectFrom('iam_attachments')
    .select('policy_arn')
    .where('owner_id', '=', ownerId)
    .orderBy('policy_arn')
    .execute()
    .then((rows) => rows.map(({ policy_arn }) => policy_arn))
}

async function attach(
  deps: IamDeps,
  { account }: Caller,
  kind: PolicyHolder,
  name: string,
  policyArn: string,
  time: number,
): Promise<object> {
  await deps.store.write(account, async (db) => {
    const { id } = await entityNamed(db, kind, account, name)
    if ((await findPolicy(db, deps, account, policyArn)) === undefined) throw notAttachable(policyArn)
    const attached = await attachedArns(db, id)
    if (attached.includes(policyArn)) return
    const [quota, limit] = attachedPolicies[kind]
    if (attached.length >= limit) throw limitExceeded(quota, limit)
    await db
      .insertInto('iam_attachments')
      .values({ owner_id: id, account_id: account, policy_arn: policyArn, attached_at: time })
      .execute()
  })
  return {}
}

async function detach(
  deps: IamDeps,
  { account }: Caller,
  kind: PolicyHolder,
  name: string,
  policyArn: string,
): Promise<object> {
  await deps.store.write(account, async (db) => {
    const { id } = await entityNamed(db, kind, account, name)
    const { numDeletedRows } = await db
      .deleteFrom('iam_attachments')
      .where('owner_id', '=', id)
      .where('policy_arn', '=', policyArn)
      .executeTakeFirstOrThrow()
    if (numDeletedRows === 0n) throw noSuchPolicy(policyArn)
  })
  return {}
}

export interface AttachedPolicy {
  PolicyName: string
  PolicyArn: string
}

export function attachedShape(arn: string): AttachedPolicy {
  return { PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }
}

const pathOf = (arn: string): string => arn.slice(arn.indexOf('/'), arn.lastIndexOf('/') + 1)

async function attachedPage(
  { store }: IamDeps,
  { account }: Caller,
  kind: PolicyHolder,
  name: string,
  input: {
    readonly PathPrefix?: string | undefined
    readonly Marker?: string | undefined
    readonly MaxItems?: number | undefined
  },
): Promise<{ AttachedPolicies: AttachedPolicy[] } & PageEnd> {
  const { id } = await entityNamed(store.db, kind, account, name)
  const prefix = input.PathPrefix ?? '/'
  const arns = (await attachedArns(store.db, id)).filter((arn) => pathOf(arn).startsWith(prefix))
  const { items, end } = pageOfAll(arns, input, (arn) => arn)
  return { AttachedPolicies: items.map(attachedShape), ...end }
}

const onUser = { UserName: limits.name, PolicyArn: limits.arn }
const onGroup = { GroupName: limits.name, PolicyArn: limits.arn }
const onRole = { RoleName: limits.roleName, PolicyArn: limits.arn }
const list = { PathPrefix: limits.pathPrefix, ...limits.pages }

export const attachUserPolicy = operation('AttachUserPolicy', {
  constraints: onUser,
  authorize: (call, deps) =>
    onHolder('user', 'iam:AttachUserPolicy', call, deps, call.input.UserName, call.input.PolicyArn),
  handle: ({ input, caller, time }, deps) => attach(deps, caller, 'user', input.UserName, input.PolicyArn, time),
})

export const detachUserPolicy = operation('DetachUserPolicy', {
  constraints: onUser,
  authorize: (call, deps) =>
    onHolder('user', 'iam:DetachUserPolicy', call, deps, call.input.UserName, call.input.PolicyArn),
  handle: ({ input, caller }, deps) => detach(deps, caller, 'user', input.UserName, input.PolicyArn),
})

export const listAttachedUserPolicies = operation('ListAttachedUserPolicies', {
  constraints: { UserName: limits.name, ...list },
  authorize: (call, deps) => onEntity('user', 'iam:ListAttachedUserPolicies', call, deps, call.input.UserName),
  handle: ({ input, caller }, deps) => attachedPage(deps, caller, 'user', input.UserName, input),
})

export const attachGroupPolicy = operation('AttachGroupPolicy', {
  constraints: onGroup,
  authorize: (call, deps) =>
    onHolder('group', 'iam:AttachGroupPolicy', call, deps, call.input.GroupName, call.input.PolicyArn),
  handle: ({ input, caller, time }, deps) => attach(deps, caller, 'group', input.GroupName, input.PolicyArn, time),
})

export const detachGroupPolicy = operation('DetachGroupPolicy', {
  constraints: onGroup,
  authorize: (call, deps) =>
    onHolder('group', 'iam:DetachGroupPolicy', call, deps, call.input.GroupName, call.input.PolicyArn),
  handle: ({ input, caller }, deps) => detach(deps, caller, 'group', input.GroupName, input.PolicyArn),
})

export const listAttachedGroupPolicies = operation('ListAttachedGroupPolicies', {
  constraints: { GroupName: limits.name, ...list },
  authorize: (call, deps) => onEntity('group', 'iam:ListAttachedGroupPolicies', call, deps, call.input.GroupName),
  handle: ({ input, caller }, deps) => attachedPage(deps, caller, 'group', input.GroupName, input),
})

export const attachRolePolicy = operation('AttachRolePolicy', {
  constraints: onRole,
  authorize: (call, deps) =>
    onHolder('role', 'iam:AttachRolePolicy', call, deps, call.input.RoleName, call.input.PolicyArn),
  handle: ({ input, caller, time }, deps) => attach(deps, caller, 'role', input.RoleName, input.PolicyArn, time),
})

export const detachRolePolicy = operation('DetachRolePolicy', {
  constraints: onRole,
  authorize: (call, deps) =>
    onHolder('role', 'iam:DetachRolePolicy', call, deps, call.input.RoleName, call.input.PolicyArn),
  handle: ({ input, caller }, deps) => detach(deps, caller, 'role', input.RoleName, input.PolicyArn),
})

export const listAttachedRolePolicies = operation('ListAttachedRolePolicies', {
  constraints: { RoleName: limits.roleName, ...list },
  authorize: (call, deps) => onEntity('role', 'iam:ListAttachedRolePolicies', call, deps, call.input.RoleName),
  handle: ({ input, caller }, deps) => attachedPage(deps, caller, 'role', input.RoleName, input),
})
