/**
 * `npm run bench:sessions`: interactive sessions, from CreateSession to READY, a statement and back, fifty at once, memory.
 * Figures mean something on a machine that does nothing else. SCOPEDOWN_TEST_SPARK_PYTHON names a Python with PySpark.
 */

import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  CreateSessionCommand,
  DeleteSessionCommand,
  GetSessionCommand,
  GetStatementCommand,
  GlueClient,
  RunStatementCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { startServer } from '@scopedown/server'
import { PyodideRuntime } from '../packages/server/dist/runtimes/pyodide/pyodide.js'
import { PythonRuntime } from '../packages/server/dist/runtimes/python/python.js'
import { sparkRuntime } from '../packages/server/dist/runtimes/python/spark.js'
import { defaultLimits } from '../packages/server/dist/runtimes/runtime.js'

const credentials = { accessKeyId: 'AKIABENCHBENCHBENCH1', secretAccessKey: 'secret' }
const Role = 'arn:aws:iam::123456789012:role/runtime'
const say = (line) => process.stdout.write(`${line}\n`)
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
let missed = 0
const held = (line, holds) => {
  if (!holds) missed += 1
  say(`| ${line} | ${holds ? 'holds' : 'MISSED'} |`)
}

async function withServer(sessions, work) {
  const data = mkdtempSync(join(tmpdir(), 'scopedown-bench-'))
  const rootAccessKeys = [`${credentials.accessKeyId}:${credentials.secretAccessKey}`]
  const server = await startServer({
    port: 0,
    sftpPort: 0,
    data,
    rootAccessKeys,
    sessions: { maxPerAccount: 100, ...sessions },
  })
  const client = { endpoint: server.url, region: 'us-east-1', credentials, maxAttempts: 1 }
  const Statement = { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await new IAMClient(client).send(new CreateRoleCommand({ RoleName: 'runtime', AssumeRolePolicyDocument }))
  try {
    return await work(new GlueClient(client))
  } finally {
    await server.close()
    rmSync(data, { recursive: true, force: true })
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function open(glue, Id, poll = 5) {
  const from = performance.now()
  await glue.send(new CreateSessionCommand({ Id, Role, Command: { Name: 'glueetl' } }))
  for (;;) {
    const { Session } = await glue.send(new GetSessionCommand({ Id }))
    if (Session.Status === 'READY') return performance.now() - from
    if (Session.Status !== 'PROVISIONING') throw new Error(`${Id}: ${Session.Status} ${Session.ErrorMessage}`)
    await pause(poll)
  }
}

async function statement(glue, SessionId, Code, poll = 1) {
  const from = performance.now()
  const { Id } = await glue.send(new RunStatementCommand({ SessionId, Code }))
  for (;;) {
    const { Statement } = await glue.send(new GetStatementCommand({ SessionId, Id }))
    if (Statement.State === 'AVAILABLE') return { milliseconds: performance.now() - from, Statement }
    await pause(poll)
  }
}

/** A process and all below it. */
function familyOf(pid) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [[Number(name), Number(/^.*\) \S (\d+) /s.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))[1])]]
      } catch {
        return []
      }
    })
  const family = [pid]
  for (const one of family) for (const [child, parent] of parents) if (parent === one) family.push(child)
  return family
}

/** Empty of a process that has just ended. */
function procFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return ''
  }
}

/** Proportional share of the memory of a process and all below it, MiB. */
function familyMebibytes(pid) {
  const share = (one) => Number(/^Pss:\s+(\d+)/m.exec(procFile(one, 'smaps_rollup'))?.[1] ?? 0)
  return familyOf(pid).reduce((sum, one) => sum + share(one), 0) / 1024
}

/** Processor time so far, of what has ended too; in hundredths of a second, as Linux counts. */
function familyCpuMilliseconds(pid) {
  const ticks = (one) => {
    const fields = /^.*\) (.*)$/s.exec(procFile(one, 'stat'))?.[1].split(' ') ?? []
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  }
  return familyOf(pid).reduce((sum, one) => sum + ticks(one), 0) * 10
}

const startOf = (limits) => ({ label: 'bench', arguments: [], region: 'us-east-1', gateway: undefined, limits })

async function trips(runtime, count) {
  const session = await runtime.start(startOf(defaultLimits))
  const cpu = process.platform === 'linux' ? familyCpuMilliseconds(session.pid) : Number.NaN
  await session.run('1')
  const times = []
  for (let n = 0; n < count; n += 1) {
    const from = performance.now()
    await session.run(`${n} + 1`)
    times.push(performance.now() - from)
  }
  const mebibytes = process.platform === 'linux' ? familyMebibytes(session.pid) : Number.NaN
  await session.stop()
  return { milliseconds: median(times), mebibytes, cpu }
}

