/** Everybody and everything that decides, in one paged list. API reference: GetAccountAuthorizationDetails. */

import type { GroupDetail, ManagedPolicyDetail, RoleDetail, UserDetail } from '@aws-sdk/client-iam'
import { requires } from '../../kernel/requirement.ts'
import { attachedArns, attachedShape } from './attachments.ts'
import { boundaryShape } from './boundaries.ts'
import * as limits from './constraints.ts'
import { encodedDocument } from './documents.ts'
import { type Db, type GroupRow, type RoleRow, tables, tagList, type UserRow } from './entities.ts'
import { groupShape } from './groups.ts'
import { inlinePolicies } from './inline-policies.ts'
import { profileShape, profilesOf } from './instance-profiles.ts'
import { groupsOf } from './memberships.ts'
import { type IamDeps, operation } from './operation.ts'
import { pageOfAll } from './pages.ts'
import { ofAws, ofRow, policyShape, policyUsage, type StoredPolicy, type Usage } from './policy-store.ts'
import { policyVersions } from './policy-versions.ts'
import { roleLastUsed, roleShape } from './roles.ts'
import { userShape } from './users.ts'

const filters = ['User', 'Role', 'Group', 'LocalManagedPolicy', 'AWSManagedPolicy'] as const
type Filter = (typeof filters)[number]

type Item =
  | { readonly kind: 'User'; readonly row: UserRow }
  | { readonly kind: 'Group'; readonly row: GroupRow }
  | { readonly kind: 'Role'; readonly row: RoleRow }
  | { readonly kind: 'Policy'; readonly policy: StoredPolicy }

async function inlineOf(db: Db, id: string) {
  const policies = await inlinePolicies(db, id)
  return policies.map(({ name, document }) => ({ PolicyName: name, PolicyDocument: encodedDocument(document) }))
}

async function attachedOf(db: Db, id: string) {
  return (await attachedArns(db, id)).map(attachedShape)
}

async function userDetail(row: UserRow, deps: IamDeps): Promise<UserDetail> {
  const { db } = deps.store
  return {
    ...userShape(row, deps.partition),
    UserPolicyList: await inlineOf(db, row.id),
    GroupList: (await groupsOf(db, row.id)).map(({ name }) => name),
    AttachedManagedPolicies: await attachedOf(db, row.id),
    ...boundaryShape(row.boundary_arn),
    ...tagList(await deps.policies.tags(row.id)),
  }
}

async function groupDetail(row: GroupRow, deps: IamDeps): Promise<GroupDetail> {
  return {
    ...groupShape(row, deps.partition),
    GroupPolicyList: await inlineOf(deps.store.db, row.id),
    AttachedManagedPolicies: await attachedOf(deps.store.db, row.id),
  }
}

async function roleDetail(row: RoleRow, deps: IamDeps): Promise<RoleDetail> {
  const { Description: _, MaxSessionDuration: __, ...role } = await roleShape(row, deps)
  const profiles = await profilesOf(deps.store.db, row.id)
  return {
    ...role,
    InstanceProfileList: await Promise.all(profiles.map((profile) => profileShape(profile, deps))),
    RolePolicyList: await inlineOf(deps.store.db, row.id),
    AttachedManagedPolicies: await attachedOf(deps.store.db, row.id),
    ...boundaryShape(row.boundary_arn),
    ...tagList(await deps.policies.tags(row.id)),
    RoleLastUsed: roleLastUsed(row, deps.region),
  }
}

async function policyDetail(
  policy: StoredPolicy,
  usage: ReadonlyMap<string, Usage>,
  deps: IamDeps,
): Promise<ManagedPolicyDetail> {
  return {
    ...policyShape(policy, usage),
    ...(policy.description === '' ? {} : { Description: policy.description }),
    PolicyVersionList: await policyVersions(deps, policy),
  }
}

/** AWS's own policies are listed where the account uses them. */
async function itemsOf(
  db: Db,
  account: string,
  wanted: ReadonlySet<Filter>,
  usage: ReadonlyMap<string, Usage>,
  { awsManaged }: IamDeps,
): Promise<Item[]> {
  const rows = <T extends (typeof tables)['user' | 'group' | 'role'] | 'iam_policies'>(table: T) =>
    db
      .selectFrom(table as 'iam_policies')
      .selectAll()
      .where('account_id', '=', account)
      .execute()
  const items: Item[] = []
  if (wanted.has('User')) {
    for (const row of await rows(tables.user)) items.push({ kind: 'User', row: row as unknown as UserRow })
  }
  if (wanted.has('Group')) for (const row of await rows(tables.group)) items.push({ kind: 'Group', row })
  if (wanted.has('Role')) {
    for (const row of await rows(tables.role)) items.push({ kind: 'Role', row: row as unknown as RoleRow })
  }
  if (wanted.has('LocalManagedPolicy')) {
    for (const row of await rows('iam_policies')) items.push({ kind: 'Policy', policy: ofRow(row) })
  }
  if (wanted.has('AWSManagedPolicy')) {
    for (const policy of awsManaged.values()) {
      if (usage.has(policy.arn)) items.push({ kind: 'Policy', policy: ofAws(policy) })
    }
  }
  return items
}

const keyOf = (item: Item): string =>
  item.kind === 'Policy' ? `Policy ${item.policy.arn}` : `${item.kind} ${item.row.name_key}`

export const getAccountAuthorizationDetails = operation('GetAccountAuthorizationDetails', {
  constraints: { 'Filter.*': { oneOf: filters }, ...limits.pages },
  authorize: () => [requires('iam:GetAccountAuthorizationDetails', '*')],
  handle: async ({ input, caller: { account } }, deps) => {
    await deps.lastUsed.settle()
    const { db } = deps.store
    const usage = await policyUsage(db, account)
    const wanted = new Set<Filter>(input.Filter?.length ? input.Filter : filters)
    const { items, end } = pageOfAll(await itemsOf(db, account, wanted, usage, deps), input, keyOf)
    const details = {
      UserDetailList: [] as UserDetail[],
      GroupDetailList: [] as GroupDetail[],
      RoleDetailList: [] as RoleDetail[],
      Policies: [] as ManagedPolicyDetail[],
    }
    for (const item of items) {
      if (item.kind === 'User') details.UserDetailList.push(await userDetail(item.row, deps))
      else if (item.kind === 'Group') details.GroupDetailList.push(await groupDetail(item.row, deps))
      else if (item.kind === 'Role') details.RoleDetailList.push(await roleDetail(item.row, deps))
      else details.Policies.push(await policyDetail(item.policy, usage, deps))
    }
    return { ...details, ...end }
  },
})
