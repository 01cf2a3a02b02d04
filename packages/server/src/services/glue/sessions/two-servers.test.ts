/** Two servers over one database: a session lives on the one that made it, and may be asked for anything on the other. */

import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CancelStatementCommand,
  CreateSessionCommand,
  DeleteSessionCommand,
  GetSessionCommand,
  GetStatementCommand,
  GlueClient,
  RunStatementCommand,
  StopSessionCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningServer, startServer } from '../../../main.ts'
import { PythonRuntime } from '../../../runtimes/python/python.ts'
import { databases, type TestDatabase } from '../../../testing/databases.ts'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'

const state = await new PythonRuntime().available()
if (!state.ok) console.log(`skipped: sessions of two servers: ${state.reason}`)
const postgres = databases.find(({ name }) => name === 'postgres')

describe.skipIf(!state.ok || postgres === undefined || postgres.missing !== undefined)(
  'two servers over one store',
  () => {
    let database: TestDatabase
    let here: GlueServer
    let there: RunningServer
    let data: string
    const log: string[] = []
    let far: GlueClient
    const Role = 'arn:aws:iam::123456789012:role/runtime'

    const second = () =>
      startServer({
        port: 0,
        sftpPort: 0,
        databaseUrl: database.location,
        data,
        sessions: { cancellingMilliseconds: 200 },
        log: (line) => log.push(line),
      })

    beforeAll(async () => {
      database = (await postgres?.create()) as TestDatabase
      const shared = { databaseUrl: database.location, sessions: { cancellingMilliseconds: 200 } }
      here = await startGlueServer(shared)
      data = mkdtempSync(join(tmpdir(), 'scopedown-'))
      copyFileSync(join(here.data, 'master.key'), join(data, 'master.key'))
      there = await second()
      const Statement = { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
      await here.iam(here.administrator).send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
      far = new GlueClient({ endpoint: there.url, region: 'us-east-1', credentials: { ...here.administrator } })
    })
    afterAll(async () => {
      expect([...here.log, ...log]).toEqual([])
      await there.close()
      rmSync(data, { recursive: true })
      await here.remove()
      await database.remove()
    })

    async function until<T>(read: () => Promise<T>, wanted: (value: T) => boolean): Promise<T> {
      for (let tries = 0; tries < 400; tries += 1) {
        const value = await read()
        if (wanted(value)) return value
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
      throw new Error('waited for ten seconds in vain')
    }
    const status = async (Id: string) => (await far.send(new GetSessionCommand({ Id }))).Session?.Status
    const open = async (Id: string) => {
      await here.glue.send(new CreateSessionCommand({ Id, Role, Command: { Name: 'glueetl' } }))
      await until(
        () => status(Id),
        (now) => now === 'READY',
      )
    }
    const statement = async (SessionId: string, Id: number) =>
      (await far.send(new GetStatementCommand({ SessionId, Id }))).Statement

    it('statements sent to the other server run, and are cancelled, where the session lives', async () => {
      await open('one')
      const { Id = 0 } = await far.send(new RunStatementCommand({ SessionId: 'one', Code: '6 * 7' }))
      const done = await until(
        () => statement('one', Id),
        (now) => now?.State === 'AVAILABLE',
      )
      expect(done?.Output?.Data?.TextPlain).toBe('42\n')
      const { Id: loop = 0 } = await far.send(new RunStatementCommand({ SessionId: 'one', Code: 'while True: pass' }))
      await until(
        () => statement('one', loop),
        (now) => now?.State === 'RUNNING',
      )
      await far.send(new CancelStatementCommand({ SessionId: 'one', Id: loop }))
      await until(
        () => statement('one', loop),
        (now) => now?.State === 'CANCELLED',
      )
    })

    it('a session is stopped and deleted from the other server', async () => {
      await far.send(new StopSessionCommand({ Id: 'one' }))
      await until(
        () => status('one'),
        (now) => now === 'STOPPED',
      )
      await open('two')
      await far.send(new DeleteSessionCommand({ Id: 'two' }))
      await open('two')
      await far.send(new DeleteSessionCommand({ Id: 'two' }))
    })

    it('the restart of one server leaves the sessions of the other alone', async () => {
      await open('three')
      await there.close()
      there = await second()
      far = new GlueClient({ endpoint: there.url, region: 'us-east-1', credentials: { ...here.administrator } })
      expect(await status('three')).toBe('READY')
      await far.send(new DeleteSessionCommand({ Id: 'three' }))
    })
  },
)
