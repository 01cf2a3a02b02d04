import {
  CancelStatementCommand,
  CreateSessionCommand,
  DeleteSessionCommand,
  GetSessionCommand,
  GetStatementCommand,
  GetTagsCommand,
  type GlueClient,
  ListSessionsCommand,
  ListStatementsCommand,
  RunStatementCommand,
  StopSessionCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PythonRuntime } from '../../../runtimes/python/python.ts'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import { runStatement, sessionNow, startedSession, until } from './session-client.test-data.ts'

const state = await new PythonRuntime().available()
if (!state.ok) console.log(`skipped: sessions that run statements: ${state.reason}`)

const trustGlue = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

const statusOf = async (glue: GlueClient, Id: string) => (await sessionNow(glue, Id))?.Status ?? ''
const ready = async (glue: GlueClient, Id: string) =>
  expect(await startedSession(glue, Id)).toMatchObject({ Status: 'READY' })

describe.skipIf(!state.ok)('interactive sessions', () => {
  let server: GlueServer
  const Role = 'arn:aws:iam::123456789012:role/runtime'
  const session = (Id: string, extra: object = {}) =>
    new CreateSessionCommand({ Id, Role, Command: { Name: 'glueetl', PythonVersion: '3' }, ...extra })

  beforeAll(async () => {
    server = await startGlueServer({
      sessions: { cancellingMilliseconds: 300, maxPerAccount: 6, maxQueuedStatements: 3 },
    })
    const iam = server.iam(server.administrator)
    await iam.send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument: trustGlue }))
    const trustOther = trustGlue.replace('glue.', 'lambda.')
    await iam.send(new CreateRoleCommand({ RoleName: 'closed', AssumeRolePolicyDocument: trustOther }))
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'runtime',
        PolicyName: 'read',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'glue:GetDatabases', Resource: '*' }],
        }),
      }),
    )
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('run statements one after another in one namespace', async () => {
    const { glue } = server
    const made = await glue.send(session('one', { DefaultArguments: { '--answer': '42' }, Tags: { team: 'red' } }))
    expect(made.Session).toMatchObject({
      Id: 'one',
      Status: 'PROVISIONING',
      Role,
      GlueVersion: '4.0',
      WorkerType: 'G.1X',
      NumberOfWorkers: 5,
      IdleTimeout: 2880,
    })
    await ready(glue, 'one')
    expect(await runStatement(glue, 'one', 'import sys\nx = sys.argv[-1]\nprint(x)')).toMatchObject({
      Id: 1,
      State: 'AVAILABLE',
      Output: { Status: 'ok', ExecutionCount: 1, Data: { TextPlain: '42\n' } },
    })
    expect(await runStatement(glue, 'one', 'x * 2')).toMatchObject({
      Id: 2,
      Output: { Data: { TextPlain: "'4242'\n" } },
    })
    expect(await runStatement(glue, 'one', '1 / 0')).toMatchObject({
      State: 'AVAILABLE',
      Output: { Status: 'error', ErrorName: 'ZeroDivisionError', ErrorValue: 'division by zero' },
    })
    const { Statements } = await glue.send(new ListStatementsCommand({ SessionId: 'one' }))
    expect(Statements?.map(({ Id, State }) => [Id, State])).toEqual([
      [1, 'AVAILABLE'],
      [2, 'AVAILABLE'],
      [3, 'AVAILABLE'],
    ])
  })

  it('queue statements, cancel those that wait and interrupt the one that runs', async () => {
    const { glue } = server
    const { Id = 0 } = await glue.send(new RunStatementCommand({ SessionId: 'one', Code: 'while True: pass' }))
    const { Id: next = 0 } = await glue.send(new RunStatementCommand({ SessionId: 'one', Code: 'print("never")' }))
    const read = async (id: number) =>
      (await glue.send(new GetStatementCommand({ SessionId: 'one', Id: id }))).Statement?.State
    await until(
      () => read(Id),
      (value) => value === 'RUNNING',
    )
    expect(await read(next)).toBe('WAITING')
    for (const id of [next, Id]) await glue.send(new CancelStatementCommand({ SessionId: 'one', Id: id }))
    expect(await read(Id)).toBe('CANCELLING')
    for (const id of [next, Id])
      await until(
        () => read(id),
        (value) => value === 'CANCELLED',
      )
    await expect(glue.send(new CancelStatementCommand({ SessionId: 'one', Id }))).rejects.toMatchObject({
      name: 'InvalidInputException',
    })
    expect(await runStatement(glue, 'one', '"alive"')).toMatchObject({ State: 'AVAILABLE' })
  })

  it('call this server as the runtime role, decided and denied like anyone', async () => {
    const code = (call: string) => `import boto3\nboto3.client("glue").${call}`
    const allowed = await runStatement(server.glue, 'one', code('get_databases()["DatabaseList"]'))
    expect(allowed?.Output?.Data?.TextPlain).toBe('[]\n')
    const denied = await runStatement(server.glue, 'one', code('list_sessions()'))
    expect(denied?.Output).toMatchObject({ ErrorName: 'AccessDeniedException' })
    expect(denied?.Output?.ErrorValue).toContain(
      'User: arn:aws:sts::123456789012:assumed-role/runtime/GlueJobRunnerSession is not authorized to perform: glue:ListSessions because no identity-based policy allows the glue:ListSessions action',
    )
  })

  it('end in every way there is, and say so', async () => {
    const { glue } = server
    await glue.send(new StopSessionCommand({ Id: 'one' }))
    await until(
      () => statusOf(glue, 'one'),
      (value) => value === 'STOPPED',
    )
    await glue.send(new StopSessionCommand({ Id: 'one' }))
    await expect(glue.send(new RunStatementCommand({ SessionId: 'one', Code: '1' }))).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'Session is not ready, session_id=one, status=STOPPED',
    })
    await expect(glue.send(new GetStatementCommand({ SessionId: 'one', Id: 1 }))).rejects.toMatchObject({
      name: 'IllegalSessionStateException',
    })
    await expect(glue.send(session('one'))).rejects.toMatchObject({ name: 'AlreadyExistsException' })
    await glue.send(new DeleteSessionCommand({ Id: 'one' }))
    await expect(glue.send(new GetSessionCommand({ Id: 'one' }))).rejects.toMatchObject({
      name: 'EntityNotFoundException',
      message: 'Session ID not found.',
    })
    await glue.send(session('one'))
    await ready(glue, 'one')
    const { Tags } = await glue.send(
      new GetTagsCommand({ ResourceArn: 'arn:aws:glue:us-east-1:123456789012:session/one' }),
    )
    expect(Tags).toEqual({})
    const killed = await runStatement(glue, 'one', 'import os\nos._exit(3)').catch((error: unknown) => error)
    expect(killed).toMatchObject({ name: 'IllegalSessionStateException' })
    const { Session } = await glue.send(new GetSessionCommand({ Id: 'one' }))
    expect(Session).toMatchObject({ Status: 'FAILED', ErrorMessage: expect.stringContaining('status 3') })
    await glue.send(new DeleteSessionCommand({ Id: 'one' }))
  })

  it('are refused for a role that Glue may not assume', async () => {
    for (const name of ['closed', 'absent']) {
      const refused = server.glue.send(session('two', { Role: `arn:aws:iam::123456789012:role/${name}` }))
      await expect(refused).rejects.toMatchObject({
        name: 'InvalidInputException',
        message: expect.stringMatching(/verify the role's TrustPolicy$/),
      })
    }
    const { Ids } = await server.glue.send(new ListSessionsCommand({}))
    expect(Ids).toEqual([])
  })

  it('are listed with their tags as a filter, and have a quota', async () => {
    const { glue } = server
    for (const id of ['a', 'b/c', 'd e', 'f', 'g', 'h'])
      await glue.send(session(id, { Tags: { kind: id < 'c' ? 'x' : 'y' } }))
    await expect(glue.send(session('i'))).rejects.toMatchObject({ name: 'ResourceNumberLimitExceededException' })
    const listed = await glue.send(new ListSessionsCommand({ Tags: { kind: 'x' } }))
    expect(listed.Ids).toEqual(['a', 'b/c'])
    expect(listed.Sessions?.map(({ Id }) => Id)).toEqual(['a', 'b/c'])
    const first = await glue.send(new ListSessionsCommand({ MaxResults: 4 }))
    const second = await glue.send(new ListSessionsCommand({ MaxResults: 4, NextToken: first.NextToken ?? '' }))
    expect([...(first.Ids ?? []), ...(second.Ids ?? [])]).toEqual(['a', 'b/c', 'd e', 'f', 'g', 'h'])
    for (const id of ['a', 'b/c', 'd e', 'f', 'g', 'h']) await glue.send(new DeleteSessionCommand({ Id: id }))
  })
})
