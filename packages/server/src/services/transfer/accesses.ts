/** Accesses of directory groups. API reference: CreateAccess, DescribeAccess, UpdateAccess, ListAccesses, DeleteAccess. */

import { passRole, requires } from '../../kernel/requirement.ts'
import { alreadyExists, invalidRequest, notFound } from './faults.ts'
import { operation, type TransferDb, topicOf } from './operation.ts'
import { pageOf, pageSize, startOf } from './page.ts'
import { passedTo } from './server-input.ts'
import { serverNamed, settingsOf } from './server-rows.ts'
import { blankRemark } from './session-policy.ts'
import type { UserSettings } from './user-settings.ts'
import { changedUser, checkSettings, givenSettings, noticeBlank, policyConstraint, shownSettings } from './users.ts'

async function accessNamed(db: TransferDb, serverId: string, id: string): Promise<UserSettings> {
  const row = await db
    .selectFrom('transfer_accesses')
    .select('settings')
    .where('server_id', '=', serverId)
    .where('external_id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw notFound('Access', id)
  return JSON.parse(row.settings) as UserSettings
}

export const createAccess = operation('CreateAccess', {
  constraints: policyConstraint,
  remark: ({ Policy }) => blankRemark(Policy),
  authorize: ({ input, arn }) => [
    requires('transfer:CreateAccess', arn.server(input.ServerId)),
    passRole(input.Role, passedTo, arn.server(input.ServerId)),
  ],
  handle: async ({ input, caller, arn }, deps) => {
    const { ServerId: server_id, ExternalId: external_id } = input
    const settings: UserSettings = { Role: input.Role, ...givenSettings(input) }
    await deps.store.write(topicOf(caller.account), async (db) => {
      const server = settingsOf(await serverNamed(db, arn.scope, server_id))
      if (server.IdentityProviderType !== 'AWS_DIRECTORY_SERVICE') {
        throw invalidRequest('An access needs a server with IdentityProviderType AWS_DIRECTORY_SERVICE.')
      }
      checkSettings(settings, server.Domain)
      const made = await db
        .insertInto('transfer_accesses')
        .values({ server_id, external_id, settings: JSON.stringify(settings) })
        .onConflict((conflict) => conflict.doNothing())
        .returning('external_id')
        .executeTakeFirst()
      if (made === undefined) throw alreadyExists('Access', external_id, 'Access already exists')
    })
    noticeBlank(input, `access ${external_id} of ${arn.server(server_id)}`, deps)
    return { ServerId: server_id, ExternalId: external_id }
  },
})

export const describeAccess = operation('DescribeAccess', {
  authorize: ({ input, arn }) => [requires('transfer:DescribeAccess', arn.server(input.ServerId))],
  handle: async ({ input, arn }, { store: { db } }) => {
    await serverNamed(db, arn.scope, input.ServerId)
    const settings = await accessNamed(db, input.ServerId, input.ExternalId)
    return { ServerId: input.ServerId, Access: { ...shownSettings(settings), ExternalId: input.ExternalId } }
  },
})

export const updateAccess = operation('UpdateAccess', {
  constraints: policyConstraint,
  remark: ({ Policy }) => blankRemark(Policy),
  authorize: ({ input, arn }) => [
    requires('transfer:UpdateAccess', arn.server(input.ServerId)),
    ...(input.Role === undefined ? [] : [passRole(input.Role, passedTo, arn.server(input.ServerId))]),
  ],
  handle: async ({ input, caller, arn }, deps) => {
    await deps.store.write(topicOf(caller.account), async (db) => {
      const server = settingsOf(await serverNamed(db, arn.scope, input.ServerId))
      const settings = changedUser(await accessNamed(db, input.ServerId, input.ExternalId), givenSettings(input))
      checkSettings(settings, server.Domain)
      await db
        .updateTable('transfer_accesses')
        .set({ settings: JSON.stringify(settings) })
        .where('server_id', '=', input.ServerId)
        .where('external_id', '=', input.ExternalId)
        .execute()
    })
    noticeBlank(input, `access ${input.ExternalId} of ${arn.server(input.ServerId)}`, deps)
    return { ServerId: input.ServerId, ExternalId: input.ExternalId }
  },
})

export const listAccesses = operation('ListAccesses', {
  authorize: ({ input, arn }) => [requires('transfer:ListAccesses', arn.server(input.ServerId))],
  handle: async ({ input, arn }, { store: { db } }) => {
    await serverNamed(db, arn.scope, input.ServerId)
    const rows = await db
      .selectFrom('transfer_accesses')
      .selectAll()
      .where('server_id', '=', input.ServerId)
      .where('external_id', '>', startOf(input))
      .orderBy('external_id')
      .limit(pageSize(input) + 1)
      .execute()
    const { items, NextToken } = pageOf(rows, input, ({ external_id }) => external_id)
    return {
      ServerId: input.ServerId,
      Accesses: items.map((row) => {
        const { HomeDirectory, HomeDirectoryType, Role } = JSON.parse(row.settings) as UserSettings
        return {
          ...(HomeDirectory === undefined ? {} : { HomeDirectory }),
          HomeDirectoryType: HomeDirectoryType ?? ('PATH' as const),
          Role,
          ExternalId: row.external_id,
        }
      }),
      ...NextToken,
    }
  },
})

export const deleteAccess = operation('DeleteAccess', {
  authorize: ({ input, arn }) => [requires('transfer:DeleteAccess', arn.server(input.ServerId))],
  handle: async ({ input, caller, arn }, deps) => {
    await deps.store.write(topicOf(caller.account), async (db) => {
      await serverNamed(db, arn.scope, input.ServerId)
      await accessNamed(db, input.ServerId, input.ExternalId)
      await db
        .deleteFrom('transfer_accesses')
        .where('server_id', '=', input.ServerId)
        .where('external_id', '=', input.ExternalId)
        .execute()
    })
    return {}
  },
})
