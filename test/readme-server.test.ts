/** The README's server: its commands, run by bash against a started server, print what stands there. */

import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingClient } from '../packages/server/src/testing/external-client.ts'
import { startTestServer, type TestServer } from '../packages/server/src/testing/test-server.ts'
import { root } from './source-files.test-data.ts'

const section =
  /^## A server to try policies on\n([\s\S]*?)^## /m.exec(readFileSync(`${root}README.md`, 'utf8'))?.[1] ?? ''
const blocks = [...section.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)

/** `$ command`, then what it prints. */
const steps = blocks
  .join('')
  .split(/^\$ /m)
  .slice(1)
  .map((text) => {
    const end = text.indexOf('\n')
    return { command: text.slice(0, end), output: text.slice(end + 1).trim() }
  })

const home = mkdtempSync(join(tmpdir(), 'scopedown-readme-'))
let server: TestServer

beforeAll(async () => {
  server = await startTestServer({ data: join(home, '.scopedown') })
})
afterAll(async () => {
  await server.remove()
  rmSync(home, { recursive: true, force: true })
})

/** What differs from run to run: ids, times, the port. The aws CLI puts an empty line before an error. */
const steady = (text: string) =>
  text
    .replaceAll(/\b(?=[0-9a-z]*\d)[0-9a-z]{32}\b/g, 'ID')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, 'URL')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, 'TIME')
    .trim()

describe.skipIf(missingClient('aws', '--version') !== undefined)("the README's server", () => {
  it('does what its commands are said to do', async () => {
    expect(steps.length).toBeGreaterThan(8)
    const url = server.url.replace('http://', '')
    // `explain` is given the id that the denial before it printed.
    const script = steps.map(({ command }) => {
      const here = command.replaceAll('127.0.0.1:4566', url).replace(/(explain )\S{32}/, '$1"$denied"')
      return `echo @@@; printed=$( { ${isShellState(command) ? ':' : here}; } 2>&1 ); echo "$printed"
${isShellState(command) ? here : ''}
denied=$(grep -o '[0-9a-z]*$' <<< "$(grep 'authorization id' <<< "$printed")" || echo "$denied")`
    })
    const npx = `npx() { shift; '${process.execPath}' '${root}packages/cli/bin/scopedown.js' "$@"; }`
    const output = await bash([npx, ...script].join('\n'))
    const printed = output.split('@@@\n').slice(1).map(steady)
    expect(printed).toEqual(steps.map(({ output }) => steady(output)))
  })
})

/** Sets variables, so it must not run in a subshell. */
const isShellState = (command: string) => /^(export|read) /.test(command)

function bash(script: string): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
  }
  const child = spawn('bash', ['-c', script], { cwd: root, env })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  return new Promise((resolve) => child.once('close', () => resolve(output)))
}
