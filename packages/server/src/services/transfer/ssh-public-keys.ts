/** Users' public keys. API reference: ImportSshPublicKey, DeleteSshPublicKey. */

import { requires } from '../../kernel/requirement.ts'
import { alreadyExists, invalidRequest, notFound } from './faults.ts'
import { newId } from './ids.ts'
import { operation, type TransferDb, topicOf } from './operation.ts'
import { serverNamed } from './server-rows.ts'
import { readPublicKey } from './ssh-key.ts'
import { userKeys, userNamed } from './user-rows.ts'

const mostKeys = 5

export async function addKey(
  db: TransferDb,
  user: { readonly serverId: string; readonly name: string; readonly body: string; readonly time: number },
): Promise<string> {
  const key = readPublicKey(user.body)
  if (key === undefined) throw invalidRequest('Unsupported or invalid SSH public key format')
  const keys = await userKeys(db, user.serverId, user.name)
  if (keys.some(({ identity }) => identity === key.identity)) {
    throw alreadyExists('SshPublicKey', user.name, 'The user has this key already')
  }
  if (keys.length >= mostKeys) throw invalidRequest(`A user can have at most ${mostKeys} keys.`)
  const id = newId('key')
  await db
    .insertInto('transfer_user_keys')
    .values({
      id,
      server_id: user.serverId,
      user_name: user.name,
      body: user.body,
      identity: key.identity,
      created_at: user.time,
    })
    .execute()
  return id
}

export const importSshPublicKey = operation('ImportSshPublicKey', {
  authorize: ({ input, arn }) => [requires('transfer:ImportSshPublicKey', arn.user(input.ServerId, input.UserName))],
  handle: async ({ input, caller, time, arn }, deps) => {
    const id = await deps.store.write(topicOf(caller.account), async (db) => {
      await serverNamed(db, arn.scope, input.ServerId)
      const { server_id: serverId, name } = await userNamed(db, input.ServerId, input.UserName)
      return addKey(db, { serverId, name, body: input.SshPublicKeyBody, time })
    })
    return { ServerId: input.ServerId, SshPublicKeyId: id, UserName: input.UserName }
  },
})

export const deleteSshPublicKey = operation('DeleteSshPublicKey', {
  authorize: ({ input, arn }) => [requires('transfer:DeleteSshPublicKey', arn.user(input.ServerId, input.UserName))],
  handle: async ({ input, caller, arn }, deps) => {
    await deps.store.write(topicOf(caller.account), async (db) => {
      await serverNamed(db, arn.scope, input.ServerId)
      await userNamed(db, input.ServerId, input.UserName)
      const gone = await db
        .deleteFrom('transfer_user_keys')
        .where('id', '=', input.SshPublicKeyId)
        .where('server_id', '=', input.ServerId)
        .where('user_name', '=', input.UserName)
        .returning('id')
        .executeTakeFirst()
      if (gone === undefined) throw notFound('SshPublicKey', input.SshPublicKeyId)
    })
    return {}
  },
})
