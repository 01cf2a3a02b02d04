/** Servers. API reference: CreateServer, DescribeServer, UpdateServer, ListServers, DeleteServer, StartServer, StopServer. */

import type { DescribedServer, State } from '@aws-sdk/client-transfer'
import { requires } from '../../kernel/requirement.ts'
import { transferArns } from './arns.ts'
import { conflict, noFileSystems } from './faults.ts'
import { hostKeyOf, importHostKeyRow, makeHostKeyRow } from './host-key-rows.ts'
import { newId } from './ids.ts'
import { operation, type TransferDeps, topicOf } from './operation.ts'
import { pageOf, pageSize, startOf } from './page.ts'
import { changedSettings, newSettings, passedRoles, requestKeys } from './server-input.ts'
import { type ServerRow, serverNamed, settingsOf, userCount } from './server-rows.ts'
import { checkedTags, dropTags, putTags, tagList, tagsOfArn } from './tag-rows.ts'

/** A tag of the system: where the server listens. */
export const endpointTag = 'aws:scopedown:endpoint'

export const createServer = operation('CreateServer', {
  authorize: ({ input }) => [
    requires('transfer:CreateServer', '*', { requestTags: input.Tags, context: requestKeys(input, true) }),
    ...passedRoles(input),
  ],
  handle: async ({ input, caller, region, time, arn }, deps) => {
    const settings = newSettings(input)
    if (settings.Domain === 'EFS' && !deps.gateway.offersEfs) throw noFileSystems()
    const tags = checkedTags(input.Tags)
    const id = newId('s')
    await deps.store.write(topicOf(caller.account), async (db) => {
      const row = { id, account_id: caller.account, region, created_at: time, state: 'STARTING', port: null }
      await db
        .insertInto('transfer_servers')
        .values({ ...row, settings: JSON.stringify(settings) })
        .execute()
      const sealed = { serverId: id, time, sealer: deps.hostKeySealer }
      if (input.HostKey) await importHostKeyRow(db, { ...sealed, key: input.HostKey, description: null })
      else await makeHostKeyRow(db, sealed)
      await putTags(db, arn.server(id), tags)
    })
    await start({ id, account: caller.account, region }, deps)
    return { ServerId: id }
  },
})

/** Listens, and says in the state what became of it. */
async function start(server: { id: string; account: string; region: string }, deps: TransferDeps): Promise<boolean> {
  const port = await deps.gateway.start(server).catch((error: unknown) => {
    deps.notice(`SFTP server ${server.id} cannot listen: ${String(error)}`)
    return undefined
  })
  const state: State = port === undefined ? 'START_FAILED' : 'ONLINE'
  await setState(server.id, server.account, state, deps, port)
  return port !== undefined
}

async function setState(id: string, account: string, state: State, deps: TransferDeps, port?: number): Promise<void> {
  await deps.store.write(topicOf(account), (db) =>
    db
      .updateTable('transfer_servers')
      .set(port === undefined ? { state } : { state, port })
      .where('id', '=', id)
      .execute(),
  )
}

async function describedServer(row: ServerRow, deps: TransferDeps): Promise<DescribedServer> {
  const settings = settingsOf(row)
  const arns = transferArns({ partition: deps.partition, region: row.region, account: row.account_id })
  const Arn = arns.server(row.id)
  const { db } = deps.store
  const endpoint = deps.gateway.endpoint(row.id)
  const { LoggingRole, Protocols, StructuredLogDestinations, ...rest } = settings
  const hostKey = await hostKeyOf(db, row.id)
  return {
    ...(Object.fromEntries(
      Object.entries(rest).filter(([, value]) => value !== undefined),
    ) as Partial<DescribedServer>),
    Arn,
    ...(LoggingRole ? { LoggingRole } : {}),
    Protocols: [...Protocols],
    ...(StructuredLogDestinations === undefined ? {} : { StructuredLogDestinations: [...StructuredLogDestinations] }),
    ...(hostKey === undefined ? {} : { HostKeyFingerprint: hostKey.fingerprint }),
    ServerId: row.id,
    State: row.state as State,
    Tags: [
      ...tagList(await tagsOfArn(db, Arn)),
      ...(endpoint === undefined ? [] : [{ Key: endpointTag, Value: endpoint }]),
    ],
    UserCount: await userCount(db, row.id),
  }
}

