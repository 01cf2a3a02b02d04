/**
 * `npm run bench:server`: signed, authorized, audited calls beside a bare `node:http` JSON echo, in one run on one machine.
 * Servers run in processes of their own; figures mean something on a machine that does nothing else.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { signRequest } from '@scopedown/wire'
import { type LoadResult, load } from './load.ts'

const connections = Number(process.env.BENCH_CONNECTIONS ?? 16)
const seconds = Number(process.env.BENCH_SECONDS ?? 5)

interface Contestant {
  readonly name: string
  readonly port: number
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
  const { startServer } = await import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)})
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

const contestants: readonly Contestant[] = [
  {
    name: 'bare node:http JSON echo',
    port: port(bare.url),
    request: () =>
      post(bare.url, { 'content-type': 'application/json' }, JSON.stringify({ Action: 'Echo', Version: 1 })),
  },
  {
    name: 'GetCallerIdentity',
    port: port(server.url),
    request: call('sts', 'Action=GetCallerIdentity&Version=2011-06-15'),
  },
  { name: 'GetRole', port: port(server.url), request: call('iam', 'Action=GetRole&Version=2010-05-08&RoleName=bench') },
]

const results: (LoadResult & { name: string })[] = []
for (const { name, port, request } of contestants) {
  await load({ port, request: request(), connections, seconds: Math.min(seconds, 2) })
  results.push({ name, ...(await load({ port, request: request(), connections, seconds })) })
}
bare.child.kill()
server.child.kill()
rmSync(data, { recursive: true, force: true })

const reference = results[0]?.requestsPerSecond ?? 1
process.stdout.write(`node ${process.version}, ${connections} connections, ${seconds} s each\n`)
process.stdout.write('| call | requests/s | of bare | p50 ms | p99 ms |\n|---|---|---|---|---|\n')
for (const { name, requestsPerSecond, p50, p99, statuses } of results) {
  const failed = [...statuses].filter(([status]) => status !== '200')
  const note =
    failed.length === 0 ? '' : ` (failed: ${failed.map(([status, count]) => `${status} ${count}`).join(', ')})`
  process.stdout.write(
    `| ${name}${note} | ${Math.round(requestsPerSecond)} | ${(requestsPerSecond / reference).toFixed(2)} | ${p50.toFixed(2)} | ${p99.toFixed(2)} |\n`,
  )
}
process.exit(results.some(({ statuses }) => statuses.size !== 1 || !statuses.has('200')) ? 1 : 0)
