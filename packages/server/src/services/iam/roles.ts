/** Roles and their trust policies. API reference: CreateRole, GetRole. */

import type { Role } from '@aws-sdk/client-iam'
import { policySize, quotas } from '@scopedown/engine'
import { requires } from '../../kernel/requirement.ts'
import { tagsOf } from '../../kernel/tags.ts'
import { iamArn } from '../../principals/arns.ts'
import { freezePrincipals, thawPrincipals } from '../../principals/frozen-principals.ts'
import { uniqueId } from '../../principals/unique-ids.ts'
import * as limits from './constraints.ts'
import { checkedPolicy } from './documents.ts'
import { boundaryOf, type Db, nameKey, type RoleRow, roleArn, roleNamed, tagList } from './entities.ts'
import { alreadyExists, limitExceeded, malformedPolicy } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { insertTags } from './tags.ts'
import { requireBoundary } from './users.ts'

const defaultSessionSeconds = 3600

/** Documents travel percent-encoded (RFC 3986) in IAM's answers. */
export async function roleShape(role: RoleRow, deps: IamDeps): Promise<Role> {
  const policy = deps.policyCache.stored(role.trust_policy, 'trust', role.id)
  const document = await thawPrincipals(deps.store.db, role.trust_policy, policy, deps.partition)
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: iamArn({ partition: deps.partition, account: role.account_id }).role(role.path, role.name),
    CreateDate: new Date(role.created_at),
    AssumeRolePolicyDocument: encodeURIComponent(document),
    ...(role.description === '' ? {} : { Description: role.description }),
    MaxSessionDuration: role.max_session_seconds,
    ...boundaryOf(role.boundary_arn),
  }
}

/** Checked, measured, its principals frozen. */
export async function trustPolicy(db: Db, text: string): Promise<string> {
  const policy = checkedPolicy(text, 'trust')
  if (policySize(text, 'trust') > quotas.trust.characters)
    throw limitExceeded('ACLSizePerRole', quotas.trust.characters)
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
    const context =
      input.PermissionsBoundary === undefined ? {} : { 'iam:PermissionsBoundary': input.PermissionsBoundary }
    const create = requires('iam:CreateRole', resource, { requestTags: input.Tags, context })
    if (!input.Tags?.length) return [create]
    return [create, requires('iam:TagRole', resource, { requestTags: input.Tags })]
  },
  handle: async ({ input, caller, time }, deps) => {
    const boundary = await requireBoundary(deps, input.PermissionsBoundary)
    const tags = tagsOf(input.Tags)
    const role = await deps.store.write(caller.account, async (db) => {
      const row: RoleRow = {
        id: uniqueId('role'),
        account_id: caller.account,
        name: input.RoleName,
        name_key: nameKey(input.RoleName),
        path: input.Path ?? '/',
        created_at: time,
        trust_policy: await trustPolicy(db, input.AssumeRolePolicyDocument),
        description: input.Description ?? '',
        max_session_seconds: input.MaxSessionDuration ?? defaultSessionSeconds,
        boundary_arn: boundary,
        last_used_at: null,
        last_used_region: null,
      }
      const taken = await db
        .selectFrom('iam_roles')
        .select('id')
        .where('account_id', '=', caller.account)
        .where('name_key', '=', row.name_key)
        .executeTakeFirst()
      if (taken !== undefined) throw alreadyExists('role', input.RoleName)
      await db.insertInto('iam_roles').values(row).execute()
      await insertTags(db, row.id, tags)
      return row
    })
    return { Role: { ...(await roleShape(role, deps)), ...tagList(tags) } }
  },
})

export const getRole = operation('GetRole', {
  constraints: { RoleName: limits.roleName },
  authorize: async ({ input, caller }, { store }) => [
    requires('iam:GetRole', await roleArn(store.db, caller, input.RoleName)),
  ],
  handle: async ({ input, caller }, deps) => {
    const role = await roleNamed(deps.store.db, caller.account, input.RoleName)
    const tags = await deps.policies.tags(role.id)
    const used =
      role.last_used_at === null
        ? {}
        : { LastUsedDate: new Date(role.last_used_at), Region: role.last_used_region ?? deps.region }
    return { Role: { ...(await roleShape(role, deps)), ...tagList(tags), RoleLastUsed: used } }
  },
})
