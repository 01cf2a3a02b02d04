/**
 * S3, side by side in one run: Scopedown, a plain node:http server that writes and reads files (the ceiling), and moto's server
 * where Python has it. Every put is synced to disk by the first two. `npm run bench:s3`; sizes in MiB by SCOPEDOWN_BENCH_LARGE_MIB.
 */

import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { createServer } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { signRequest } from '../packages/wire/dist/index.js'

const serverDist = fileURLToPath(new URL('../packages/server/dist/', import.meta.url))
const command = fileURLToPath(new URL('../packages/cli/bin/scopedown.js', import.meta.url))
const largeMiB = Number(process.env.SCOPEDOWN_BENCH_LARGE_MIB ?? 1024)
const listedTotal = Number(process.env.SCOPEDOWN_BENCH_LISTED ?? 1_000_000)
const data = mkdtempSync(join(process.env.SCOPEDOWN_BENCH_FOLDER ?? tmpdir(), 'scopedown-bench-'))
const agent = new Agent({ keepAlive: true, maxSockets: 16 })
const block = randomBytes(1024 * 1024)

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

/** A child process that serves `url`. */
async function serve(command, args, url) {
  const child = spawn(command, args, { stdio: 'ignore' })
  for (let tries = 0; tries < 300; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${command} ended`)
    const up = await fetch(url).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    )
    if (up !== undefined) return child
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`${command} does not answer`)
}

async function scopedown() {
  const port = await freePort()
  const folder = join(data, 'scopedown')
  const seed = spawn(process.execPath, ['--input-type=module', '-e', seeding, folder, String(listedTotal)], {
    stdio: 'inherit',
  })
  await new Promise((resolve) => seed.once('close', resolve))
  const url = `http://127.0.0.1:${port}`
  const args = [command, 'serve', '--port', String(port), '--data', folder]
  const child = await serve(process.execPath, args, `${url}/_scopedown/health`)
  const text = readFileSync(join(folder, 'credentials'), 'utf8')
  const value = (name) => new RegExp(`${name} = (.+)`).exec(text)[1]
  const credentials = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') }
  return { name: 'scopedown', url, child, credentials }
}

/** Rows of the index, as a million puts would have left them. */
const seeding = `
  import { mkdirSync } from 'node:fs'
  const [folder, total] = process.argv.slice(1)
  mkdirSync(folder, { recursive: true })
  const { openStore } = await import(${JSON.stringify(`${serverDist}store/store.js`)})
  const { schemaSteps } = await import(${JSON.stringify(`${serverDist}schema.js`)})
  const store = await openStore({ location: folder + '/scopedown.db', steps: schemaSteps })
  const bucket = (name) => ({ name, account_id: '123456789012', region: 'us-east-1', created_at: 0, policy: null, tags: '[]' })
  for (const name of ['bench', 'million', 'few']) await store.db.insertInto('s3_buckets').values(bucket(name)).execute()
  const fill = (name, count) => store.db.transaction().execute(async (db) => {
    for (let from = 0; from < count; from += 1000) {
      const rows = Array.from({ length: Math.min(1000, count - from) }, (_, i) => ({ bucket: name,
        key: 'folder-' + String(Math.floor((from + i) / 1000)).padStart(5, '0') + '/object-' + String(from + i).padStart(8, '0'),
        id: String(from + i), size: 1, etag: '5d41402abc4b2a76b9719d911017c592', modified_at: 1, facts: '{}', tags: '[]' }))
      await db.insertInto('s3_objects').values(rows).execute()
    }
  })
  await fill('million', Number(total))
  await fill('few', 2000)
  await store.close()`

async function plain() {
  const port = await freePort()
  const script = `
    import { createReadStream, createWriteStream, mkdirSync, statSync } from 'node:fs'
    import { createServer } from 'node:http'
    import { pipeline } from 'node:stream/promises'
    const folder = ${JSON.stringify(join(data, 'plain'))}
    mkdirSync(folder, { recursive: true })
    createServer(async (request, response) => {
      const path = folder + '/' + request.url.slice(1).replaceAll('/', '_')
      if (request.method === 'PUT') {
        await pipeline(request, createWriteStream(path, { flush: true, highWaterMark: 1024 * 1024 }))
        response.end()
      } else if (request.url === '/') response.end()
      else {
        response.setHeader('content-length', statSync(path).size)
        await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), response)
      }
    }).listen(${port}, '127.0.0.1')`
  const url = `http://127.0.0.1:${port}`
  return { name: 'node:http', url, child: await serve(process.execPath, ['--input-type=module', '-e', script], url) }
}

async function moto() {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = await serve('python3', ['-m', 'moto.server', '-p', String(port)], url).catch(() => undefined)
  if (child === undefined) return undefined
  const contestant = { name: 'moto', url, child, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } }
  await send(contestant, 'PUT', '/bench')
  return contestant
}

