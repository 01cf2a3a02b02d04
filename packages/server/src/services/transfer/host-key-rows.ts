/** Host keys as stored: made once with the server, or imported; the private part sealed. API reference, ImportHostKey. */

import type { Selectable } from 'kysely'
import type { Sealer } from '../../secrets/sealer.ts'
import { invalidRequest } from './faults.ts'
import { newId } from './ids.ts'
import type { TransferDb } from './operation.ts'
import { newKeyPair, readPrivateKey } from './ssh-key.ts'
import type { TransferTables } from './tables.ts'

export type HostKeyRow = Selectable<TransferTables['transfer_host_keys']>

interface NewKey {
  readonly serverId: string
  readonly time: number
  readonly sealer: Sealer
}

/** Ed25519, for the server that brings no key of its own. */
export async function makeHostKeyRow(db: TransferDb, key: NewKey): Promise<void> {
  await insert(db, { ...key, key: newKeyPair().private, description: null }, false)
}

export async function importHostKeyRow(
  db: TransferDb,
  key: NewKey & { readonly key: string; readonly description: string | null },
): Promise<HostKeyRow> {
  return insert(db, key, true)
}

async function insert(
  db: TransferDb,
  { serverId, time, sealer, key, description }: NewKey & { readonly key: string; readonly description: string | null },
  imported: boolean,
): Promise<HostKeyRow> {
  const parsed = readPrivateKey(key)
  if (parsed === undefined)
    throw invalidRequest('The host key must be an RSA, ECDSA or ED25519 private key without passphrase.')
  const { type, fingerprint } = parsed
  const same = await db
    .selectFrom('transfer_host_keys')
    .select('id')
    .where('server_id', '=', serverId)
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst()
  if (same !== undefined) throw invalidRequest('The server has this host key already.')
  const row: HostKeyRow = {
    id: newId('hostkey'),
    server_id: serverId,
    type,
    fingerprint,
    description,
    sealed: sealer.seal(key),
    created_at: time,
    imported: imported ? 1 : 0,
  }
  await db.insertInto('transfer_host_keys').values(row).execute()
  return row
}

/** One per type, the oldest first; a key that was imported goes before the server's own of its type. */
export async function offeredHostKeys(db: TransferDb, serverId: string): Promise<HostKeyRow[]> {
  const rows = await db
    .selectFrom('transfer_host_keys')
    .selectAll()
    .where('server_id', '=', serverId)
    .orderBy('imported', 'desc')
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  const byType = new Map<string, HostKeyRow>()
  for (const row of rows) if (!byType.has(row.type)) byType.set(row.type, row)
  return [...byType.values()]
}

export async function hostKeyOf(db: TransferDb, serverId: string): Promise<HostKeyRow | undefined> {
  return (await offeredHostKeys(db, serverId))[0]
}
