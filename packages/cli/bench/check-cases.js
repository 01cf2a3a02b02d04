// Cases a second of `scopedown check --cases` on a generated file whose cases share 200 policy sets, and its peak memory.
// Usage: npm run build && node packages/cli/bench/check-cases.js [cases]; the numbers are kept in bench-results/.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'

const cases = Number(process.argv[2] ?? 500_000)
const runs = 3
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'scopedown-bench-'))
const file = join(folder, 'cases.jsonl')

try {
  const generator = spawn(process.execPath, [path('generate-cases.js'), String(cases)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await pipeline(generator.stdout, createWriteStream(file))
  const measured = []
  for (let run = 0; run < runs; run += 1) measured.push(await measure())
  const seconds = measured.map((one) => one.seconds).sort((left, right) => left - right)
  const result = {
    cases,
    bytesPerCase: Math.round(statSync(file).size / cases),
    casesPerSecond: Math.round(cases / seconds[Math.floor(runs / 2)]),
    best: Math.round(cases / seconds[0]),
    peakMiB: Math.max(...measured.map((one) => one.peakMiB)),
    node: process.version,
    cpu: cpus()[0]?.model,
  }
  console.log(`${result.casesPerSecond} cases/s (median of ${runs}, best ${result.best}), peak ${result.peakMiB} MiB`)
  mkdirSync(path('../../../bench-results'), { recursive: true })
  writeFileSync(path('../../../bench-results/check-cases.json'), `${JSON.stringify(result, null, 2)}\n`)
} finally {
  rmSync(folder, { recursive: true })
}

async function measure() {
  const started = performance.now()
  const argv = [path('../bin/scopedown.js'), 'check', '--cases', file]
  const child = spawn(process.execPath, argv, { stdio: ['ignore', openSync(join(folder, 'out'), 'w'), 'inherit'] })
  let peakMiB = 0
  const watch = setInterval(() => {
    const status = readStatus(child.pid)
    peakMiB = Math.max(peakMiB, Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024))
  }, 100)
  const [code] = await once(child, 'close')
  clearInterval(watch)
  if (code !== 0) throw new Error(`check ended with status ${code}: the answers are wrong`)
  return { seconds: (performance.now() - started) / 1000, peakMiB }
}

/** Linux tells it; elsewhere the peak reads 0. */
function readStatus(pid) {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
