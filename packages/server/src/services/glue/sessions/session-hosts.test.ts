import { join } from 'node:path'
import { CreateSessionCommand, GetSessionCommand } from '@aws-sdk/client-glue'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { expect, it } from 'vitest'
import { schemaSteps } from '../../../schema.ts'
import { openStore } from '../../../store/store.ts'
import { startGlueServer } from '../glue-server.test-data.ts'
import type { SessionSchema } from './rows.ts'

it('the sessions of a server that has fallen silent have FAILED, and those of others have not', async () => {
  const server = await startGlueServer({ sessions: { hostSilenceSeconds: 1, runtime: 'python', python: '/nowhere' } })
  const Statement = { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await server.iam(server.administrator).send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
  const Role = 'arn:aws:iam::123456789012:role/runtime'
  const session = async (Id: string) => (await server.glue.send(new GetSessionCommand({ Id }))).Session
  const until = async (Id: string, wanted: string) => {
    for (let tries = 0; tries < 200; tries += 1) {
      if ((await session(Id))?.Status === wanted) return
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    throw new Error('waited for five seconds in vain')
  }
  for (const Id of ['lost', 'kept']) {
    await server.glue.send(new CreateSessionCommand({ Id, Role, Command: { Name: 'glueetl' } }))
    await until(Id, 'FAILED')
  }
  // What two other servers would have written, one of which died an hour ago.
  const store = (
    await openStore({ location: join(server.data, 'scopedown.db'), steps: schemaSteps })
  ).as<SessionSchema>()
  const hosts = [
    { name: 'dead', seen_at: Date.now() - 3_600_000 },
    { name: 'alive', seen_at: Date.now() + 3_600_000 },
  ]
  const open = { status: 'PROVISIONING', error_message: null, ended_at: null } as const
  await store.db
    .updateTable('glue_sessions')
    .set({ ...open, host: 'dead' })
    .where('id', '=', 'lost')
    .execute()
  await store.db
    .updateTable('glue_sessions')
    .set({ ...open, host: 'alive' })
    .where('id', '=', 'kept')
    .execute()
  await store.db.insertInto('glue_session_hosts').values(hosts).execute()
  await until('lost', 'FAILED')
  expect((await session('lost'))?.ErrorMessage).toBe('The server that ran this session is gone.')
  expect((await session('kept'))?.Status).toBe('PROVISIONING')
  await store.close()
  expect(server.log).toEqual([])
  await server.remove()
})
