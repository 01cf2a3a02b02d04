/** The credentials of a runtime role: renewed before they run out, and all of them revoked at the end. */

import { join } from 'node:path'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Kernel } from '../../../kernel/kernel.ts'
import type { ContainerCredentials } from '../../../runtimes/runtime.ts'
import { schemaSteps } from '../../../schema.ts'
import { openStore, type Store } from '../../../store/store.ts'
import { account, type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import type { SessionSchema } from './rows.ts'
import { RuntimeRole } from './runtime-role.ts'
import { until } from './session-client.test-data.ts'

let server: GlueServer
let store: Store<SessionSchema>
let now = Date.now()
const minute = 60_000

beforeAll(async () => {
  server = await startGlueServer({ sessions: { runtime: 'python', python: '/nowhere' } })
  store = (await openStore({ location: join(server.data, 'scopedown.db'), steps: schemaSteps })).as<SessionSchema>()
  const Statement = { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await server.iam(server.administrator).send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
})
afterAll(async () => {
  await store.close()
  expect(server.log).toEqual([])
  await server.remove()
})

const call: Kernel['call'] = (...given) => server.kernel.call(...given)
const roleOf = (name: string) =>
  new RuntimeRole({
    // Another clock, and everything else the server's own.
    kernel: { call, clock: () => now } as Kernel,
    store,
    account,
    roleArn: `arn:aws:iam::${account}:role/${name}`,
    sessionName: 'GlueJobRunnerSession',
    owner: undefined,
  })
const identity = ({ AccessKeyId, SecretAccessKey, Token }: ContainerCredentials) =>
  server
    .sts({ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token })
    .send(new GetCallerIdentityCommand({}))
    .then(
      ({ Arn }) => Arn,
      (error: Error) => error.name,
    )

it('are the same until they near their end, then others, and none when the session has ended', async () => {
  const role = roleOf('runtime')
  const first = await role.credentials()
  now += 40 * minute
  expect(await role.credentials()).toEqual(first)
  now += 10 * minute
  const [second, again] = await Promise.all([role.credentials(), role.credentials()])
  expect(second.AccessKeyId).not.toBe(first.AccessKeyId)
  expect(again).toEqual(second)
  // A call that was signed a moment ago still counts.
  for (const one of [first, second])
    expect(await identity(one)).toBe(`arn:aws:sts::${account}:assumed-role/runtime/GlueJobRunnerSession`)
  await role.revoke()
  for (const one of [first, second])
    await until(
      () => identity(one),
      (answer) => /Invalid|Expired/.test(answer ?? ''),
    )
  await expect(role.credentials()).rejects.toThrow('the session has ended')
})

it('are not given for a role that Glue may not take up', async () => {
  await expect(roleOf('absent').credentials()).rejects.toThrow('is not authorized to perform: sts:AssumeRole')
})
