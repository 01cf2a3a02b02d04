/** Groups. API reference: CreateGroup, GetGroup, ListGroups, UpdateGroup, DeleteGroup. Groups carry no tags and no boundary. */

import type { Group } from '@aws-sdk/client-iam'
import { requires } from '../../kernel/requirement.ts'
import { uniqueId } from '../../principals/unique-ids.ts'
import * as limits from './constraints.ts'
import {
  checkNewName,
  type Db,
  entityArn,
  entityNamed,
  findEntity,
  type GroupRow,
  listEntities,
  nameKey,
  onEntity,
  rowArn,
  type UserRow,
} from './entities.ts'
import { checkDeletable, forgetEntity } from './entity-deletion.ts'
import { operation } from './operation.ts'
import { pageOfAll } from './pages.ts'
import { userShape } from './users.ts'

export function groupShape(group: GroupRow, partition: string): Group {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: rowArn('group', partition, group),
    CreateDate: new Date(group.created_at),
  }
}

function membersOf(db: Db, groupId: string): Promise<UserRow[]> {
  return db
    .selectFrom('iam_memberships')
    .innerJoin('iam_users', 'iam_users.id', 'iam_memberships.user_id')
    .selectAll('iam_users')
    .where('iam_memberships.group_id', '=', groupId)
    .execute()
}

export const createGroup = operation('CreateGroup', {
  constraints: { GroupName: limits.name, Path: limits.path },
  authorize: ({ input, arn }) => [requires('iam:CreateGroup', arn.group(input.Path ?? '/', input.GroupName))],
  handle: async ({ input, caller, time }, { store, partition }) => {
    const group: GroupRow = {
      id: uniqueId('group'),
      account_id: caller.account,
      name: input.GroupName,
      name_key: nameKey(input.GroupName),
      path: input.Path ?? '/',
      created_at: time,
    }
    await store.write(caller.account, async (db) => {
      await checkNewName(db, 'group', caller.account, input.GroupName)
      await db.insertInto('iam_groups').values(group).execute()
    })
    return { Group: groupShape(group, partition) }
  },
})

export const getGroup = operation('GetGroup', {
  constraints: { GroupName: limits.name, ...limits.pages },
  authorize: (call, deps) => onEntity('group', 'iam:GetGroup', call, deps, call.input.GroupName),
  handle: async ({ input, caller }, { store, partition }) => {
    const group = await entityNamed(store.db, 'group', caller.account, input.GroupName)
    const { items, end } = pageOfAll(await membersOf(store.db, group.id), input, (user) => user.name_key)
    return { Group: groupShape(group, partition), Users: items.map((user) => userShape(user, partition)), ...end }
  },
})

export const listGroups = operation('ListGroups', {
  constraints: { PathPrefix: limits.pathPrefix, ...limits.pages },
  authorize: () => [requires('iam:ListGroups', '*')],
  handle: async ({ input, caller }, { store, partition }) => {
    const { items, end } = await listEntities(store.db, 'group', caller.account, input)
    return { Groups: items.map((group) => groupShape(group, partition)), ...end }
  },
})

/** "…must have permission on both the source and the target" (API reference, UpdateGroup). */
export const updateGroup = operation('UpdateGroup', {
  constraints: { GroupName: limits.name, NewGroupName: limits.name, NewPath: limits.path },
  authorize: async (call, deps) => {
    const { input, caller } = call
    const [source] = await onEntity('group', 'iam:UpdateGroup', call, deps, input.GroupName)
    const row = await findEntity(deps.store.db, 'group', caller.account, input.GroupName)
    const path = input.NewPath ?? row?.path ?? '/'
    const target = requires('iam:UpdateGroup', entityArn('group', caller, path, input.NewGroupName ?? input.GroupName))
    return target.resource === source.resource ? [source] : [source, target]
  },
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const group = await entityNamed(db, 'group', caller.account, input.GroupName)
      const name = input.NewGroupName ?? group.name
      await checkNewName(db, 'group', caller.account, name, group)
      await db
        .updateTable('iam_groups')
        .set({ name, name_key: nameKey(name), path: input.NewPath ?? group.path })
        .where('id', '=', group.id)
        .execute()
    })
    return {}
  },
})

export const deleteGroup = operation('DeleteGroup', {
  constraints: { GroupName: limits.name },
  authorize: (call, deps) => onEntity('group', 'iam:DeleteGroup', call, deps, call.input.GroupName),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const group = await entityNamed(db, 'group', caller.account, input.GroupName)
      await checkDeletable(db, 'group', group.id)
      await forgetEntity(db, 'group', group.id)
    })
    return {}
  },
})
