// Fuzzing for as long as one likes: `npm run fuzz -- --minutes N [--seed S]`. Holds decide, explain and the specification
// together on generated policies and requests; prints its seed and a minimised counter-example when they differ.
import { spawnSync } from 'node:child_process'
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } } })
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Date.now() & 0x7fffffff)
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error('usage: npm run fuzz -- --minutes N [--seed S], N a positive number, S an integer')
  process.exit(2)
}
console.log(`seed ${seed}, ${minutes} minutes`)
const { status } = spawnSync('npx', ['vitest', 'run', 'packages/engine/src/specification', '-t', 'decide, explain'], {
  stdio: 'inherit',
  env: { ...process.env, SCOPEDOWN_FUZZ_MINUTES: String(minutes), SCOPEDOWN_FUZZ_SEED: String(seed) },
})
process.exit(status ?? 1)
