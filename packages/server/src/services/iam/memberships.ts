/** Who is in which group. API reference: AddUserToGroup, RemoveUserFromGroup, ListGroupsForUser. */

import { groupsPerUser } from './account-quotas.ts'
import * as limits from './constraints.ts'
import { type Db, entityNamed, type GroupRow, onEntity } from './entities.ts'
import { limitExceeded, nothing } from './faults.ts'
import { groupShape } from './groups.ts'
import { operation } from './operation.ts'
import { pageOfAll } from './pages.ts'

export function groupsOf(db: Db, userId: string): Promise<GroupRow[]> {
  return db
    .selectFrom('iam_memberships')
    .innerJoin('iam_groups', 'iam_groups.id', 'iam_memberships.group_id')
    .selectAll('iam_groups')
    .where('iam_memberships.user_id', '=', userId)
    .orderBy('iam_groups.name_key')
    .execute()
}

const constraints = { GroupName: limits.name, UserName: limits.name }

export const addUserToGroup = operation('AddUserToGroup', {
  constraints,
  authorize: (call, deps) => onEntity('group', 'iam:AddUserToGroup', call, deps, call.input.GroupName),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const group = await entityNamed(db, 'group', caller.account, input.GroupName)
      const user = await entityNamed(db, 'user', caller.account, input.UserName)
      const groups = await groupsOf(db, user.id)
      if (groups.some(({ id }) => id === group.id)) return
      if (groups.length >= groupsPerUser) throw limitExceeded('GroupsPerUser', groupsPerUser)
      await db.insertInto('iam_memberships').values({ group_id: group.id, user_id: user.id }).execute()
    })
    return {}
  },
})

export const removeUserFromGroup = operation('RemoveUserFromGroup', {
  constraints,
  authorize: (call, deps) => onEntity('group', 'iam:RemoveUserFromGroup', call, deps, call.input.GroupName),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const group = await entityNamed(db, 'group', caller.account, input.GroupName)
      const user = await entityNamed(db, 'user', caller.account, input.UserName)
      const { numDeletedRows } = await db
        .deleteFrom('iam_memberships')
        .where('group_id', '=', group.id)
        .where('user_id', '=', user.id)
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) throw nothing(`User ${user.name} is not in group ${group.name}.`)
    })
    return {}
  },
})

export const listGroupsForUser = operation('ListGroupsForUser', {
  constraints: { UserName: limits.name, ...limits.pages },
  authorize: (call, deps) => onEntity('user', 'iam:ListGroupsForUser', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store, partition }) => {
    const user = await entityNamed(store.db, 'user', caller.account, input.UserName)
    const { items, end } = pageOfAll(await groupsOf(store.db, user.id), input, (group) => group.name_key)
    return { Groups: items.map((group) => groupShape(group, partition)), ...end }
  },
})
