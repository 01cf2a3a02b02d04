/** IAM users. API reference: CreateUser, GetUser, ListUsers, UpdateUser, DeleteUser. */

import type { User } from '@aws-sdk/client-iam'
import { requires } from '../../kernel/requirement.ts'
import { tagsOf } from '../../kernel/tags.ts'
import { iamArn } from '../../principals/arns.ts'
import { uniqueId } from '../../principals/unique-ids.ts'
import { boundaryContext, boundaryShape, requestedBoundary } from './boundaries.ts'
import * as limits from './constraints.ts'
import {
  checkNewName,
  entityArn,
  entityNamed,
  findEntity,
  listEntities,
  nameKey,
  onEntity,
  rowArn,
  tagList,
  type UserRow,
} from './entities.ts'
import { checkDeletable, forgetEntity } from './entity-deletion.ts'
import { operation } from './operation.ts'
import { meantUserRow, onMeantUser } from './self.ts'
import { insertTags } from './tags.ts'

export function userShape(user: UserRow, partition: string): User {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: rowArn('user', partition, user),
    CreateDate: new Date(user.created_at),
  }
}

export const createUser = operation('CreateUser', {
  constraints: { UserName: limits.newUserName, Path: limits.path, PermissionsBoundary: limits.arn, ...limits.tags },
  authorize: ({ input, arn }) => {
    const resource = arn.user(input.Path ?? '/', input.UserName)
    const details = { requestTags: input.Tags, ...boundaryContext(input.PermissionsBoundary) }
    const create = requires('iam:CreateUser', resource, details)
    if (!input.Tags?.length) return [create]
    return [create, requires('iam:TagUser', resource, { requestTags: input.Tags })]
  },
  handle: async ({ input, caller, time }, deps) => {
    const tags = tagsOf(input.Tags)
    const user = await deps.store.write(caller.account, async (db) => {
      await checkNewName(db, 'user', caller.account, input.UserName)
      const row: UserRow = {
        id: uniqueId('user'),
        account_id: caller.account,
        name: input.UserName,
        name_key: nameKey(input.UserName),
        path: input.Path ?? '/',
        created_at: time,
        boundary_arn: await requestedBoundary(db, deps, caller.account, input.PermissionsBoundary),
      }
      await db.insertInto('iam_users').values(row).execute()
      await insertTags(db, row.id, input.Tags)
      return row
    })
    return { User: { ...userShape(user, deps.partition), ...boundaryShape(user.boundary_arn), ...tagList(tags) } }
  },
})

export const getUser = operation('GetUser', {
  constraints: { UserName: limits.name },
  authorize: (call, deps) => onMeantUser('iam:GetUser', call, deps, call.input.UserName),
  handle: async ({ input, caller }, deps) => {
    const user = await meantUserRow(deps.store.db, caller, input.UserName)
    if (user === undefined) return { User: await rootShape(caller.account) }
    const tags = await deps.policies.tags(user.id)
    return { User: { ...userShape(user, deps.partition), ...boundaryShape(user.boundary_arn), ...tagList(tags) } }

    async function rootShape(account: string): Promise<User> {
      const { created_at } = await deps.store.db
        .selectFrom('accounts')
        .select('created_at')
        .where('id', '=', account)
        .executeTakeFirstOrThrow()
      const Arn = iamArn(caller).root()
      return { Path: '/', UserName: 'root', UserId: account, Arn, CreateDate: new Date(created_at) }
    }
  },
})

export const listUsers = operation('ListUsers', {
  constraints: { PathPrefix: limits.pathPrefix, ...limits.pages },
  authorize: () => [requires('iam:ListUsers', '*')],
  handle: async ({ input, caller }, { store, partition }) => {
    const { items, end } = await listEntities(store.db, 'user', caller.account, input)
    return { Users: items.map((user) => userShape(user, partition)), ...end }
  },
})

/** "…must have permission on both the source and the target" (API reference, UpdateUser). */
export const updateUser = operation('UpdateUser', {
  constraints: { UserName: limits.name, NewUserName: limits.newUserName, NewPath: limits.path },
  authorize: async (call, deps) => {
    const { input, caller } = call
    const [source] = await onEntity('user', 'iam:UpdateUser', call, deps, input.UserName)
    const row = await findEntity(deps.store.db, 'user', caller.account, input.UserName)
    const path = input.NewPath ?? row?.path ?? '/'
    const target = requires('iam:UpdateUser', entityArn('user', caller, path, input.NewUserName ?? input.UserName))
    return target.resource === source.resource ? [source] : [source, target]
  },
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const user = await entityNamed(db, 'user', caller.account, input.UserName)
      const name = input.NewUserName ?? user.name
      await checkNewName(db, 'user', caller.account, name, user)
      await db
        .updateTable('iam_users')
        .set({ name, name_key: nameKey(name), path: input.NewPath ?? user.path })
        .where('id', '=', user.id)
        .execute()
    })
    return {}
  },
})

export const deleteUser = operation('DeleteUser', {
  constraints: { UserName: limits.name },
  authorize: (call, deps) => onEntity('user', 'iam:DeleteUser', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const user = await entityNamed(db, 'user', caller.account, input.UserName)
      await checkDeletable(db, 'user', user.id)
      await forgetEntity(db, 'user', user.id)
    })
    return {}
  },
})