export const describeServer = operation('DescribeServer', {
  authorize: ({ input, arn }) => [requires('transfer:DescribeServer', arn.server(input.ServerId))],
  handle: async ({ input, arn }, deps) => ({
    Server: await describedServer(await serverNamed(deps.store.db, arn.scope, input.ServerId), deps),
  }),
})

export const updateServer = operation('UpdateServer', {
  authorize: ({ input, arn }) => [
    requires('transfer:UpdateServer', arn.server(input.ServerId), { context: requestKeys(input, false) }),
    ...passedRoles(input),
  ],
  handle: async ({ input, caller, time, arn }, deps) => {
    await deps.store.write(topicOf(caller.account), async (db) => {
      const row = await serverNamed(db, arn.scope, input.ServerId)
      const settings = JSON.stringify(changedSettings(settingsOf(row), input))
      await db.updateTable('transfer_servers').set({ settings }).where('id', '=', row.id).execute()
      if (input.HostKey) {
        const sealed = { serverId: row.id, time, sealer: deps.hostKeySealer }
        await importHostKeyRow(db, { ...sealed, key: input.HostKey, description: null })
      }
    })
    await deps.gateway.changed(input.ServerId)
    return { ServerId: input.ServerId }
  },
})

export const listServers = operation('ListServers', {
  authorize: () => [requires('transfer:ListServers', '*')],
  handle: async ({ input, arn }, deps) => {
    const { db } = deps.store
    const after = startOf(input)
    const rows = await db
      .selectFrom('transfer_servers')
      .selectAll()
      .where('account_id', '=', arn.scope.account)
      .where('region', '=', arn.scope.region)
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize(input) + 1)
      .execute()
    const { items, NextToken } = pageOf(rows, input, ({ id }) => id)
    const servers = items.map(async (row) => {
      const { Domain, IdentityProviderType, EndpointType, LoggingRole } = settingsOf(row)
      return {
        Arn: arn.server(row.id),
        Domain,
        IdentityProviderType,
        EndpointType,
        ...(LoggingRole ? { LoggingRole } : {}),
        ServerId: row.id,
        State: row.state as State,
        UserCount: await userCount(db, row.id),
      }
    })
    return { Servers: await Promise.all(servers), ...NextToken }
  },
})

export const deleteServer = operation('DeleteServer', {
  authorize: ({ input, arn }) => [requires('transfer:DeleteServer', arn.server(input.ServerId))],
  handle: async ({ input, caller, arn }, deps) => {
    await serverNamed(deps.store.db, arn.scope, input.ServerId)
    await deps.gateway.stop(input.ServerId)
    await deps.store.write(topicOf(caller.account), async (db) => {
      const { id } = await serverNamed(db, arn.scope, input.ServerId)
      for (const { name } of await db
        .selectFrom('transfer_users')
        .select('name')
        .where('server_id', '=', id)
        .execute()) {
        await dropTags(db, arn.user(id, name))
      }
      const hostKeys = await db.selectFrom('transfer_host_keys').select('id').where('server_id', '=', id).execute()
      for (const key of hostKeys) await dropTags(db, arn.hostKey(id, key.id))
      for (const table of [
        'transfer_users',
        'transfer_user_keys',
        'transfer_host_keys',
        'transfer_accesses',
      ] as const) {
        await db.deleteFrom(table).where('server_id', '=', id).execute()
      }
      await dropTags(db, arn.server(id))
      await db.deleteFrom('transfer_servers').where('id', '=', id).execute()
    })
    return {}
  },
})

export const startServer = operation('StartServer', {
  authorize: ({ input, arn }) => [requires('transfer:StartServer', arn.server(input.ServerId))],
  handle: async ({ input, caller, arn }, deps) => {
    const row = await serverNamed(deps.store.db, arn.scope, input.ServerId)
    if (row.state === 'ONLINE') return {}
    if (row.state === 'STARTING' || row.state === 'STOPPING') throw conflict(`The server is ${row.state}.`)
    await setState(row.id, caller.account, 'STARTING', deps)
    await start({ id: row.id, account: row.account_id, region: row.region }, deps)
    return {}
  },
})

export const stopServer = operation('StopServer', {
  authorize: ({ input, arn }) => [requires('transfer:StopServer', arn.server(input.ServerId))],
  handle: async ({ input, caller, arn }, deps) => {
    const row = await serverNamed(deps.store.db, arn.scope, input.ServerId)
    await deps.gateway.stop(row.id)
    await setState(row.id, caller.account, 'OFFLINE', deps)
    return {}
  },
})
