/** kill -9 of a server with sessions running, and of what runs them: nothing is left, and the states come out right. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CreateSessionCommand, GetSessionCommand, GlueClient, RunStatementCommand } from '@aws-sdk/client-glue'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PythonRuntime } from '../packages/server/src/runtimes/python/python.ts'

const root = fileURLToPath(new URL('../', import.meta.url))
const credentials = { accessKeyId: 'AKIACRASHCRASHCRASH1', secretAccessKey: 'secret' }
const Role = 'arn:aws:iam::123456789012:role/runtime'

const sandbox = await new PythonRuntime().available()
if (!sandbox.ok) console.log(`skipped: crashes of sandboxed sessions: ${sandbox.reason}`)

/** Every process that was started below this one, directly or not. */
function family(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      parents.set(Number(name), Number(/^.*\) \S (\d+) /s.exec(stat)?.[1]))
    } catch {
      // It has just ended.
    }
  }
  const all = [pid]
  for (const one of all) for (const [child, parent] of parents) if (parent === one) all.push(child)
  return all.slice(1)
}

/** A zombie is none: it holds nothing, and its parent is about to know. */
function runs(pid: number): boolean {
  try {
    return !/^.*\) [ZX] /s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function until<T>(read: () => Promise<T> | T, done: (value: T) => boolean): Promise<T> {
  const end = performance.now() + 120_000
  for (;;) {
    const value = await read()
    if (done(value)) return value
    if (performance.now() > end) throw new Error(`waited for two minutes in vain: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

beforeAll(() => {
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'packages/cli'], { cwd: root })
}, 240_000)

describe.skipIf(!sandbox.ok || process.platform !== 'linux').each(['python', 'pyodide'])(
  'sessions run by %s',
  (runtime) => {
    let data: string
    let server: ChildProcess
    let glue: GlueClient

    const start = async () => {
      const argv = ['serve', '--port', '0', '--data', data, '--session-runtime', runtime]
      server = spawn(process.execPath, ['packages/cli/bin/scopedown.js', ...argv], {
        cwd: root,
        env: { PATH: process.env.PATH, SCOPEDOWN_ROOT_ACCESS_KEYS: 'AKIACRASHCRASHCRASH1:secret' },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      let said = ''
      for (const stream of [server.stdout, server.stderr]) stream?.on('data', (chunk) => void (said += chunk))
      const url = await until(
        () => /Scopedown serves (\S+)/.exec(said)?.[1] ?? (server.exitCode === null ? undefined : said),
        (value) => value !== undefined,
      )
      await until(
        () => said,
        (text) => text.includes(`session statements run by ${runtime}`),
      )
      const client = { endpoint: url ?? '', region: 'us-east-1', credentials }
      glue = new GlueClient(client)
      return new IAMClient(client)
    }
    const session = async (Id: string) => (await glue.send(new GetSessionCommand({ Id }))).Session
    const open = async (...ids: string[]) => {
      for (const Id of ids) await glue.send(new CreateSessionCommand({ Id, Role, Command: { Name: 'glueetl' } }))
      for (const id of ids)
        await until(
          () => session(id),
          (now) => now?.Status === 'READY',
        )
    }

    beforeAll(async () => {
      data = mkdtempSync(join(tmpdir(), 'crash-'))
      const iam = await start()
      // A process beside the sessions', until Python's library is compiled.
      if (runtime === 'pyodide')
        await until(
          () => existsSync(join(data, 'cache')) && family(server.pid ?? 0).length === 0,
          (done) => done,
        )
      const Statement = { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }
      const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
      await iam.send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
    }, 300_000)
    afterAll(async () => {
      server.kill('SIGTERM')
      await once(server, 'close')
      rmSync(data, { recursive: true, force: true })
    })

    it('fail alone when the interpreter is killed, and say so', async () => {
      await open('struck', 'spared')
      const [first] = family(server.pid ?? 0)
      process.kill(first ?? 0, 'SIGKILL')
      const states = await until(
        async () => [(await session('struck')) ?? {}, (await session('spared')) ?? {}],
        (both) => both.some((one) => one.Status === 'FAILED'),
      )
      expect(states.map((one) => one.Status).sort()).toEqual(['FAILED', 'READY'])
      expect(states.find((one) => one.Status === 'FAILED')?.ErrorMessage).toBe('the interpreter ended (SIGKILL)')
    }, 300_000)

    it('leave nothing behind when the server is killed, and are FAILED when it is back', async () => {
      await open('idle', 'busy')
      await glue.send(new RunStatementCommand({ SessionId: 'busy', Code: 'while True: pass' }))
      await glue.send(new CreateSessionCommand({ Id: 'starting', Role, Command: { Name: 'glueetl' } }))
      await new Promise((resolve) => setTimeout(resolve, 300))
      const processes = family(server.pid ?? 0)
      expect(processes.length).toBeGreaterThan(2)
      const folders = readdirSync(join(data, 'run'))
      expect(folders.length).toBeGreaterThan(2)
      server.kill('SIGKILL')
      await until(
        () => processes.filter(runs),
        (left) => left.length === 0,
      )
      expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(data)
      await start()
      expect(readdirSync(join(data, 'run')).filter((name) => folders.includes(name))).toEqual([])
      for (const id of ['idle', 'busy', 'starting'])
        expect(await session(id)).toMatchObject({
          Status: 'FAILED',
          ErrorMessage: 'The server that ran this session was restarted.',
        })
      await open('after')
    }, 300_000)
  },
)
