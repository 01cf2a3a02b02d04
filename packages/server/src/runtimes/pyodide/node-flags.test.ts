/** What Node's permission model really refuses, on whichever Node the tests run. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeFlags } from './node-flags.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'flags-')))
const program = join(folder, 'program.mjs')
const listener = createServer((_, response) => response.end('reached'))

beforeAll(async () => {
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const { port } = listener.address() as AddressInfo
  writeFileSync(join(folder, 'named'), 'named')
  writeFileSync(join(folder, 'secret'), 'secret')
  writeFileSync(
    program,
    `import { readFileSync, writeFileSync, readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { Worker } from 'node:worker_threads'
import { createContext, Script } from 'node:vm'
import { connect } from 'node:net'
const attempts = {
  named: () => readFileSync(${JSON.stringify(join(folder, 'named'))}, 'utf8'),
  secret: () => readFileSync(${JSON.stringify(join(folder, 'secret'))}, 'utf8'),
  list: () => readdirSync('/'),
  write: () => writeFileSync(${JSON.stringify(join(folder, 'named'))}, 'x'),
  spawn: () => spawnSync(process.execPath, ['--version']).status,
  worker: () => new Worker('', { eval: true }) && 'started',
  eval: () => (0, eval)('1'),
}
const seen = {}
for (const [name, attempt] of Object.entries(attempts)) {
  try { seen[name] = attempt() } catch (error) { seen[name] = error.code ?? error.name }
}
const end = (text) => { seen.network = text; console.log(JSON.stringify(seen)); process.exit() }
try {
  const socket = connect(${port}, '127.0.0.1', () => end('reached'))
  socket.on('error', (error) => end(error.code))
} catch (error) { end(error.code) }
`,
  )
})
afterAll(() => {
  listener.close()
  rmSync(folder, { recursive: true })
})

it('reads what is named, and neither reads, writes nor starts anything else', () => {
  const flags = nodeFlags([program, join(folder, 'named')])
  const seen = JSON.parse(execFileSync(process.execPath, [...flags, program], { encoding: 'utf8', env: {} }))
  const denied = 'ERR_ACCESS_DENIED'
  expect(seen).toEqual({
    named: 'named',
    ...{ secret: denied, list: denied, write: denied, spawn: denied, worker: denied },
    eval: 'EvalError',
    network: Number(process.versions.node.split('.')[0]) < 25 ? 'reached' : denied,
  })
})
