/**
 * `npm run bench:glue`: the Data Catalog at the size of the issue on SQLite, and signed requests a second beside moto's server.
 * Figures mean something on a machine that does nothing else; BENCH_SCALE=0.1 makes everything a tenth.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillPartitions, fillTables, keys, openDatabase, partitionValues, storage } from './glue/fill.mjs'
import { connection, glueRequest, rate } from './glue/requests.mjs'
import { memory, startMoto, startScopedown } from './glue/servers.mjs'

const scale = Number(process.env.BENCH_SCALE ?? 1)
const seconds = Number(process.env.BENCH_SECONDS ?? 5)
const connections = 8
const data = mkdtempSync(join(tmpdir(), 'scopedown-bench-glue-'))
const say = (line) => process.stdout.write(`${line}\n`)
let missed = 0
const check = (line, holds) => {
  if (!holds) missed += 1
  say(`| ${line} | ${holds ? 'holds' : 'MISSED'} |`)
}

say(`node ${process.version}, scale ${scale}`)
let server = await startScopedown(data)
const file = join(data, 'scopedown.db')
const call = (operation, input) => glueRequest(server.url, server.keys, operation, input)
/** Stopped meanwhile: its caches must not outlive what it has cached. */
async function filling(fill) {
  await server.stop()
  const db = openDatabase(file)
  fill(db)
  db.exec('analyze')
  db.close()
  server = await startScopedown(data)
}

const databases = Math.round(1000 * scale)
const partitions = Math.round(1_000_000 * scale)
/** The same server with little in it: asked in turn with the full one, so that what else the machine does hits both alike. */
const fewPartitions = 10_000
const little = mkdtempSync(join(tmpdir(), 'scopedown-bench-glue-'))
let small = await startScopedown(little)
await small.stop()
const littleDb = openDatabase(join(little, 'scopedown.db'))
fillTables(littleDb, 0, 10, 100)
fillPartitions(littleDb, 0, fewPartitions)
littleDb.exec('analyze')
littleDb.close()
await filling((db) => {
  fillTables(db, 0, databases, 100)
  fillPartitions(db, 0, partitions)
})
small = await startScopedown(little)
const line = await connection(server.url)
const smallLine = await connection(small.url)

async function asked(to, on, operation, input) {
  const { status, body, milliseconds } = await on.send(glueRequest(to.url, to.keys, operation, input))
  if (status !== 200) throw new Error(`${operation}: ${status} ${body.slice(0, 300)}`)
  return { body, milliseconds }
}
const ask = async (operation, input) => {
  const { body, milliseconds } = await asked(server, line, operation, input)
  return { ...JSON.parse(body), milliseconds }
}
/** Medians of both, in turn. */
async function paired(count, operation, inputFor) {
  const times = [[], []]
  for (let n = -count / 4; n < count; n += 1) {
    const first = await asked(small, smallLine, operation, inputFor(10))
    const second = await asked(server, line, operation, inputFor(databases))
    if (n < 0) continue
    times[0].push(first.milliseconds)
    times[1].push(second.milliseconds)
  }
  return times.map((all) => all.sort((left, right) => left - right)[Math.floor(all.length / 2)])
}

say('\n| at scale | | |\n|---|---|---|')
const [few, many] = await paired(3000, 'GetTable', (of) => ({
  DatabaseName: `db${Math.floor(Math.random() * of)}`,
  Name: `t${Math.floor(Math.random() * 100)}`,
}))
check(
  `GetTable p50 ${few.toFixed(3)} ms of 1,000 tables, ${many.toFixed(3)} ms of ${databases * 100} | ${(many / few).toFixed(2)}x (at most 1.3)`,
  many / few <= 1.3,
)
const at = { DatabaseName: 'db0', TableName: 't0' }
const questions = [
  ['one day', "day = '2010-01-03'", 240],
  ['one hour of one day', "day = '2010-01-03' and hour = 7", 10],
  ['hours of two days', "day in ('2010-01-03', '2010-01-02') and hour between 3 and 5", 60],
  ['one shard of one day (asked row by row)', "day = '2010-01-03' and shard = 'shard-3'", 24],
]
for (const [name, Expression, wanted] of questions) {
  const input = { ...at, Expression, MaxResults: 1000 }
  const { length } = (await ask('GetPartitions', input)).Partitions
  const [fast, slow] = await paired(100, 'GetPartitions', () => input)
  check(
    `GetPartitions, ${name}, ${length} found: ${fast.toFixed(1)} ms of ${fewPartitions}, ${slow.toFixed(1)} ms of ${partitions} | ${(slow / fast).toFixed(2)}x (at most 1.3)`,
    length === wanted && slow / fast <= 1.3,
  )
}
smallLine.close()
await small.stop()
rmSync(little, { recursive: true, force: true })