function headersOf({ url, credentials }, method, path, hash) {
  const host = new URL(url).host
  if (credentials === undefined) return { host }
  const request = { method, rawUrl: path, headers: { host }, ...(hash === undefined ? {} : { body: { hash } }) }
  return signRequest(request, credentials, { region: 'us-east-1', service: 's3', now: Date.now() })
}

/** `body`: buffers, sent one after the other; `hash`: their SHA-256, which the signature covers. */
function send(contestant, method, path, body = [], hash = undefined) {
  const { hostname, port } = new URL(contestant.url)
  const length = body.reduce((sum, { length: bytes }) => sum + bytes, 0)
  const headers = { ...headersOf(contestant, method, path, hash), 'content-length': length }
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ method, path, hostname, port, agent, headers }, (response) => {
      let bytes = 0
      response.on('data', (chunk) => {
        bytes += chunk.length
      })
      response.on('end', () =>
        response.statusCode < 300 ? resolve(bytes) : reject(new Error(`${contestant.name}: ${response.statusCode}`)),
      )
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    const write = (index) => {
      if (index === body.length) outgoing.end()
      else if (outgoing.write(body[index])) setImmediate(write, index + 1)
      else outgoing.once('drain', () => write(index + 1))
    }
    write(0)
  })
}

async function timed(work) {
  const started = performance.now()
  await work()
  return performance.now() - started
}

/** `count` calls, `width` at a time. */
async function spread(count, width, call) {
  let next = 0
  const worker = async () => {
    while (next < count) await call(next++)
  }
  await Promise.all(Array.from({ length: width }, worker))
}

async function objects(contestant, size, count, width) {
  const body =
    size >= block.length ? Array.from({ length: size / block.length }, () => block) : [block.subarray(0, size)]
  const digest = createHash('sha256')
  for (const piece of body) digest.update(piece)
  const hash = digest.digest('hex')
  await send(contestant, 'PUT', '/bench/warm', body.slice(0, 1), createHash('sha256').update(body[0]).digest('hex'))
  const put = await timed(() => spread(count, width, (i) => send(contestant, 'PUT', `/bench/${size}-${i}`, body, hash)))
  const get = await timed(() => spread(count, width, (i) => send(contestant, 'GET', `/bench/${size}-${i}`)))
  return { put, get }
}

const results = []
const show = (name, what, text) => {
  results.push({ name, what, text })
  console.log(`${name.padEnd(10)} ${what.padEnd(34)} ${text}`)
}

const load = () => `load average ${loadavg()[0].toFixed(1)}`
console.log(load())
const contestants = [await scopedown(), await plain(), await moto()].filter(Boolean)
try {
  const throughput = {}
  for (const contestant of contestants) {
    const { name } = contestant
    for (const [size, count, width, what] of [
      [1024, 2000, 16, '1 KiB'],
      [1024 * 1024, 300, 4, '1 MiB'],
      [largeMiB * 1024 * 1024, 1, 1, `${largeMiB} MiB`],
    ]) {
      const { put, get } = await objects(contestant, size, count, width)
      for (const [way, milliseconds] of Object.entries({ put, get })) {
        const perSecond = (count / milliseconds) * 1000
        const mib = (perSecond * size) / 1024 / 1024
        throughput[`${name} ${way} ${what}`] = mib
        show(
          name,
          `${way} ${what}, ${width} at a time`,
          size < 1e6 ? `${perSecond.toFixed(0)} /s` : `${mib.toFixed(0)} MiB/s`,
        )
      }
    }
  }
  const [ours] = contestants
  const list = async (bucket, query) => {
    const path = `/${bucket}?list-type=2&${query}`
    // The first ones are the compiler's.
    for (let i = 0; i < 20; i += 1) await send(ours, 'GET', path)
    const times = []
    for (let i = 0; i < 20; i += 1) times.push(await timed(() => send(ours, 'GET', path)))
    return times.sort((a, b) => a - b)[10]
  }
  for (const [what, query] of [
    ['1,000 keys from the beginning', 'max-keys=1000'],
    [
      '1,000 keys under a prefix',
      `prefix=folder-${String(Math.floor(listedTotal / 2000)).padStart(5, '0')}/&delimiter=/`,
    ],
    ['1,000 common prefixes', 'delimiter=/'],
  ]) {
    show('scopedown', `list ${what}`, `${(await list('million', query)).toFixed(1)} ms of ${listedTotal} objects`)
  }
  show(
    'scopedown',
    'list 1,000 keys from the beginning',
    `${(await list('few', 'max-keys=1000')).toFixed(1)} ms of 2000 objects`,
  )
  for (const way of ['put', 'get']) {
    const key = `${way} ${largeMiB} MiB`
    const ratio = throughput[`scopedown ${key}`] / throughput[`node:http ${key}`]
    show('ratio', `${key}, signed payload`, `${ratio.toFixed(2)}x the plain server (target 0.6x)`)
  }
  console.log(load())
} finally {
  agent.destroy()
  for (const { child } of contestants) child.kill()
  rmSync(data, { recursive: true, force: true })
}
