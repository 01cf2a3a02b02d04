import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { ResultLine } from './test/result-line.ts'

const source = (name: string) => fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url))

/** Tests run against the TypeScript sources, so that a failure points at a line that a person wrote. */
export default defineConfig({
  resolve: {
    alias: {
      '@scopedown/engine': source('engine'),
      '@scopedown/wire': source('wire'),
      '@scopedown/server': source('server'),
    },
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    reporters: ['default', new ResultLine()],
    // Most of a test is waiting for a server or a client: a worker for each core, where the default leaves one core out.
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
