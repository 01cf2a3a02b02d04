/** Access keys. API reference: CreateAccessKey. The secret is shown once and kept sealed. */

import { requires } from '../../kernel/requirement.ts'
import { newSecretKey, uniqueId } from '../../principals/unique-ids.ts'
import * as limits from './constraints.ts'
import { userArn, userNamed } from './entities.ts'
import { limitExceeded, noSuchEntity } from './faults.ts'
import { operation } from './operation.ts'

/** IAM User Guide, "IAM and AWS STS quotas". */
const keysPerUser = 2

export const createAccessKey = operation('CreateAccessKey', {
  constraints: { UserName: limits.name },
  authorize: async ({ input, caller }, { store }) => {
    const name = input.UserName ?? (caller.principal.kind === 'user' ? caller.principal.name : undefined)
    return [requires('iam:CreateAccessKey', name === undefined ? '*' : await userArn(store.db, caller, name))]
  },
  handle: async ({ input, caller, time }, { store, keySealer }) => {
    const name = input.UserName ?? (caller.principal.kind === 'user' ? caller.principal.name : undefined)
    if (name === undefined) throw noSuchEntity('user', caller.arn)
    const id = uniqueId('accessKey')
    const secret = newSecretKey()
    const user = await store.write(caller.account, async (db) => {
      const user = await userNamed(db, caller.account, name)
      const { count } = await db
        .selectFrom('iam_access_keys')
        .select((select) => select.fn.countAll<number>().as('count'))
        .where('user_id', '=', user.id)
        .executeTakeFirstOrThrow()
      if (count >= keysPerUser) throw limitExceeded('AccessKeysPerUser', keysPerUser)
      await db
        .insertInto('iam_access_keys')
        .values({
          id,
          account_id: caller.account,
          user_id: user.id,
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
        UserName: user.name,
        AccessKeyId: id,
        Status: 'Active' as const,
        SecretAccessKey: secret,
        CreateDate: new Date(time),
      },
    }
  },
})
