/** kill -9 in the middle of puts, overwrites and completed uploads: what was acknowledged is there, and whole. Runs the built code. */

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** Fifty under CI; a few while somebody works. */
const rounds = Number(process.env.SCOPEDOWN_CRASH_ROUNDS ?? (process.env.CI === 'true' ? 50 : 6))
const dist = fileURLToPath(new URL('../../dist/', import.meta.url))
let folder: string

beforeAll(() => {
  if (!existsSync(join(dist, 'objects/object-store.js'))) throw new Error('not built: run `npm run build` first')
  folder = mkdtempSync(join(tmpdir(), 'scopedown-object-crash-'))
  writeFileSync(join(folder, 'acknowledged'), '')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What every object holds follows from its name, so that half of one shows. */
const common = `
  import { appendFileSync, readFileSync } from 'node:fs'
  import { Readable } from 'node:stream'
  import { buffer } from 'node:stream/consumers'
  import { openBody } from '@scopedown/wire'
  const load = (file) => import(${JSON.stringify(dist)} + file)
  const { openStore } = await load('store/store.js')
  const { objectSteps } = await load('objects/schema-steps.js')
  const { LocalContents } = await load('objects/local-contents.js')
  const { Writer } = await load('objects/writer.js')
  const { ObjectStore } = await load('objects/object-store.js')
  const { MultipartUploads } = await load('objects/multipart.js')
  const { Janitor } = await load('objects/janitor.js')
  const [folder, round] = process.argv.slice(1)
  await new Promise((resolve) => process.stdin.once('data', resolve))
  process.stdin.destroy()
  let ahead = 0
  const clock = () => Date.now() + ahead
  const store = await openStore({ location: folder + '/objects.db', steps: objectSteps })
  const contents = new LocalContents(folder + '/objects')
  const writer = await Writer.start({ store, clock })
  const objects = new ObjectStore({ store, contents, writer, clock })
  const uploads = new MultipartUploads(objects, clock)
  const bytesOf = (name) => Buffer.alloc(1 + (name.length * 7919 * (1 + Number(name.split('-')[2] ?? 0))) % (Number(name.split('-')[2] ?? 0) % 2 ? 400000 : 9000), name + '|')
  const nothing = { length: undefined, chunked: undefined, trailers: [], sha256: undefined, md5: undefined, checksum: undefined }
  const body = (bytes) => openBody(Readable.from([bytes]), nothing)
  const acknowledge = (line) => appendFileSync(folder + '/acknowledged', line + '\\n')
`

const work = `${common}
  await store.db.insertInto('s3_buckets').values({ name: 'b', account_id: 'a', region: 'r', created_at: 0, policy: null, tags: '[]' })
    .onConflict((conflict) => conflict.doNothing()).execute()
  const janitor = new Janitor({ store, contents, leases: objects.leases, writer, clock, onError: () => {} })
  janitor.start()
  const object = (key) => ({ bucket: 'b', key, facts: {}, tags: [] })
  const put = async (name, key) => {
    await objects.put(object(key), body(bytesOf(name)))
    acknowledge(key + ' ' + name)
  }
  const upload = async (name) => {
    const id = await uploads.create({ bucket: 'b', key: name, initiator: { arn: '', account: '', userId: '' }, facts: { object: {} }, tags: [] })
    const part = await uploads.putPart(await uploads.find('b', name, id), 1, body(bytesOf(name)))
    await uploads.complete(await uploads.find('b', name, id), { parts: [{ number: 1, etag: part.etag, checksum: undefined }], conditions: {}, checksum: undefined, size: undefined })
    acknowledge(name + ' ' + name)
  }
  console.log('ready')
  for (let n = 0; ; n += 3) {
    await Promise.all([put('p-' + round + '-' + n, 'p-' + round + '-' + n), upload('u-' + round + '-' + n), put('o-' + round + '-' + n, 'same')])
  }
`

const verify = `${common}
  const last = new Map(readFileSync(folder + '/acknowledged', 'utf8').split('\\n').filter(Boolean).map((line) => line.split(' ')))
  const wrong = []
  const order = (name) => name.split('-').slice(1).map(Number)
  for (const [key, name] of last) {
    const found = await objects.find('b', key)
    if (found === undefined) { wrong.push('lost: ' + key); continue }
    const bytes = await buffer(await objects.read(found, 0, found.size))
    if (key !== 'same') { if (!bytes.equals(bytesOf(name))) wrong.push('changed: ' + key); continue }
    const shown = bytes.toString().split('|')[0]
    const [round, n] = order(shown), [ackRound, ackN] = order(name)
    if (!bytes.equals(bytesOf(shown)) || round < ackRound || (round === ackRound && n < ackN)) wrong.push('older or torn: ' + key)
  }
  for (const { key } of await store.db.selectFrom('s3_objects').select('key').execute()) {
    if (last.has(key)) continue
    const found = await objects.find('b', key)
    const bytes = await buffer(await objects.read(found, 0, found.size))
    if (!bytes.equals(bytesOf(key))) wrong.push('torn: ' + key)
  }
  ahead = 3_600_000
  const janitor = new Janitor({ store, contents, leases: objects.leases, writer, clock, onError: (error) => wrong.push(String(error)) })
  await janitor.sweep()
  await janitor.removeOrphans()
  const used = new Set((await store.db.selectFrom('s3_segments').select('content').where('content', '!=', '').execute()).map(({ content }) => content))
  let orphans = 0
  for await (const id of contents.list()) if (!used.delete(id)) orphans += 1
  console.log(JSON.stringify({ acknowledged: last.size, wrong, orphans, missing: used.size }))
  process.exit(0)
`

/** A process with everything loaded, which begins at `go`: the next one loads while this one works. */
function prepare(script: string, round: number) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder, String(round)], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let errors = ''
  let heard: () => void = () => {}
  const ready = new Promise<void>((resolve) => {
    heard = resolve
  })
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString()
    heard()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  const ended = new Promise<string>((resolve) => child.once('close', () => resolve(out)))
  return { child, go: () => child.stdin.write('go'), ready: Promise.race([ready, ended]), ended, errors: () => errors }
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const acknowledged = () => statSync(join(folder, 'acknowledged')).size

it(`keeps what it acknowledged, and nothing half, over ${rounds} kills`, { timeout: 300_000 }, async () => {
  let next = prepare(work, 0)
  for (let round = 0; round < rounds; round += 1) {
    const { child, go, ready, ended, errors } = next
    go()
    next = round + 1 < rounds ? prepare(work, round + 1) : prepare(verify, rounds)
    await ready
    // On a busy machine the first answers take their time; a kill before them would prove nothing.
    const before = acknowledged()
    const patience = Date.now() + 20_000
    while (acknowledged() === before && Date.now() < patience) await pause(5)
    await pause(20 + ((round * 37) % 150))
    expect(child.exitCode, errors()).toBe(null)
    child.kill('SIGKILL')
    await ended
  }
  const { go, ended, errors } = next
  go()
  const result = JSON.parse((await ended) || JSON.stringify(errors()))
  expect(result).toMatchObject({ wrong: [], orphans: 0, missing: 0 })
  expect(result.acknowledged).toBe(
    new Set(
      readFileSync(join(folder, 'acknowledged'), 'utf8')
        .split('\n')
        .map((line) => line.split(' ')[0])
        .filter(Boolean),
    ).size,
  )
  expect(result.acknowledged).toBeGreaterThanOrEqual(rounds)
})
