/** docs/s3-walkthrough.md: every command of it is run in its order, and prints what the page says, to the letter. */

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

const page = readFileSync(`${root}docs/s3-walkthrough.md`, 'utf8')

/** In order: a `sh` block whole, which prints nothing; each command of a `console` block with what it prints. */
const steps = [...page.matchAll(/^```(sh|console)\n([\s\S]*?)^```$/gm)].flatMap(([, kind, text = '']) =>
  kind === 'sh'
    ? [{ command: text, output: '' }]
    : text
        .split(/^\$ /m)
        .slice(1)
        .map((step) => ({ command: step.split('\n', 1)[0] ?? '', output: step.slice(step.indexOf('\n') + 1) })),
)
const documented = 'http://127.0.0.1:4566'
const idForm = /(?<=authorization id: )[0-9a-z]+/
const missing = missingClient('aws', '--version') ?? missingClient('bash', '--version')

it.skipIf(missing !== undefined)('the walk-through of S3 prints what it says', { timeout: 120_000 }, async () => {
  const server = await startTestServer()
  const folder = mkdtempSync(join(tmpdir(), 'scopedown-walk-'))
  mkdirSync(join(folder, '.scopedown'))
  symlinkSync(server.credentialsFile, join(folder, '.scopedown/credentials'))
  symlinkSync(`${root}examples`, join(folder, 'examples'))
  const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: 'true' }
  Object.assign(env, { AWS_PAGER: '', LC_ALL: 'C.UTF-8', COLUMNS: '1000' })
  let id = ''
  try {
    for (const { command, output } of steps.filter((step) => !step.command.startsWith('npm '))) {
      const here = command.replaceAll(documented, server.url).replaceAll('~', folder).replaceAll('AUTHORIZATION-ID', id)
      if (here.startsWith('export ')) {
        for (const [, name = '', value = ''] of here.matchAll(/(\w+)=(\S+)/g)) env[name] = value
        continue
      }
      const [, asked] = /^npx scopedown (.*)$/.exec(here) ?? []
      const out = asked === undefined ? await shell(here, folder, env) : await scopedown(asked, env)
      id = idForm.exec(out)?.[0] ?? id
      const shown = (id === '' ? out : out.replaceAll(id, 'AUTHORIZATION-ID')).replaceAll(server.url, documented)
      if (process.env.SCOPEDOWN_SHOW_WALK) process.stdout.write(`$ ${command}\n${shown}`)
      expect.soft(shown, command).toBe(output)
    }
    expect(id).not.toBe('')
    expect(server.log).toEqual([])
  } finally {
    await server.remove()
    rmSync(folder, { recursive: true, force: true })
  }
})

/** Both streams, as a terminal shows them; an empty line that the CLI begins its errors with is left out. */
function shell(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', command], { cwd, env })
    let out = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        out += chunk.toString()
      })
    }
    child.once('error', reject)
    child.once('close', () => resolve(out.replace(/^\n/, '')))
  })
}

async function scopedown(argv: string, env: NodeJS.ProcessEnv): Promise<string> {
  const out: string[] = []
  const stream = { write: (text: string) => out.push(text) > 0, once: () => undefined }
  await run(argv.split(' '), { stdin: Readable.from([]), stdout: stream, stderr: stream, env })
  return out.join('')
}
