/** What bounds a session: its clocks, its queue, the length of its code; and what an operator may switch. */

import {
  CancelStatementCommand,
  CreateSessionCommand,
  GetStatementCommand,
  ListSessionsCommand,
  RunStatementCommand,
  StopSessionCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PythonRuntime } from '../../../runtimes/python/python.ts'
import { account, type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'
import { openSession, runStatement, sessionNow, startedSession, until } from './session-client.test-data.ts'

const state = await new PythonRuntime().available()
if (!state.ok) console.log(`skipped: what bounds a session: ${state.reason}`)

const Role = `arn:aws:iam::${account}:role/runtime`
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })

describe.skipIf(!state.ok)('a session', () => {
  let server: GlueServer

  beforeAll(async () => {
    server = await startGlueServer({
      sessions: { maxQueuedStatements: 2, strictStop: true, listOnlyReadable: true, cancellingMilliseconds: 200 },
    })
    const iam = server.iam(server.administrator)
    const Action = ['sts:AssumeRole', 'sts:TagSession']
    const AssumeRolePolicyDocument = document({ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action })
    await iam.send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
    const PolicyDocument = document({
      Effect: 'Allow',
      Action: 'glue:GetDatabases',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/owner': 'ana' } },
    })
    await iam.send(new PutRolePolicyCommand({ RoleName: 'runtime', PolicyName: 'owner', PolicyDocument }))
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('has TIMEOUT after so many minutes of rest, and after so many in all', async () => {
    const { glue } = server
    const create = (Id: string, clocks: object) =>
      glue.send(new CreateSessionCommand({ Id, Role, Command: { Name: 'glueetl' }, ...clocks }))
    await create('idle', { Timeout: 60, IdleTimeout: 1 })
    await create('total', { Timeout: 1 })
    await create('busy', { Timeout: 60, IdleTimeout: 1 })
    for (const id of ['idle', 'total', 'busy'])
      expect(await startedSession(glue, id)).toMatchObject({ Status: 'READY' })
    // It works without taking a core from the other tests for a minute.
    const Code = 'import time\ntime.sleep(600)'
    for (const SessionId of ['total', 'busy']) await glue.send(new RunStatementCommand({ SessionId, Code }))
    for (const id of ['idle', 'total'])
      expect(
        await until(
          () => sessionNow(glue, id),
          (session) => session?.Status !== 'READY',
          120,
        ),
      ).toMatchObject({ Status: 'TIMEOUT' })
    // What works does not rest.
    expect(await sessionNow(glue, 'busy')).toMatchObject({ Status: 'READY' })
    await expect(glue.send(new RunStatementCommand({ SessionId: 'idle', Code: '1' }))).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'Session is not ready, session_id=idle, status=TIMEOUT',
    })
    await glue.send(new StopSessionCommand({ Id: 'busy' }))
  }, 240_000)

  it('takes so many waiting statements and so much code, and no more', async () => {
    const { glue } = server
    await openSession(glue, 'queue', Role)
    const send = (Code: string) => glue.send(new RunStatementCommand({ SessionId: 'queue', Code }))
    const { Id: first = 0 } = await send('while True: pass')
    await until(
      async () => (await glue.send(new GetStatementCommand({ SessionId: 'queue', Id: first }))).Statement?.State,
      (now) => now === 'RUNNING',
    )
    await send('1')
    await send('2')
    await expect(send('3')).rejects.toMatchObject({
      name: 'ResourceNumberLimitExceededException',
      message: 'At most 2 statements may wait in a session.',
    })
    await glue.send(new CancelStatementCommand({ SessionId: 'queue', Id: first }))
    await expect(send(`#${'x'.repeat(68_000)}`)).rejects.toMatchObject({ name: 'ValidationException' })
    expect(await runStatement(glue, 'queue', `#${'x'.repeat(67_998)}\n`)).toMatchObject({
      State: 'AVAILABLE',
      Output: { Status: 'ok' },
    })
  })

  it('hands its owner tag to the runtime role, where that role’s trust lets Glue tag', async () => {
    const { glue } = server
    const code = 'import boto3\nboto3.client("glue").get_databases()["DatabaseList"]'
    await glue.send(
      new CreateSessionCommand({ Id: 'ana', Role, Command: { Name: 'glueetl' }, Tags: { owner: 'ana', Owner: 'bob' } }),
    )
    expect(await startedSession(glue, 'ana')).toMatchObject({ Status: 'READY' })
    expect((await runStatement(glue, 'ana', code))?.Output).toMatchObject({ Data: { TextPlain: '[]\n' } })
    expect((await runStatement(glue, 'queue', code))?.Output).toMatchObject({ ErrorName: 'AccessDeniedException' })
  })

  it('is refused a second stop, and hidden from who may not read it, where the operator says so', async () => {
    const { glue } = server
    await glue.send(new StopSessionCommand({ Id: 'ana' }))
    await until(
      () => sessionNow(glue, 'ana'),
      (session) => session?.Status === 'STOPPED',
    )
    await expect(glue.send(new StopSessionCommand({ Id: 'ana' }))).rejects.toMatchObject({
      name: 'IllegalSessionStateException',
      message: 'Session is in STOPPED status',
    })
    const reader = await server.user(
      'reader',
      { Effect: 'Allow', Action: 'glue:ListSessions', Resource: '*' },
      { Effect: 'Allow', Action: 'glue:GetSession', Resource: `${prefix}session/ana` },
    )
    const { Ids, Sessions } = await reader.send(new ListSessionsCommand({}))
    expect(Ids).toEqual(['ana'])
    expect(Sessions?.map(({ Id }) => Id)).toEqual(['ana'])
  })
})
