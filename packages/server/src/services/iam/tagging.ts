/** Tagging of users, roles, policies and instance profiles. API reference: TagUser, UntagUser, ListUserTags and their siblings. */

import * as limits from './constraints.ts'
import { entityNamed, onEntity } from './entities.ts'
import type { EntityKind } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { onPolicy } from './policies.ts'
import { ownPolicy } from './policy-store.ts'
import { deleteTags, insertTags, tagPage } from './tags.ts'

type Tags = { Key: string; Value: string }[]

async function tag(deps: IamDeps, account: string, kind: EntityKind, name: string, tags: Tags): Promise<object> {
  await deps.store.write(account, async (db) => {
    const { id } = await entityNamed(db, kind, account, name)
    await insertTags(db, id, tags)
  })
  return {}
}

async function untag(deps: IamDeps, account: string, kind: EntityKind, name: string, keys: string[]): Promise<object> {
  await deps.store.write(account, async (db) => {
    const { id } = await entityNamed(db, kind, account, name)
    await deleteTags(db, id, keys)
  })
  return {}
}

export const tagUser = operation('TagUser', {
  constraints: { UserName: limits.name, ...limits.tags },
  authorize: (call, deps) =>
    onEntity('user', 'iam:TagUser', call, deps, call.input.UserName, { requestTags: call.input.Tags }),
  handle: ({ input, caller }, deps) => tag(deps, caller.account, 'user', input.UserName, input.Tags),
})

export const untagUser = operation('UntagUser', {
  constraints: { UserName: limits.name, ...limits.tagKeys },
  authorize: (call, deps) =>
    onEntity('user', 'iam:UntagUser', call, deps, call.input.UserName, { tagKeys: call.input.TagKeys }),
  handle: ({ input, caller }, deps) => untag(deps, caller.account, 'user', input.UserName, input.TagKeys),
})

export const listUserTags = operation('ListUserTags', {
  constraints: { UserName: limits.name, ...limits.pages },
  authorize: (call, deps) => onEntity('user', 'iam:ListUserTags', call, deps, call.input.UserName),
  handle: async ({ input, caller }, deps) => {
    const { id } = await entityNamed(deps.store.db, 'user', caller.account, input.UserName)
    return tagPage(deps, id, input)
  },
})

export const tagRole = operation('TagRole', {
  constraints: { RoleName: limits.roleName, ...limits.tags },
  authorize: (call, deps) =>
    onEntity('role', 'iam:TagRole', call, deps, call.input.RoleName, { requestTags: call.input.Tags }),
  handle: ({ input, caller }, deps) => tag(deps, caller.account, 'role', input.RoleName, input.Tags),
})

export const untagRole = operation('UntagRole', {
  constraints: { RoleName: limits.roleName, ...limits.tagKeys },
  authorize: (call, deps) =>
    onEntity('role', 'iam:UntagRole', call, deps, call.input.RoleName, { tagKeys: call.input.TagKeys }),
  handle: ({ input, caller }, deps) => untag(deps, caller.account, 'role', input.RoleName, input.TagKeys),
})

export const listRoleTags = operation('ListRoleTags', {
  constraints: { RoleName: limits.roleName, ...limits.pages },
  authorize: (call, deps) => onEntity('role', 'iam:ListRoleTags', call, deps, call.input.RoleName),
  handle: async ({ input, caller }, deps) => {
    const { id } = await entityNamed(deps.store.db, 'role', caller.account, input.RoleName)
    return tagPage(deps, id, input)
  },
})

export const tagInstanceProfile = operation('TagInstanceProfile', {
  constraints: { InstanceProfileName: limits.name, ...limits.tags },
  authorize: (call, deps) =>
    onEntity('instance profile', 'iam:TagInstanceProfile', call, deps, call.input.InstanceProfileName, {
      requestTags: call.input.Tags,
    }),
  handle: ({ input, caller }, deps) =>
    tag(deps, caller.account, 'instance profile', input.InstanceProfileName, input.Tags),
})

export const untagInstanceProfile = operation('UntagInstanceProfile', {
  constraints: { InstanceProfileName: limits.name, ...limits.tagKeys },
  authorize: (call, deps) =>
    onEntity('instance profile', 'iam:UntagInstanceProfile', call, deps, call.input.InstanceProfileName, {
      tagKeys: call.input.TagKeys,
    }),
  handle: ({ input, caller }, deps) =>
    untag(deps, caller.account, 'instance profile', input.InstanceProfileName, input.TagKeys),
})

export const listInstanceProfileTags = operation('ListInstanceProfileTags', {
  constraints: { InstanceProfileName: limits.name, ...limits.pages },
  authorize: (call, deps) =>
    onEntity('instance profile', 'iam:ListInstanceProfileTags', call, deps, call.input.InstanceProfileName),
  handle: async ({ input, caller }, deps) => {
    const { id } = await entityNamed(deps.store.db, 'instance profile', caller.account, input.InstanceProfileName)
    return tagPage(deps, id, input)
  },
})

export const tagPolicy = operation('TagPolicy', {
  constraints: { PolicyArn: limits.arn, ...limits.tags },
  authorize: ({ input }) => [onPolicy('iam:TagPolicy', input.PolicyArn, { requestTags: input.Tags })],
  handle: async ({ input, caller }, deps) => {
    await deps.store.write(caller.account, async (db) => {
      const { id } = await ownPolicy(db, caller.account, input.PolicyArn)
      await insertTags(db, id, input.Tags)
    })
    return {}
  },
})

export const untagPolicy = operation('UntagPolicy', {
  constraints: { PolicyArn: limits.arn, ...limits.tagKeys },
  authorize: ({ input }) => [onPolicy('iam:UntagPolicy', input.PolicyArn, { tagKeys: input.TagKeys })],
  handle: async ({ input, caller }, deps) => {
    await deps.store.write(caller.account, async (db) => {
      const { id } = await ownPolicy(db, caller.account, input.PolicyArn)
      await deleteTags(db, id, input.TagKeys)
    })
    return {}
  },
})

export const listPolicyTags = operation('ListPolicyTags', {
  constraints: { PolicyArn: limits.arn, ...limits.pages },
  authorize: ({ input }) => [onPolicy('iam:ListPolicyTags', input.PolicyArn)],
  handle: async ({ input, caller }, deps) => {
    const { id } = await ownPolicy(deps.store.db, caller.account, input.PolicyArn)
    return tagPage(deps, id, input)
  },
})
