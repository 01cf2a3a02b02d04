/** Users and their keys as stored. */

import type { Selectable } from 'kysely'
import { notFound } from './faults.ts'
import type { TransferDb } from './operation.ts'
import type { TransferTables } from './tables.ts'
import type { UserSettings } from './user-settings.ts'

export type UserRow = Selectable<TransferTables['transfer_users']>
export type UserKeyRow = Selectable<TransferTables['transfer_user_keys']>

export const userSettingsOf = (row: Pick<UserRow, 'settings'>): UserSettings => JSON.parse(row.settings)

export async function findUser(db: TransferDb, serverId: string, name: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('transfer_users')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('name', '=', name)
    .executeTakeFirst()
}

export async function userNamed(db: TransferDb, serverId: string, name: string): Promise<UserRow> {
  const row = await findUser(db, serverId, name)
  if (row === undefined) throw notFound('User', name)
  return row
}

export async function userKeys(db: TransferDb, serverId: string, name: string): Promise<UserKeyRow[]> {
  return db
    .selectFrom('transfer_user_keys')
    .selectAll()
    .where('server_id', '=', serverId)
    .where('user_name', '=', name)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}
