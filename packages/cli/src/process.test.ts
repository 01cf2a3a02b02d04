/** The built command as a child process: streams, signals and memory as an operating system sees them. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleTime, compiledTime } from '../bin/bundle.js'
import { allow, ana, Workspace } from './run.test-data.ts'

const bin = fileURLToPath(new URL('../bin/scopedown.js', import.meta.url))
const root = fileURLToPath(new URL('../../../', import.meta.url))
const workspace = new Workspace()
afterAll(() => workspace.remove())

beforeAll(() => {
  // Type errors are told by `npm run build`; the output is written all the same, and is what is tested here.
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'packages/cli'], { cwd: root })
  // Other tests run the bundle meanwhile.
  if (bundleTime() <= compiledTime()) execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: root })
}, 240_000)

const start = (argv: readonly string[]) => spawn(process.execPath, [bin, ...argv], { stdio: ['pipe', 'pipe', 'pipe'] })

function collect(stream: Readable): () => string {
  const parts: string[] = []
  stream.setEncoding('utf8').on('data', (part: string) => parts.push(part))
  return () => parts.join('')
}

async function statusOf(child: ChildProcess): Promise<number | null> {
  const [code] = await once(child, 'close')
  return code
}

const caseLine = (index: number) =>
  `${JSON.stringify({
    name: `case ${index}`,
    request: {
      principal: ana,
      action: 's3:GetObject',
      resource: `arn:aws:s3:::reports/${index}`,
      context: { 'a:b': index },
    },
    policies: { identity: [allow('s3:*', `arn:aws:s3:::reports/${index % 10}*`)] },
    expect: { decision: 'allowed' },
  })}\n`

const tenLines = Array.from({ length: 10 }, (_, index) => caseLine(index))

/** `count` cases, a multiple of 500, in batches. */
function* caseLines(count: number, inArray: boolean): Generator<string> {
  const batch = Array.from({ length: 50 }, () => tenLines.join(inArray ? ',' : '')).join(inArray ? ',' : '')
  for (let from = 0; from < count; from += 500) {
    if (inArray) yield from === 0 ? '[' : ','
    yield batch
  }
  if (inArray) yield ']'
}

/** Highest resident size so far, in MiB; Linux alone tells it of another process. */
function peakOf(child: ChildProcess): number {
  const status = execFileSync('cat', [`/proc/${child.pid}/status`], { encoding: 'utf8' })
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

describe('the built command', () => {
  it('can be run by its name', () => {
    expect(statSync(bin).mode & 0o111).not.toBe(0)
    expect(execFileSync(bin, ['--version'], { encoding: 'utf8' })).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it.each([
    [0, 's3:GetObject'],
    [1, 's3:PutObject'],
    [2, 'nonsense'],
  ])('exits %i for %s', async (status, action) => {
    const policy = workspace.file('policy.json', allow('s3:GetObject', '*'))
    const child = start(['check', '--principal', ana, '--action', action, '--resource', '*', '--identity', policy])
    const err = collect(child.stderr)
    expect(await statusOf(child)).toBe(status)
    expect(err()).not.toMatch(/^\s+at /m)
  })

  it.each([false, true])('streams 200,000 cases in bounded memory (as an array: %s)', async (inArray) => {
    const child = start(['check', '--cases', '-'])
    const err = collect(child.stderr)
    let lines = 0
    let peak = 0
    child.stdout.on('data', (chunk: Buffer) => {
      for (const byte of chunk) if (byte === 0x0a) lines += 1
      if (lines >= 190_000 && peak === 0 && existsSync('/proc/self/status')) peak = peakOf(child)
    })
    Readable.from(caseLines(200_000, inArray)).pipe(child.stdin)
    expect(await statusOf(child)).toBe(0)
    expect([lines, err()]).toEqual([200_000, '200000 cases: 200000 as expected, 0 not\n'])
    expect(peak).toBeLessThan(200)
  })

  it('waits for a reader that is slow, and loses nothing', async () => {
    const child = start(['check', '--cases', '-'])
    let given = 0
    const source = Readable.from(
      (function* () {
        for (const batch of caseLines(100_000, false)) {
          given += batch.length
          yield batch
        }
      })(),
      { highWaterMark: 1 },
    )
    source.pipe(child.stdin)
    await new Promise((resolve) => setTimeout(resolve, 1500))
    const whileWaiting = given
    const out = collect(child.stdout)
    expect(await statusOf(child)).toBe(0)
    expect(whileWaiting).toBeLessThan(given / 2)
    expect(out().split('\n')).toHaveLength(100_001)
  })

  it('stops without a word when its reader goes away', async () => {
    const child = start(['check', '--cases', '-'])
    const err = collect(child.stderr)
    child.stdin.on('error', () => undefined)
    Readable.from(caseLines(100_000, false)).pipe(child.stdin)
    await once(child.stdout, 'data')
    child.stdout.destroy()
    expect(await statusOf(child)).toBe(141)
    expect(err()).toBe('')
  })

  it('serves until it is told to stop', async () => {
    const child = start(['serve', '--port', '0', '--data', `${workspace.folder}/server data`])
    const out = collect(child.stdout)
    const err = collect(child.stderr)
    const ended = statusOf(child)
    while (!out().includes('create-user')) {
      const status = await Promise.race([once(child.stdout, 'data'), ended])
      if (typeof status === 'number') throw new Error(`the server ended with status ${status}: ${err()}`)
    }
    const url = /^Scopedown serves (\S+)$/m.exec(out())?.[1]
    expect((await fetch(`${url}/_scopedown/health`)).status).toBe(200)
    // Version 1 of the aws CLI does not know AWS_REGION.
    expect(out()).toContain(`export AWS_ENDPOINT_URL=${url} AWS_DEFAULT_REGION=us-east-1 `)
    expect(out()).toContain(`AWS_SHARED_CREDENTIALS_FILE='${workspace.folder}/server data/credentials'`)
    expect(statSync(`${workspace.folder}/server data/credentials`).mode & 0o777).toBe(0o600)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('is ready soon and small at rest', async () => {
    const started = performance.now()
    const child = start(['serve', '--port', '0', '--data', `${workspace.folder}/at-rest`])
    const out = collect(child.stdout)
    const ended = statusOf(child)
    while (!out().includes('create-user')) await Promise.race([once(child.stdout, 'data'), ended])
    const ready = performance.now() - started
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const status = existsSync('/proc/self/status') ? readFileSync(`/proc/${child.pid}/status`, 'utf8') : ''
    const megabytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024
    process.stderr.write(`a server is ready after ${ready.toFixed(0)} ms and has ${megabytes.toFixed(0)} MB at rest\n`)
    // Time depends on what else the machine does, memory hardly.
    expect(megabytes).toBeLessThan(150)
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  })

  it('says in one line that a port is taken, and ends', async () => {
    const taken = await import('node:net').then(({ createServer }) => createServer().listen(0, '127.0.0.1'))
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const child = start(['serve', '--port', port, '--data', `${workspace.folder}/taken`])
    const err = collect(child.stderr)
    expect(await statusOf(child)).toBe(2)
    expect(err()).toBe(
      'scopedown: cannot serve: another program listens on that port; choose another with --port, or 0 for any\n',
    )
    taken.close()
    await finished(child.stdin, { error: false }).catch(() => undefined)
  })
})
