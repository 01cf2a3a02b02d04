/** Host keys. API reference: ImportHostKey, DescribeHostKey, UpdateHostKey, ListHostKeys, DeleteHostKey. */

import { requires } from '../../kernel/requirement.ts'
import type { TransferArns } from './arns.ts'
import { invalidRequest, notFound } from './faults.ts'
import { type HostKeyRow, importHostKeyRow } from './host-key-rows.ts'
import { operation, type TransferDb, topicOf } from './operation.ts'
import { pageOfAll } from './page.ts'
import { serverNamed } from './server-rows.ts'
import { checkedTags, dropTags, putTags, tagList, tagsOfArn } from './tag-rows.ts'

async function hostKeyNamed(db: TransferDb, arn: TransferArns, serverId: string, id: string): Promise<HostKeyRow> {
  await serverNamed(db, arn.scope, serverId)
  const row = await db
    .selectFrom('transfer_host_keys')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw notFound('HostKey', id)
  return row
}

export const importHostKey = operation('ImportHostKey', {
  authorize: ({ input, arn }) => [
    requires('transfer:ImportHostKey', arn.server(input.ServerId), { requestTags: input.Tags }),
  ],
  handle: async ({ input, caller, time, arn }, deps) => {
    const tags = checkedTags(input.Tags)
    const row = await deps.store.write(topicOf(caller.account), async (db) => {
      await serverNamed(db, arn.scope, input.ServerId)
      const imported = await importHostKeyRow(db, {
        serverId: input.ServerId,
        time,
        sealer: deps.hostKeySealer,
        key: input.HostKeyBody,
        description: input.Description ?? null,
      })
      await putTags(db, arn.hostKey(input.ServerId, imported.id), tags)
      return imported
    })
    await deps.gateway.changed(input.ServerId)
    return { ServerId: input.ServerId, HostKeyId: row.id }
  },
})

export const describeHostKey = operation('DescribeHostKey', {
  authorize: ({ input, arn }) => [requires('transfer:DescribeHostKey', arn.hostKey(input.ServerId, input.HostKeyId))],
  handle: async ({ input, arn }, { store: { db } }) => {
    const row = await hostKeyNamed(db, arn, input.ServerId, input.HostKeyId)
    const Arn = arn.hostKey(input.ServerId, row.id)
    return {
      HostKey: {
        Arn,
        HostKeyId: row.id,
        HostKeyFingerprint: row.fingerprint,
        ...(row.description === null ? {} : { Description: row.description }),
        Type: row.type,
        DateImported: new Date(row.created_at),
        Tags: tagList(await tagsOfArn(db, Arn)),
      },
    }
  },
})

export const updateHostKey = operation('UpdateHostKey', {
  authorize: ({ input, arn }) => [requires('transfer:UpdateHostKey', arn.hostKey(input.ServerId, input.HostKeyId))],
  handle: async ({ input, caller, arn }, deps) => {
    await deps.store.write(topicOf(caller.account), async (db) => {
      const row = await hostKeyNamed(db, arn, input.ServerId, input.HostKeyId)
      await db
        .updateTable('transfer_host_keys')
        .set({ description: input.Description })
        .where('id', '=', row.id)
        .execute()
    })
    return { ServerId: input.ServerId, HostKeyId: input.HostKeyId }
  },
})

export const listHostKeys = operation('ListHostKeys', {
  authorize: ({ input, arn }) => [requires('transfer:ListHostKeys', arn.server(input.ServerId))],
  handle: async ({ input, arn }, { store: { db } }) => {
    await serverNamed(db, arn.scope, input.ServerId)
    const rows = await db.selectFrom('transfer_host_keys').selectAll().where('server_id', '=', input.ServerId).execute()
    const { items, NextToken } = pageOfAll(rows, input, ({ id }) => id)
    return {
      ServerId: input.ServerId,
      HostKeys: items.map((row) => ({
        Arn: arn.hostKey(input.ServerId, row.id),
        HostKeyId: row.id,
        Fingerprint: row.fingerprint,
        ...(row.description === null ? {} : { Description: row.description }),
        Type: row.type,
        DateImported: new Date(row.created_at),
      })),
      ...NextToken,
    }
  },
})

export const deleteHostKey = operation('DeleteHostKey', {
  authorize: ({ input, arn }) => [requires('transfer:DeleteHostKey', arn.hostKey(input.ServerId, input.HostKeyId))],
  handle: async ({ input, caller, arn }, deps) => {
    await deps.store.write(topicOf(caller.account), async (db) => {
      const row = await hostKeyNamed(db, arn, input.ServerId, input.HostKeyId)
      await db.deleteFrom('transfer_host_keys').where('id', '=', row.id).execute()
      await dropTags(db, arn.hostKey(input.ServerId, row.id))
      const left = await db
        .selectFrom('transfer_host_keys')
        .select('id')
        .where('server_id', '=', input.ServerId)
        .executeTakeFirst()
      if (left === undefined) throw invalidRequest('The last host key of a server cannot be deleted.')
    })
    await deps.gateway.changed(input.ServerId)
    return {}
  },
})
