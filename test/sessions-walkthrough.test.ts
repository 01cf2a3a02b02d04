/** docs/sessions.md: every command of it is run in its order, and prints what the page says; its notebook is run by AWS's kernel. */

import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PythonRuntime } from '../packages/server/src/runtimes/python/python.ts'
import { missingKernel, runCells } from '../packages/server/src/services/glue/sessions/notebook.test-data.ts'
import { missingClient } from '../packages/server/src/testing/external-client.ts'
import { walk } from './walkthrough.test-data.ts'

const sandbox = await new PythonRuntime().available()
if (!sandbox.ok) console.log(`skipped: the walk-through of sessions: ${sandbox.reason}`)
const missing =
  missingClient('aws', '--version') ??
  missingClient('bash', '--version') ??
  missingClient('python3', '-c', 'import boto3')
const kernel = missingKernel()

/** `[n] code`, and below it what the cell shows, indented. */
const cellsOf = (page: string) =>
  [...page.matchAll(/^\[\d+\] (.*)\n((?: {4}.*\n)*)/gm)].map(([, code = '', shows = '']) => ({
    code,
    shows: shows
      .trimEnd()
      .split('\n')
      .map((line) => line.trim()),
  }))

it.skipIf(!sandbox.ok || missing !== undefined || kernel !== undefined)(
  'the walk-through of sessions prints what it says, and its notebook shows it',
  { timeout: 600_000 },
  () =>
    walk({
      page: 'sessions.md',
      server: { sessions: { runtime: 'python' } },
      steady: [[/AIDA[A-Z0-9]+/g, 'AIDA…']],
      atLeast: 15,
      afterwards: async (_, home, page) => {
        const cells = cellsOf(page)
        const shown = await runCells(join(home, '.aws'), cells)
        for (const [at, { code, shows }] of cells.entries()) {
          const lines = (shown[at] ?? '')
            .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'SESSION-ID')
            .split('\n')
          const seen = lines.map((line) => line.trim()).filter((line) => shows.includes(line))
          expect(seen, code).toEqual(shows)
        }
        expect(cells.length).toBe(4)
      },
    }),
)
