/** Access keys. API reference: CreateAccessKey, ListAccessKeys, UpdateAccessKey, DeleteAccessKey, GetAccessKeyLastUsed. */

import type { Selectable } from 'kysely'
import type { Caller } from '../../kernel/caller.ts'
import { requires } from '../../kernel/requirement.ts'
import { iamArn } from '../../principals/arns.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import { newSecretKey, uniqueId } from '../../principals/unique-ids.ts'
import { accessKeysPerUser } from './account-quotas.ts'
import * as limits from './constraints.ts'
import { type Db, rowArn, type UserRow } from './entities.ts'
import { limitExceeded, nothing } from './faults.ts'
import { operation } from './operation.ts'
import { pageOfAll } from './pages.ts'
import { meantUserRow, onMeantUser } from './self.ts'

type KeyRow = Selectable<IdentityTables['iam_access_keys']>

/** The name that a key's owner is shown by. */
const ownerName = (user: UserRow | undefined): string => user?.name ?? 'root'

function keysOf(db: Db, account: string, user: UserRow | undefined): Promise<KeyRow[]> {
  const keys = db.selectFrom('iam_access_keys').selectAll().where('account_id', '=', account)
  return (user === undefined ? keys.where('user_id', 'is', null) : keys.where('user_id', '=', user.id)).execute()
}

/** Of that owner: somebody else's key does not exist for this request. */
async function keyOf(db: Db, caller: Caller, userName: string | undefined, id: string): Promise<KeyRow> {
  const user = await meantUserRow(db, caller, userName)
  const key = (await keysOf(db, caller.account, user)).find((row) => row.id === id)
  if (key === undefined) throw noSuchKey(id)
  return key
}

const noSuchKey = (id: string) => nothing(`The Access Key with id ${id} cannot be found.`)

/** The secret is shown once, and kept sealed. */
export const createAccessKey = operation('CreateAccessKey', {
  constraints: { UserName: limits.name },
  authorize: (call, deps) => onMeantUser('iam:CreateAccessKey', call, deps, call.input.UserName),
  handle: async ({ input, caller, time }, { store, keySealer }) => {
    const id = uniqueId('accessKey')
    const secret = newSecretKey()
    const user = await store.write(caller.account, async (db) => {
      const user = await meantUserRow(db, caller, input.UserName)
      if ((await keysOf(db, caller.account, user)).length >= accessKeysPerUser) {
        throw limitExceeded('AccessKeysPerUser', accessKeysPerUser)
      }
      await db
        .insertInto('iam_access_keys')
        .values({
          id,
          account_id: caller.account,
          user_id: user?.id ?? null,
          secret_sealed: keySealer.seal(secret),
          status: 'Active',
          created_at: time,
          last_used_at: null,
          last_used_service: null,
          last_used_region: null,
        })
        .execute()
      return user
    })
    return {
      AccessKey: {
        UserName: ownerName(user),
        AccessKeyId: id,
        Status: 'Active' as const,
        SecretAccessKey: secret,
        CreateDate: new Date(time),
      },
    }
  },
})

export const listAccessKeys = operation('ListAccessKeys', {
  constraints: { UserName: limits.name, ...limits.pages },
  authorize: (call, deps) => onMeantUser('iam:ListAccessKeys', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store }) => {
    const user = await meantUserRow(store.db, caller, input.UserName)
    const { items, end } = pageOfAll(await keysOf(store.db, caller.account, user), input, ({ id }) => id)
    const keys = items.map(({ id, status, created_at }) => ({
      UserName: ownerName(user),
      AccessKeyId: id,
      Status: status,
      CreateDate: new Date(created_at),
    }))
    return { AccessKeyMetadata: keys, ...end }
  },
})

export const updateAccessKey = operation('UpdateAccessKey', {
  constraints: { UserName: limits.name, AccessKeyId: limits.accessKeyId, Status: limits.keyStatus },
  authorize: (call, deps) => onMeantUser('iam:UpdateAccessKey', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const { id } = await keyOf(db, caller, input.UserName, input.AccessKeyId)
      const status = input.Status === 'Active' ? 'Active' : 'Inactive'
      await db.updateTable('iam_access_keys').set({ status }).where('id', '=', id).execute()
    })
    return {}
  },
})

export const deleteAccessKey = operation('DeleteAccessKey', {
  constraints: { UserName: limits.name, AccessKeyId: limits.accessKeyId },
  authorize: (call, deps) => onMeantUser('iam:DeleteAccessKey', call, deps, call.input.UserName),
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const { id } = await keyOf(db, caller, input.UserName, input.AccessKeyId)
      await db.deleteFrom('iam_access_keys').where('id', '=', id).execute()
    })
    return {}
  },
})

async function ownerOfKey(
  db: Db,
  account: string,
  id: string,
): Promise<{ readonly key: KeyRow; readonly user: UserRow | undefined } | undefined> {
  const key = await db
    .selectFrom('iam_access_keys')
    .selectAll()
    .where('id', '=', id)
    .where('account_id', '=', account)
    .executeTakeFirst()
  if (key === undefined) return undefined
  if (key.user_id === null) return { key, user: undefined }
  const user = await db.selectFrom('iam_users').selectAll().where('id', '=', key.user_id).executeTakeFirst()
  return { key, user }
}

/** Asked on the key's owner; on `*` for a key that this account does not have. */
export const getAccessKeyLastUsed = operation('GetAccessKeyLastUsed', {
  constraints: { AccessKeyId: limits.accessKeyId },
  authorize: async ({ input, caller }, { store, partition }) => {
    const owner = await ownerOfKey(store.db, caller.account, input.AccessKeyId)
    if (owner === undefined) return [requires('iam:GetAccessKeyLastUsed', '*')]
    const resource = owner.user === undefined ? iamArn(caller).root() : rowArn('user', partition, owner.user)
    return [requires('iam:GetAccessKeyLastUsed', resource)]
  },
  handle: async ({ input, caller }, { store, lastUsed }) => {
    const owner = await ownerOfKey(store.db, caller.account, input.AccessKeyId)
    if (owner === undefined) throw noSuchKey(input.AccessKeyId)
    const { last_used_at: at, last_used_service: service, last_used_region: region } = lastUsed.ofKey(owner.key)
    return {
      UserName: ownerName(owner.user),
      AccessKeyLastUsed: {
        ...(at === null ? {} : { LastUsedDate: new Date(at) }),
        ServiceName: service ?? 'N/A',
        Region: region ?? 'N/A',
      },
    }
  },
})
