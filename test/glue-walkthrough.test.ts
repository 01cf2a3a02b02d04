/** docs/glue-walkthrough.md: every command of it is run in its order, and prints what the page says, to the letter. */

import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import { run } from '../packages/cli/src/index.ts'
import { missingClient } from '../packages/server/src/testing/external-client.ts'
import { startTestServer } from '../packages/server/src/testing/test-server.ts'
import { root } from './source-files.test-data.ts'

const page = readFileSync(`${root}docs/glue-walkthrough.md`, 'utf8')

/** In order: a `sh` block whole, without output; each command of a `console` block with what it prints. */
const steps = [...page.matchAll(/^```(sh|console)\n([\s\S]*?)^```$/gm)].flatMap(([, kind, text = '']) =>
  kind === 'sh'
    ? [{ command: text, output: '' }]
    : text
        .split(/^\$ /m)
        .slice(1)
        .map((step) => ({ command: step.split('\n', 1)[0] ?? '', output: step.slice(step.indexOf('\n') + 1) })),
)

const idForm = /(?<=authorization id: )[0-9a-z]+/
const missing = missingClient('aws', '--version') ?? missingClient('bash', '--version')

async function ask(argv: string, env: Readonly<Record<string, string>>): Promise<string> {
  const out: string[] = []
  const stream = { write: (text: string) => out.push(text) > 0, once: () => undefined }
  await run(argv.split(' '), { stdin: Readable.from([]), stdout: stream, stderr: stream, env })
  return out.join('')
}

it.skipIf(missing !== undefined)(
  'the walk-through of the Data Catalog prints what it says',
  async () => {
    const server = await startTestServer()
    const folder = mkdtempSync(join(tmpdir(), 'scopedown-walk-'))
    mkdirSync(join(folder, '.scopedown'))
    symlinkSync(server.credentialsFile, join(folder, '.scopedown', 'credentials'))
    symlinkSync(`${root}examples`, join(folder, 'examples'))
    const environment: Record<string, string> = {
      ...{ PATH: process.env.PATH ?? '', HOME: folder, LANG: 'C.UTF-8' },
      ...{ AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '', AWS_MAX_ATTEMPTS: '1' },
    }
    let id = ''
    const shell = (command: string) =>
      new Promise<string>((resolve) => {
        const child = spawn('bash', ['-c', command], { cwd: folder, env: environment })
        let out = ''
        for (const stream of [child.stdout, child.stderr]) {
          stream.on('data', (chunk) => {
            out += chunk
          })
        }
        // Versions of the CLI differ in what stands before an error.
        child.on('close', () => resolve(out.replace(/^\n?(aws: \[ERROR\]: )?/, '')))
      })
    try {
      const printed: string[] = []
      for (const { command } of steps) {
        const here = command
          .replaceAll('http://127.0.0.1:4566', server.url)
          .replaceAll('~', folder)
          .replaceAll('AUTHORIZATION-ID', id)
        if (here.includes('npm ')) continue
        if (here.startsWith('export ')) {
          for (const [, name = '', value = ''] of here.matchAll(/(\w+)=(\S+)/g)) environment[name] = value
          continue
        }
        const scopedown = /^npx scopedown (.*)$/.exec(here)
        const out = scopedown === null ? await shell(here) : await ask(scopedown[1] ?? '', environment)
        id = idForm.exec(out)?.[0] ?? id
        const shown = id === '' ? out : out.replaceAll(id, 'AUTHORIZATION-ID')
        printed.push(`$ ${command}\n${shown.replaceAll(server.url, 'http://127.0.0.1:4566')}`)
      }
      const wanted = steps.filter(({ command }) => !/npm |^export /.test(command))
      expect(printed).toEqual(wanted.map(({ command, output }) => `$ ${command}\n${output}`))
      expect(wanted.length).toBeGreaterThan(10)
      expect(server.log).toEqual([])
    } finally {
      await server.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  },
  300_000,
)
