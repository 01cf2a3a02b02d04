/** Service-managed users. API reference: CreateUser, DescribeUser, UpdateUser, ListUsers, DeleteUser. */

import { passRole, requires } from '../../kernel/requirement.ts'
import { alreadyExists, invalidRequest } from './faults.ts'
import { operation, type TransferDeps, topicOf } from './operation.ts'
import { pageOf, pageSize, startOf } from './page.ts'
import { passedTo } from './server-input.ts'
import { serverNamed, settingsOf } from './server-rows.ts'
import { blankRemark, isBlank } from './session-policy.ts'
import { addKey } from './ssh-public-keys.ts'
import { checkedTags, dropTags, putTags, tagList, tagsOfArn } from './tag-rows.ts'
import { findUser, userKeys, userNamed, userSettingsOf } from './user-rows.ts'
import { settingsFault, type UserSettings } from './user-settings.ts'

/** The length of a policy is a rule of the service, worded as one. */
export const policyConstraint = { Policy: {} }

/** The members of a request that describe a user; those not given are left out. */
export function givenSettings(
  input: {
    readonly [K in keyof UserSettings]?: UserSettings[K] | undefined
  },
): Partial<UserSettings> {
  const { Role, HomeDirectory, HomeDirectoryType, HomeDirectoryMappings, Policy, PosixProfile } = input
  const all = { Role, HomeDirectory, HomeDirectoryType, HomeDirectoryMappings, Policy, PosixProfile }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

export function checkSettings(settings: UserSettings, domain: string): void {
  const fault = settingsFault(settings, domain)
  if (fault !== undefined) throw invalidRequest(fault)
}

/** A blank policy restricts nothing: allowed, and said aloud. */
export function noticeBlank(
  { Policy: text }: { readonly Policy?: string | undefined },
  who: string,
  { notice }: TransferDeps,
): void {
  if (text !== undefined && isBlank(text)) notice(`${who} has a blank session policy: nothing narrows the role`)
}

/** As an answer shows them: text unsubstituted, nothing that was not given. */
export function shownSettings(settings: UserSettings) {
  const { HomeDirectoryMappings: mappings, PosixProfile: profile, ...rest } = givenSettings(settings)
  return {
    ...rest,
    HomeDirectoryType: settings.HomeDirectoryType ?? ('PATH' as const),
    ...(mappings === undefined
      ? {}
      : {
          HomeDirectoryMappings: mappings.map(({ Entry, Target, Type }) => ({ Entry, Target, ...mappingType(Type) })),
        }),
    ...(profile === undefined
      ? {}
      : {
          PosixProfile: {
            Uid: profile.Uid,
            Gid: profile.Gid,
            ...(profile.SecondaryGids === undefined ? {} : { SecondaryGids: [...profile.SecondaryGids] }),
          },
        }),
  }
}

function mappingType(type: string | undefined): { Type?: 'FILE' | 'DIRECTORY' } {
  return type === 'FILE' || type === 'DIRECTORY' ? { Type: type } : {}
}

export const createUser = operation('CreateUser', {
  constraints: policyConstraint,
  remark: ({ Policy }) => blankRemark(Policy),
  authorize: ({ input, arn }) => [
    requires('transfer:CreateUser', arn.server(input.ServerId), { requestTags: input.Tags }),
    passRole(input.Role, passedTo, arn.user(input.ServerId, input.UserName)),
  ],
  handle: async ({ input, caller, time, arn }, deps) => {
    const tags = checkedTags(input.Tags)
    const { ServerId: serverId, UserName: name } = input
    const settings: UserSettings = { Role: input.Role, ...givenSettings(input) }
    if (name.toLowerCase() === 'root') throw invalidRequest('The user name root is blocked.')
    await deps.store.write(topicOf(caller.account), async (db) => {
      const server = settingsOf(await serverNamed(db, arn.scope, serverId))
      if (server.IdentityProviderType !== 'SERVICE_MANAGED') {
        throw invalidRequest('Users can be created only on a server with IdentityProviderType SERVICE_MANAGED.')
      }
      checkSettings(settings, server.Domain)
      if ((await findUser(db, serverId, name)) !== undefined) throw alreadyExists('User', name, 'User already exists')
      await db
        .insertInto('transfer_users')
        .values({ server_id: serverId, name, created_at: time, settings: JSON.stringify(settings) })
        .execute()
      if (input.SshPublicKeyBody) await addKey(db, { serverId, name, body: input.SshPublicKeyBody, time })
      await putTags(db, arn.user(serverId, name), tags)
    })
    noticeBlank(input, arn.user(serverId, name), deps)
    return { ServerId: serverId, UserName: name }
  },
})

export const describeUser = operation('DescribeUser', {
  authorize: ({ input, arn }) => [requires('transfer:DescribeUser', arn.user(input.ServerId, input.UserName))],
  handle: async ({ input, arn }, { store: { db } }) => {
    await serverNamed(db, arn.scope, input.ServerId)
    const row = await userNamed(db, input.ServerId, input.UserName)
    const Arn = arn.user(input.ServerId, row.name)
    const keys = await userKeys(db, input.ServerId, row.name)
    return {
      ServerId: input.ServerId,
      User: {
        Arn,
        ...shownSettings(userSettingsOf(row)),
        SshPublicKeys: keys.map(({ id, body, created_at }) => ({
          DateImported: new Date(created_at),
          SshPublicKeyBody: body,
          SshPublicKeyId: id,
        })),
        Tags: tagList(await tagsOfArn(db, Arn)),
        UserName: row.name,
      },
    }
  },
})

export const updateUser = operation('UpdateUser', {
  constraints: policyConstraint,
  remark: ({ Policy }) => blankRemark(Policy),
  authorize: ({ input, arn }) => [
    requires('transfer:UpdateUser', arn.user(input.ServerId, input.UserName)),
    ...(input.Role === undefined ? [] : [passRole(input.Role, passedTo, arn.user(input.ServerId, input.UserName))]),
  ],
  handle: async ({ input, caller, arn }, deps) => {
    await deps.store.write(topicOf(caller.account), async (db) => {
      const server = settingsOf(await serverNamed(db, arn.scope, input.ServerId))
      const row = await userNamed(db, input.ServerId, input.UserName)
      const settings = changedUser(userSettingsOf(row), givenSettings(input))
      checkSettings(settings, server.Domain)
      await db
        .updateTable('transfer_users')
        .set({ settings: JSON.stringify(settings) })
        .where('server_id', '=', input.ServerId)
        .where('name', '=', row.name)
        .execute()
    })
    noticeBlank(input, arn.user(input.ServerId, input.UserName), deps)
    return { ServerId: input.ServerId, UserName: input.UserName }
  },
})

/** An absent member keeps the stored value. A switch back to PATH leaves mappings behind. */
export function changedUser(old: UserSettings, given: Partial<UserSettings>): UserSettings {
  const settings = { ...old, ...given }
  if (given.HomeDirectoryType !== 'PATH' || given.HomeDirectoryMappings !== undefined) return settings
  const { HomeDirectoryMappings: _, ...rest } = settings
  return rest
}

export const listUsers = operation('ListUsers', {
  authorize: ({ input, arn }) => [requires('transfer:ListUsers', arn.server(input.ServerId))],
  handle: async ({ input, arn }, { store: { db } }) => {
    await serverNamed(db, arn.scope, input.ServerId)
    const rows = await db
      .selectFrom('transfer_users')
      .selectAll()
      .where('server_id', '=', input.ServerId)
      .where('name', '>', startOf(input))
      .orderBy('name')
      .limit(pageSize(input) + 1)
      .execute()
    const { items, NextToken } = pageOf(rows, input, ({ name }) => name)
    const counts = await db
      .selectFrom('transfer_user_keys')
      .select(['user_name', (eb) => eb.fn.countAll<number>().as('count')])
      .where('server_id', '=', input.ServerId)
      .groupBy('user_name')
      .execute()
    const keys = new Map(counts.map(({ user_name, count }) => [user_name, Number(count)]))
    return {
      ServerId: input.ServerId,
      Users: items.map((row) => {
        const { HomeDirectory, HomeDirectoryType, Role } = userSettingsOf(row)
        return {
          Arn: arn.user(input.ServerId, row.name),
          ...(HomeDirectory === undefined ? {} : { HomeDirectory }),
          HomeDirectoryType: HomeDirectoryType ?? ('PATH' as const),
          Role,
          SshPublicKeyCount: keys.get(row.name) ?? 0,
          UserName: row.name,
        }
      }),
      ...NextToken,
    }
  },
})

export const deleteUser = operation('DeleteUser', {
  authorize: ({ input, arn }) => [requires('transfer:DeleteUser', arn.user(input.ServerId, input.UserName))],
  handle: async ({ input, caller, arn }, deps) => {
    const { ServerId: serverId, UserName: name } = input
    await deps.store.write(topicOf(caller.account), async (db) => {
      await serverNamed(db, arn.scope, serverId)
      await userNamed(db, serverId, name)
      await db.deleteFrom('transfer_users').where('server_id', '=', serverId).where('name', '=', name).execute()
      await db
        .deleteFrom('transfer_user_keys')
        .where('server_id', '=', serverId)
        .where('user_name', '=', name)
        .execute()
      await dropTags(db, arn.user(serverId, name))
    })
    await deps.gateway.changed(serverId, name)
    return {}
  },
})
