/**
 * Instance profiles. API reference: CreateInstanceProfile, AddRoleToInstanceProfile, ListInstanceProfiles … A role that is put
 * into one is handed to EC2, which is `iam:PassRole`.
 */

import type { InstanceProfile } from '@aws-sdk/client-iam'
import { passRole, requires } from '../../kernel/requirement.ts'
import { uniqueId } from '../../principals/unique-ids.ts'
import { rolesPerInstanceProfile } from './account-quotas.ts'
import * as limits from './constraints.ts'
import {
  checkNewName,
  type Db,
  entityArn,
  entityNamed,
  findEntity,
  listEntities,
  nameKey,
  onEntity,
  type ProfileRow,
  type RoleRow,
  rowArn,
  tagList,
} from './entities.ts'
import { checkDeletable, forgetEntity } from './entity-deletion.ts'
import { limitExceeded, nothing } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { pageOfAll } from './pages.ts'
import { roleShape } from './roles.ts'
import { insertTags } from './tags.ts'

function rolesOf(db: Db, profileId: string): Promise<RoleRow[]> {
  return db
    .selectFrom('iam_instance_profile_roles')
    .innerJoin('iam_roles', 'iam_roles.id', 'iam_instance_profile_roles.role_id')
    .selectAll('iam_roles')
    .where('iam_instance_profile_roles.profile_id', '=', profileId)
    .execute()
}

export function profilesOf(db: Db, roleId: string): Promise<ProfileRow[]> {
  return db
    .selectFrom('iam_instance_profile_roles')
    .innerJoin('iam_instance_profiles', 'iam_instance_profiles.id', 'iam_instance_profile_roles.profile_id')
    .selectAll('iam_instance_profiles')
    .where('iam_instance_profile_roles.role_id', '=', roleId)
    .orderBy('iam_instance_profiles.name_key')
    .execute()
}

export async function profileShape(profile: ProfileRow, deps: IamDeps): Promise<InstanceProfile> {
  const roles = await rolesOf(deps.store.db, profile.id)
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: rowArn('instance profile', deps.partition, profile),
    CreateDate: new Date(profile.created_at),
    Roles: await Promise.all(roles.map((role) => roleShape(role, deps))),
  }
}

export const createInstanceProfile = operation('CreateInstanceProfile', {
  constraints: { InstanceProfileName: limits.name, Path: limits.path, ...limits.tags },
  authorize: ({ input, arn }) => {
    const resource = arn.instanceProfile(input.Path ?? '/', input.InstanceProfileName)
    const create = requires('iam:CreateInstanceProfile', resource, { requestTags: input.Tags })
    if (!input.Tags?.length) return [create]
    return [create, requires('iam:TagInstanceProfile', resource, { requestTags: input.Tags })]
  },
  handle: async ({ input, caller, time }, deps) => {
    const row: ProfileRow = {
      id: uniqueId('instanceProfile'),
      account_id: caller.account,
      name: input.InstanceProfileName,
      name_key: nameKey(input.InstanceProfileName),
      path: input.Path ?? '/',
      created_at: time,
    }
    await deps.store.write(caller.account, async (db) => {
      await checkNewName(db, 'instance profile', caller.account, input.InstanceProfileName)
      await db.insertInto('iam_instance_profiles').values(row).execute()
      await insertTags(db, row.id, input.Tags)
    })
    const tags = await deps.policies.tags(row.id)
    return { InstanceProfile: { ...(await profileShape(row, deps)), ...tagList(tags) } }
  },
})

export const getInstanceProfile = operation('GetInstanceProfile', {
  constraints: { InstanceProfileName: limits.name },
  authorize: (call, deps) =>
    onEntity('instance profile', 'iam:GetInstanceProfile', call, deps, call.input.InstanceProfileName),
  handle: async ({ input, caller }, deps) => {
    const row = await entityNamed(deps.store.db, 'instance profile', caller.account, input.InstanceProfileName)
    const tags = await deps.policies.tags(row.id)
    return { InstanceProfile: { ...(await profileShape(row, deps)), ...tagList(tags) } }
  },
})