/** What no runtime can be faster than: a line to an interpreter and a line back. */
async function barePipe(count) {
  const child = spawn('python3', ['-u', '-c', 'import sys\nfor line in sys.stdin: print(repr(eval(line)))'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const times = []
  for (let n = 0; n <= count; n += 1) {
    const from = performance.now()
    child.stdin.write(`${n} + 1\n`)
    await lines.next()
    if (n > 0) times.push(performance.now() - from)
  }
  child.kill()
  return median(times)
}

say(`node ${process.version}, load ${loadavg()[0].toFixed(1)} at the start\n`)
say(
  '| runtime | CreateSession to READY | of it processor time | statement, at the server | statement, through the API | memory, idle |',
)
say('|---|---|---|---|---|---|')
const sparkPython = process.env.SCOPEDOWN_TEST_SPARK_PYTHON ?? 'python3'
const cache = mkdtempSync(join(tmpdir(), 'scopedown-bench-cache-'))
const pyodide = new PyodideRuntime({ cache })
await pyodide.prepare()
const contestants = [
  { name: 'python', runtime: new PythonRuntime(), sessions: { runtime: 'python' }, starts: 9, statements: 200 },
  { name: 'pyodide', runtime: pyodide, sessions: { runtime: 'pyodide' }, starts: 5, statements: 200 },
  {
    name: 'spark',
    runtime: sparkRuntime({ command: sparkPython }, undefined),
    sessions: { runtime: 'spark', python: sparkPython },
    starts: 2,
    statements: 50,
  },
]
const ready = {}
const trip = {}
for (const { name, runtime, sessions, starts, statements } of contestants) {
  const state = await runtime.available()
  if (!state.ok) {
    say(`| ${name} | not here: ${state.reason} | | | | |`)
    continue
  }
  const { milliseconds, mebibytes, cpu } = await trips(runtime, statements)
  const [toReady, byApi] = await withServer(sessions, async (glue) => {
    const times = []
    // A server compiles Python's library once, when it first chooses pyodide.
    if (name === 'pyodide') await pause(15_000)
    for (let n = 0; n < starts; n += 1) {
      times.push(await open(glue, `s${n}`))
      if (n > 0) await glue.send(new DeleteSessionCommand({ Id: `s${n}` }))
    }
    const calls = []
    for (let n = 0; n < 50; n += 1) calls.push((await statement(glue, 's0', `${n} + 1`)).milliseconds)
    return [median(times), median(calls)]
  })
  ready[name] = toReady
  trip[name] = milliseconds
  const parts = [
    `${toReady.toFixed(0)} ms`,
    `${cpu.toFixed(0)} ms`,
    `${milliseconds.toFixed(2)} ms`,
    `${byApi.toFixed(1)} ms`,
    `${mebibytes.toFixed(0)} MiB`,
  ]
  say(`| ${name} | ${parts.join(' | ')} |`)
}
const bare = await barePipe(200)
say(`| a bare pipe to \`python3\` | | | ${bare.toFixed(2)} ms | | |\n`)

const many = 50
const outcome = await withServer({ runtime: 'python' }, async (glue) => {
  const ids = Array.from({ length: many }, (_, n) => `many-${n}`)
  const from = performance.now()
  const opened = await Promise.allSettled(ids.map((id) => open(glue, id, 50)))
  const readyAfter = performance.now() - from
  const answered = await Promise.allSettled(
    ids.map(async (id, n) => {
      const { Statement } = await statement(glue, id, `${n} * 2`, 20)
      if (Statement.Output.Data.TextPlain !== `${n * 2}\n`) throw new Error(`${id} answered wrongly`)
    }),
  )
  const errors = [...opened, ...answered].filter(({ status }) => status === 'rejected')
  for (const { reason } of errors) say(String(reason))
  return { readyAfter, all: performance.now() - from, errors: errors.length }
})
say(
  `${many} sessions at once: all READY after ${(outcome.readyAfter / 1000).toFixed(1)} s, a statement in each answered after ${(outcome.all / 1000).toFixed(1)} s, ${outcome.errors} errors\n`,
)

say('| goal | |\n|---|---|')
held('python READY in under 300 ms', ready.python < 300)
held('pyodide READY in under 3 s', ready.pyodide < 3000)
held('a trivial statement of python in under 10 ms at the server', trip.python < 10)
held(`${many} sessions at once without an error`, outcome.errors === 0)
rmSync(cache, { recursive: true })
process.exitCode = missed === 0 ? 0 : 1