const before = memory(server.pid)
const none = await ask('GetPartitions', { ...at, Expression: "shard = 'nowhere'" })
say(
  `| GetPartitions of ${partitions}: what no index can answer, all rows asked, ${none.Partitions.length} found | ${none.milliseconds.toFixed(0)} ms | |`,
)
const walked = Math.min(partitions, 100_000)
let seen = 0
const walk = performance.now()
for (let NextToken; seen < walked; ) {
  const page = await ask('GetPartitions', { ...at, MaxResults: 1000, ...(NextToken && { NextToken }) })
  seen += page.Partitions.length
  NextToken = page.NextToken
  if (NextToken === undefined) break
}
say(`| walking ${seen} partitions by pages of 1000 | ${(seen / (performance.now() - walk)).toFixed(0)} per ms | |`)
const grown = memory(server.pid) - before
check(`resident memory grew meanwhile | ${grown.toFixed(0)} MiB (at most 150) `, grown <= 150)

const children = Math.round(10_000 * scale)
await filling((db) => fillTables(db, 5000, 1, children))
const drop = await connection(server.url)
await drop.send(call('GetDatabase', { Name: 'db5000' }))
const deleted = await drop.send(call('DeleteDatabase', { Name: 'db5000' }))
check(
  `DeleteDatabase of ${children} tables, each asked about | ${deleted.milliseconds.toFixed(0)} ms (under 1000)`,
  deleted.status === 200 && deleted.milliseconds < 1000,
)
drop.close()
line.close()
await server.stop()
rmSync(data, { recursive: true, force: true })

say(`\n| signed requests a second, ${connections} connections | scopedown | moto |\n|---|---|---|`)
const empty = mkdtempSync(join(tmpdir(), 'scopedown-bench-glue-'))
const contestants = [await startScopedown(empty), await startMoto()].filter((one) => one !== undefined)
const figures = { GetTable: [], 'GetPartitions (100 a page)': [], 'BatchCreatePartition (100)': [] }
for (const { url, keys: signer } of contestants) {
  const request = (operation, input) => glueRequest(url, signer, operation, input)
  const first = await connection(url)
  const set = async (operation, input) => {
    const { status, body } = await first.send(request(operation, input))
    if (status !== 200) throw new Error(`${operation}: ${status} ${body.slice(0, 300)}`)
  }
  const batch = (DatabaseName, TableName, n) =>
    request('BatchCreatePartition', {
      DatabaseName,
      TableName,
      PartitionInputList: Array.from({ length: 100 }, (_, i) => ({
        Values: partitionValues(n * 100 + i),
        StorageDescriptor: { ...storage, Columns: storage.Columns.slice(0, 3) },
      })),
    })
  const target = { DatabaseName: 'race', TableName: 'read' }
  await set('CreateDatabase', { DatabaseInput: { Name: 'race' } })
  for (const Name of ['read', 'write']) {
    await set('CreateTable', {
      DatabaseName: 'race',
      TableInput: { Name, StorageDescriptor: storage, PartitionKeys: keys },
    })
  }
  await first.send(batch('race', 'read', 0))
  first.close()
  const same = (bytes) => () => bytes
  figures.GetTable.push(
    await rate(url, connections, seconds, same(request('GetTable', { DatabaseName: 'race', Name: 'read' }))),
  )
  figures['GetPartitions (100 a page)'].push(
    await rate(url, connections, seconds, same(request('GetPartitions', { ...target, MaxResults: 100 }))),
  )
  const prepared = Array.from({ length: Math.min(2000, Math.ceil(600 * seconds)) }, (_, n) => batch('race', 'write', n))
  figures['BatchCreatePartition (100)'].push(await rate(url, connections, seconds, () => prepared.pop()))
}
for (const [name, [ours, motos]] of Object.entries(figures)) {
  say(`| ${name} | ${ours.toFixed(0)} | ${motos === undefined ? 'not installed' : motos.toFixed(0)} |`)
}
for (const { stop } of contestants) await stop()
rmSync(empty, { recursive: true, force: true })
process.exit(missed === 0 ? 0 : 1)
