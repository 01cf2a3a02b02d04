/**
 * `npm run bench:server`: signed, authorized, audited calls beside a bare `node:http` JSON echo and, where Python has it, moto's
 * server, in one run on one machine. Servers run in processes of their own, the load comes from this one, contestants take turns
 * second by second, so that a busy moment falls on all; docs/performance.md says how to read the figures.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { signRequest } from '@scopedown/wire'
import { type LoadResult, load } from './load.ts'

const connections = Number(process.env.BENCH_CONNECTIONS ?? 16)
const rounds = Number(process.env.BENCH_ROUNDS ?? 9)
const warmUpSeconds = Number(process.env.BENCH_WARM_UP ?? 4)

interface Contestant {
  readonly name: string
  readonly port: number
  readonly pid: number
  readonly request: () => Buffer
}

const echo = `
  const { createServer } = await import('node:http')
  const server = createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()))
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      response.end(body)
    })
  })
  server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: 'http://127.0.0.1:' + server.address().port })))`

const scopedown = (data: string) => `
  const { startServer } = await import(${JSON.stringify(new URL('../../dist/bundle/index.js', import.meta.url).href)})
  const server = await startServer({ port: 0, data: ${JSON.stringify(data)} })
  console.log(JSON.stringify({ url: server.url, credentialsFile: server.credentialsFile }))`

async function start(script: string): Promise<{ child: ChildProcess; url: string; credentialsFile: string }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const line = await new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))))
  return { child, ...(JSON.parse(line) as { url: string; credentialsFile: string }) }
}

function post(url: string, headers: Readonly<Record<string, string>>, body: string): Buffer {
  const lines = Object.entries({ host: new URL(url).host, ...headers, 'content-length': Buffer.byteLength(body) })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n${body}`)
}

function signed(url: string, credentialsFile: string, service: string, body: string): Buffer {
  const file = readFileSync(credentialsFile, 'utf8')
  const value = (name: string) => new RegExp(`^${name} = (.+)$`, 'm').exec(file)?.[1] ?? ''
  const headers = signRequest(
    {
      method: 'POST',
      rawUrl: '/',
      headers: { host: new URL(url).host, 'content-type': 'application/x-www-form-urlencoded' },
      body,
    },
    { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') },
    { region: 'us-east-1', service, now: Date.now() },
  )
  return post(url, headers, body)
}

const data = mkdtempSync(join(tmpdir(), 'scopedown-bench-'))
const bare = await start(echo)
const server = await start(scopedown(data))
const port = (url: string) => Number(new URL(url).port)
const call = (service: string, body: string) => () => signed(server.url, server.credentialsFile, service, body)
const trust = encodeURIComponent(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }],
  }),
)

async function once(request: Buffer): Promise<void> {
  const { statuses } = await load({ port: port(server.url), request, connections: 1, seconds: 0 })
  if (!statuses.has('200')) throw new Error(`setting up failed: ${[...statuses.keys()].join()}`)
}

await once(call('iam', `Action=CreateRole&Version=2010-05-08&RoleName=bench&AssumeRolePolicyDocument=${trust}`)())

/** moto checks no signature and no permission in this mode, and keeps no audit log: it is here for its speed alone. */
async function startMoto(): Promise<{ child: ChildProcess; url: string } | undefined> {
  if (spawnSync('python3', ['-c', 'import moto.server'], { stdio: 'ignore' }).status !== 0) return undefined
  const free = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => free.once('listening', resolve))
  const address = free.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await new Promise((resolve) => free.close(resolve))
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const up = await fetch(url).then(
      () => true,
      () => false,
    )
    if (up) return { child, url }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill()
  return undefined
}

const moto = await startMoto()
const policy = encodeURIComponent(
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' }],
  }),
)
const calls = [
  ['GetCallerIdentity', 'sts', 'Action=GetCallerIdentity&Version=2011-06-15'],
  ['GetRole', 'iam', 'Action=GetRole&Version=2010-05-08&RoleName=bench'],
  [
    'SimulateCustomPolicy',
    'iam',
    `Action=SimulateCustomPolicy&Version=2010-05-08&PolicyInputList.member.1=${policy}&ActionNames.member.1=s3:GetObject&ResourceArns.member.1=arn:aws:s3:::reports/june.csv`,
  ],
] as const
const contestants: readonly Contestant[] = [
  {
    name: 'bare node:http JSON echo',
    port: port(bare.url),
    pid: bare.child.pid ?? 0,
    request: () =>
      post(bare.url, { 'content-type': 'application/json' }, JSON.stringify({ Action: 'Echo', Version: 1 })),
  },
  ...calls.map(([name, service, body]) => {
    return { name, port: port(server.url), pid: server.child.pid ?? 0, request: call(service, body) }
  }),
  ...(moto === undefined
    ? []
    : [
        {
          name: 'moto: GetCallerIdentity',
          port: port(moto.url),
          pid: moto.child.pid ?? 0,
          request: () => signed(moto.url, server.credentialsFile, 'sts', calls[0][2]),
        },
      ]),
]

/** Of a process, all its threads; undefined where the system does not tell of others. */
function cpuMicroseconds(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
    // utime and stime, in hundredths of a second.
    return (Number(fields[11]) + Number(fields[12])) * 10_000
  } catch {
    return undefined
  }
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? Number.NaN

interface Measured {
  readonly contestant: Contestant
  readonly request: Buffer
  readonly rounds: LoadResult[]
  cpu: number
  calls: number
}

const measured: Measured[] = contestants.map((contestant) => {
  return { contestant, request: contestant.request(), rounds: [], cpu: 0, calls: 0 }
})
for (const { contestant, request } of measured) {
  await load({ port: contestant.port, request, connections, seconds: warmUpSeconds })
}
for (let round = 0; round < rounds; round += 1) {
  for (const one of measured) {
    const { port, pid } = one.contestant
    const before = cpuMicroseconds(pid)
    const result = await load({ port, request: one.request, connections, seconds: 1 })
    const after = cpuMicroseconds(pid)
    one.rounds.push(result)
    one.calls += result.calls
    one.cpu += before === undefined || after === undefined ? Number.NaN : after - before
  }
}
bare.child.kill()
server.child.kill()
moto?.child.kill()
rmSync(data, { recursive: true, force: true })

const loads = loadavg().map((value) => value.toFixed(1))
process.stdout.write(
  `node ${process.version}, ${cpus().length} cores, ${connections} connections, ${rounds} rounds of 1 s each, load average ${loads[0]}\n`,
)
process.stdout.write('| call | requests/s | of bare | p50 ms | p99 ms | CPU µs a call |\n|---|---|---|---|---|---|\n')
let failed = false
for (const { contestant, rounds: results, cpu, calls } of measured) {
  const reference = measured[0]?.rounds ?? []
  const share = median(
    results.map(({ requestsPerSecond }, at) => requestsPerSecond / (reference[at]?.requestsPerSecond ?? 1)),
  )
  const of = (pick: (result: LoadResult) => number) => median(results.map(pick))
  const wrong = results.flatMap(({ statuses }) => [...statuses.keys()]).filter((status) => status !== '200')
  failed ||= wrong.length > 0
  const cells = [
    contestant.name + (wrong.length === 0 ? '' : ` (answered ${[...new Set(wrong)].join()})`),
    Math.round(of((result) => result.requestsPerSecond)),
    share.toFixed(2),
    of((result) => result.p50).toFixed(2),
    of((result) => result.p99).toFixed(2),
    Number.isNaN(cpu) ? '' : Math.round(cpu / calls),
  ]
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}
process.exit(failed ? 1 : 0)
