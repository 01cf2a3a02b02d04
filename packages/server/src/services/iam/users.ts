/** IAM users. API reference: CreateUser, GetUser. */

import type { User } from '@aws-sdk/client-iam'
import { requires } from '../../kernel/requirement.ts'
import { tagsOf } from '../../kernel/tags.ts'
import { iamArn } from '../../principals/arns.ts'
import { uniqueId } from '../../principals/unique-ids.ts'
import * as limits from './constraints.ts'
import { boundaryOf, findUser, nameKey, tagList, type UserRow, userArn } from './entities.ts'
import { alreadyExists, noSuchEntity } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { insertTags } from './tags.ts'

export function userShape(user: UserRow, partition: string): User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: iamArn({ partition, account: user.account_id }).user(user.path, user.name),
    CreateDate: new Date(user.created_at),
  }
}

export async function requireBoundary(deps: IamDeps, policyArn: string | undefined): Promise<string | null> {
  if (policyArn === undefined) return null
  if ((await deps.policies.documents([policyArn])).has(policyArn)) return policyArn
  throw noSuchEntity('policy', policyArn)
}

export const createUser = operation('CreateUser', {
  constraints: { UserName: limits.newName, Path: limits.path, PermissionsBoundary: limits.arn, ...limits.tags },
  authorize: ({ input, arn }) => {
    const resource = arn.user(input.Path ?? '/', input.UserName)
    const context =
      input.PermissionsBoundary === undefined ? {} : { 'iam:PermissionsBoundary': input.PermissionsBoundary }
    const create = requires('iam:CreateUser', resource, { requestTags: input.Tags, context })
    if (!input.Tags?.length) return [create]
    return [create, requires('iam:TagUser', resource, { requestTags: input.Tags })]
  },
  handle: async ({ input, caller, time }, deps) => {
    const boundary = await requireBoundary(deps, input.PermissionsBoundary)
    const user: UserRow = {
      id: uniqueId('user'),
      account_id: caller.account,
      name: input.UserName,
      name_key: nameKey(input.UserName),
      path: input.Path ?? '/',
      created_at: time,
      boundary_arn: boundary,
    }
    const tags = tagsOf(input.Tags)
    await deps.store.write(caller.account, async (db) => {
      const taken = await db
        .selectFrom('iam_users')
        .select('id')
        .where('account_id', '=', caller.account)
        .where('name_key', '=', user.name_key)
        .executeTakeFirst()
      if (taken !== undefined) throw alreadyExists('user', input.UserName)
      await db.insertInto('iam_users').values(user).execute()
      await insertTags(db, user.id, tags)
    })
    return { User: { ...userShape(user, deps.partition), ...boundaryOf(boundary), ...tagList(tags) } }
  },
})

export const getUser = operation('GetUser', {
  constraints: { UserName: limits.name },
  authorize: async ({ input, caller }, { store }) => {
    // Without a name the caller asks about itself.
    if (input.UserName === undefined) return [requires('iam:GetUser', callerUserArn(caller.principal, caller.arn))]
    return [requires('iam:GetUser', await userArn(store.db, caller, input.UserName))]
  },
  handle: async ({ input, caller }, deps) => {
    const { principal } = caller
    if (input.UserName === undefined && principal.kind === 'root') {
      const root = iamArn(caller).root()
      return { User: { Path: '/', UserName: 'root', UserId: caller.account, Arn: root, CreateDate: new Date(0) } }
    }
    const name = input.UserName ?? (principal.kind === 'user' ? principal.name : undefined)
    const user = name === undefined ? undefined : await findUser(deps.store.db, caller.account, name)
    if (user === undefined) throw noSuchEntity('user', name ?? caller.arn)
    const tags = await deps.policies.tags(user.id)
    return { User: { ...userShape(user, deps.partition), ...boundaryOf(user.boundary_arn), ...tagList(tags) } }
  },
})

function callerUserArn(principal: { readonly kind: string }, arn: string): string {
  return principal.kind === 'user' ? arn : '*'
}
