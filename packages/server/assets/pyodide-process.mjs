/**
 * The process of a Pyodide session: statements come as JSON lines on descriptor 3, answers go to descriptor 4, output to
 * descriptor 1. Python runs on WebAssembly in a realm that holds nothing of Node (`pyodide-realm.js`). Started with Node's
 * permission model (https://nodejs.org/api/permissions.html), no environment, and no code from strings.
 */

import { randomFillSync } from 'node:crypto'
import { existsSync, readFileSync, readSync, writeSync } from 'node:fs'
import { createContext, Script } from 'node:vm'

const REQUESTS = 3
const ANSWERS = 4
const {
  folder,
  library,
  realm,
  programs,
  memoryBytes,
  arguments: given,
  interrupts,
} = JSON.parse(process.env.SCOPEDOWN_SETTINGS)
const node = process
const parent = node.ppid
const now = performance.now.bind(performance)

const context = createContext(Object.create(null), { codeGeneration: { strings: false, wasm: true } })
const load = (code, filename) => new Script(code, { filename }).runInContext(context)
/** Pyodide is an ES module, and a realm without modules cannot load another. */
const asScript = (code) =>
  code
    .replaceAll('import.meta.url', '"file:///pyodide.asm.mjs"')
    .replace(/export default (\w+)/, 'globalThis.createPyodideModule = $1')

let marker = ''
let file
const send = (descriptor, bytes) => {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}
const inside = load(
  realm,
  'realm',
)({
  now,
  write: (length) => void send(1, Buffer.from(inside.exchange.buffer, 0, length)),
  complain: (text) => void send(2, Buffer.from(`${text}\n`)),
  random: (length) => void randomFillSync(inside.exchange, 0, length),
  decode: (memory, at, length, encoding) => Buffer.from(memory, at, length).toString(encoding),
  text: (name) => readFileSync(name, 'utf8'),
  open: (name) => {
    file = readFileSync(name)
    return file.length
  },
  take: (at, length) => void inside.exchange.set(file.subarray(at, at + length)),
  interrupted: () => {
    // Whoever started this is gone: nobody waits for the statement.
    if (node.ppid !== parent) node.kill(node.pid, 'SIGKILL')
    if (marker === '' || !existsSync(interrupts) || readFileSync(interrupts, 'utf8') !== marker) return false
    marker = ''
    return true
  },
})

const answer = (message) => send(ANSWERS, Buffer.from(`${message}\n`))

/** Lines of descriptor 3; waits for them without a loop of events, of which nothing else here has need. */
function* requests() {
  const chunk = Buffer.alloc(65536)
  let rest = Buffer.alloc(0)
  for (;;) {
    const end = rest.indexOf(10)
    if (end !== -1) {
      yield JSON.parse(rest.subarray(0, end).toString('utf8'))
      rest = rest.subarray(end + 1)
      continue
    }
    const length = readSync(REQUESTS, chunk)
    if (length === 0) return
    rest = Buffer.concat([rest, chunk.subarray(0, length)])
  }
}

function forgetNode() {
  const language = new Set(['globalThis', 'Infinity', 'NaN', 'undefined'])
  for (const name of Object.getOwnPropertyNames(load('globalThis', 'names'))) language.add(name)
  for (const name of Object.getOwnPropertyNames(globalThis)) if (!language.has(name)) delete globalThis[name]
}

async function main() {
  load(asScript(readFileSync(`${folder}/pyodide.asm.mjs`, 'utf8')), 'pyodide.asm')
  load(readFileSync(`${folder}/pyodide.js`, 'utf8'), 'pyodide')
  const session = await inside.start(folder, library, memoryBytes, JSON.stringify(programs), JSON.stringify(given))
  file = undefined
  node.env = {}
  if (session.prepared !== '') return answer(JSON.stringify({ failed: session.prepared }))
  answer('{"ready":true}')
  for (const request of requests()) {
    if (request.code === undefined) continue
    marker = request.marker
    const outcome = session.run(request.code)
    marker = ''
    send(1, Buffer.from(request.marker))
    answer(outcome)
  }
}

const { Buffer } = globalThis
forgetNode()
main().then(
  () => node.exit(0),
  (error) => {
    send(2, Buffer.from(`${error?.message ?? error}\n`))
    node.exit(1)
  },
)
