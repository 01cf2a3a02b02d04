/** What a server makes when its store is empty: the account, and an administrator to begin with. */

import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { IdentityTables } from './principals/tables.ts'
import { newSecretKey, uniqueId } from './principals/unique-ids.ts'
import type { Sealer } from './secrets/sealer.ts'
import type { Store } from './store/store.ts'

const administrator = 'administrator'
const administratorPolicy = JSON.stringify(
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
  null,
  2,
)

export async function ensureAccount(store: Store<IdentityTables>, account: string, time: number): Promise<void> {
  await store.db
    .insertInto('accounts')
    .values({ id: account, created_at: time })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** True where this start made the administrator. Its credentials go to a 0600 file, in the aws CLI's own format. */
export async function ensureAdministrator(
  store: Store<IdentityTables>,
  keySealer: Sealer,
  settings: { readonly account: string; readonly region: string; readonly time: number; readonly file: string },
): Promise<boolean> {
  const accessKeyId = uniqueId('accessKey')
  const secret = newSecretKey()
  return store.write(settings.account, async (db) => {
    const someone = await db
      .selectFrom('iam_users')
      .select('id')
      .where('account_id', '=', settings.account)
      .limit(1)
      .execute()
    if (someone.length > 0) return false
    const id = uniqueId('user')
    const created_at = settings.time
    await db
      .insertInto('iam_users')
      .values({
        id,
        account_id: settings.account,
        name: administrator,
        name_key: administrator,
        path: '/',
        created_at,
        boundary_arn: null,
      })
      .execute()
    await db
      .insertInto('iam_inline_policies')
      .values({ owner_id: id, name: 'AdministratorAccess', document: administratorPolicy })
      .execute()
    await db
      .insertInto('iam_access_keys')
      .values({
        id: accessKeyId,
        account_id: settings.account,
        user_id: id,
        secret_sealed: keySealer.seal(secret),
        status: 'Active',
        created_at,
        last_used_at: null,
        last_used_service: null,
        last_used_region: null,
      })
      .execute()
    // Before the commit: were it the other way round, a crash in between would leave keys that nobody knows.
    writeCredentials(settings.file, accessKeyId, secret)
    return true
  })
}

function writeCredentials(file: string, accessKeyId: string, secret: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secret}\n`
  // Somebody else's file of that name is not overwritten.
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600, flush: true })
  try {
    if (existsSync(file)) rmSync(file)
    linkSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Whether the secrets in the store were sealed with this key; true of an empty store. */
export async function opensSecrets(store: Store<IdentityTables>, keySealer: Sealer): Promise<boolean> {
  const key = await store.db.selectFrom('iam_access_keys').select('secret_sealed').limit(1).executeTakeFirst()
  return key === undefined || keySealer.open(key.secret_sealed) !== undefined
}