export const listInstanceProfiles = operation('ListInstanceProfiles', {
  constraints: { PathPrefix: limits.pathPrefix, ...limits.pages },
  authorize: () => [requires('iam:ListInstanceProfiles', '*')],
  handle: async ({ input, caller }, deps) => {
    const { items, end } = await listEntities(deps.store.db, 'instance profile', caller.account, input)
    return { InstanceProfiles: await Promise.all(items.map((row) => profileShape(row, deps))), ...end }
  },
})

export const listInstanceProfilesForRole = operation('ListInstanceProfilesForRole', {
  constraints: { RoleName: limits.roleName, ...limits.pages },
  authorize: (call, deps) => onEntity('role', 'iam:ListInstanceProfilesForRole', call, deps, call.input.RoleName),
  handle: async ({ input, caller }, deps) => {
    const { id } = await entityNamed(deps.store.db, 'role', caller.account, input.RoleName)
    const { items, end } = pageOfAll(await profilesOf(deps.store.db, id), input, (row) => row.name_key)
    return { InstanceProfiles: await Promise.all(items.map((row) => profileShape(row, deps))), ...end }
  },
})

export const addRoleToInstanceProfile = operation('AddRoleToInstanceProfile', {
  constraints: { InstanceProfileName: limits.name, RoleName: limits.roleName },
  authorize: async (call, deps) => {
    const { input, caller } = call
    const [add] = await onEntity(
      'instance profile',
      'iam:AddRoleToInstanceProfile',
      call,
      deps,
      input.InstanceProfileName,
    )
    const role = await findEntity(deps.store.db, 'role', caller.account, input.RoleName)
    return [add, passRole(entityArn('role', caller, role?.path ?? '/', input.RoleName), 'ec2.amazonaws.com')]
  },
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const profile = await entityNamed(db, 'instance profile', caller.account, input.InstanceProfileName)
      const role = await entityNamed(db, 'role', caller.account, input.RoleName)
      if ((await rolesOf(db, profile.id)).length >= rolesPerInstanceProfile) {
        throw limitExceeded('InstanceSessionsPerInstanceProfile', rolesPerInstanceProfile)
      }
      await db.insertInto('iam_instance_profile_roles').values({ profile_id: profile.id, role_id: role.id }).execute()
    })
    return {}
  },
})

export const removeRoleFromInstanceProfile = operation('RemoveRoleFromInstanceProfile', {
  constraints: { InstanceProfileName: limits.name, RoleName: limits.roleName },
  authorize: (call, deps) =>
    onEntity('instance profile', 'iam:RemoveRoleFromInstanceProfile', call, deps, call.input.InstanceProfileName),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const profile = await entityNamed(db, 'instance profile', caller.account, input.InstanceProfileName)
      const role = await entityNamed(db, 'role', caller.account, input.RoleName)
      const { numDeletedRows } = await db
        .deleteFrom('iam_instance_profile_roles')
        .where('profile_id', '=', profile.id)
        .where('role_id', '=', role.id)
        .executeTakeFirstOrThrow()
      if (numDeletedRows === 0n) throw nothing(`Role ${role.name} is not in instance profile ${profile.name}.`)
    })
    return {}
  },
})

export const deleteInstanceProfile = operation('DeleteInstanceProfile', {
  constraints: { InstanceProfileName: limits.name },
  authorize: (call, deps) =>
    onEntity('instance profile', 'iam:DeleteInstanceProfile', call, deps, call.input.InstanceProfileName),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const profile = await entityNamed(db, 'instance profile', caller.account, input.InstanceProfileName)
      await checkDeletable(db, 'instance profile', profile.id)
      await forgetEntity(db, 'instance profile', profile.id)
    })
    return {}
  },
})
