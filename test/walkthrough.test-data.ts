/**
 * A page of docs/ whose commands are run in their order, in one shell, against a server of their own; what they print is
 * compared with what the page says. `SCOPEDOWN_SHOW_WALK=FILE` writes down what they printed.
 */

import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { StartOptions } from '../packages/server/src/start-options.ts'
import { startTestServer, type TestServer } from '../packages/server/src/testing/test-server.ts'
import { root } from './source-files.test-data.ts'

export interface Walk {
  /** Below docs/. */
  readonly page: string
  readonly server?: StartOptions
  /** What differs from run to run, and what the page says in its place. */
  readonly steady?: readonly (readonly [RegExp, string])[]
  /** Rewrites the script: what the page says of a server's own ports. */
  readonly script?: (text: string) => string
  /** More to do with the server and the home that the page's commands have left. */
  readonly afterwards?: (server: TestServer, home: string, page: string) => Promise<void>
  readonly atLeast: number
}

interface Step {
  readonly command: string
  readonly output: string
}

/** In order: a `sh` block whole, which prints nothing; each command of a `console` block with what it prints. */
const stepsOf = (page: string): Step[] =>
  [...page.matchAll(/^```(sh|console)\n([\s\S]*?)^```$/gm)]
    .flatMap(([, kind, text = '']) =>
      kind === 'sh'
        ? [{ command: text.trimEnd(), output: '' }]
        : text
            .split(/^\$ /m)
            .slice(1)
            .map((step) => {
              // A backslash carries a command on to the next line.
              const command = /^(?:.*\\\n)*.*/.exec(step)?.[0] ?? ''
              return { command, output: step.slice(command.length + 1) }
            }),
    )
    // The server is there already.
    .filter(({ command }) => !/^(npm |npx scopedown serve)/.test(command))

/** Parts the output of one command from that of the next. */
const separator = '\u001e'
const documented = 'http://127.0.0.1:4566'
const idForm = '[0-9a-z]{32}'

/** After each command `$denied` is the authorization id of the last denial. */
const instrumented = ({ command }: Step) => `{ ${command.replaceAll('AUTHORIZATION-ID', '$denied')}
} > .output 2>&1
cat .output
id=$(grep -oE 'authorization id: ${idForm}' .output | tail -n 1)
[ -z "$id" ] || denied=\${id##* }
printf '${separator}'
`

export async function walk({
  page: name,
  server: options,
  steady = [],
  script,
  afterwards,
  atLeast,
}: Walk): Promise<void> {
  // As it stands in the sources, wherever it is run from.
  spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'packages/cli'], { cwd: root })
  const page = readFileSync(`${root}docs/${name}`, 'utf8')
  const steps = stepsOf(page)
  const server = await startTestServer(options)
  const home = mkdtempSync(join(tmpdir(), 'scopedown-walk-'))
  try {
    symlinkSync(server.data, join(home, '.scopedown'))
    symlinkSync(`${root}examples`, join(home, 'examples'))
    // `npx scopedown` is the command as built; nothing is fetched.
    const npx = join(home, 'npx')
    writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${root}packages/cli/dist/main.js" "$@"\n`)
    chmodSync(npx, 0o755)
    const text = steps.map(instrumented).join('').replaceAll(documented, server.url)
    writeFileSync(join(home, '.script'), script === undefined ? text : script(text))
    const out = await bash(home)
    const shown = out
      // OpenSSH ends its complaints as for a raw terminal.
      .replaceAll('\r', '')
      .replaceAll(server.url, documented)
      .replaceAll(home, '~')
      .split(separator)
      .slice(0, -1)
      .map((output, at) => {
        const same = steady.reduce((said, [form, instead]) => said.replace(form, instead), steadied(output))
        return `$ ${steps[at]?.command}\n${same}`
      })
    if (process.env.SCOPEDOWN_SHOW_WALK !== undefined) writeFileSync(process.env.SCOPEDOWN_SHOW_WALK, shown.join(''))
    expect(shown).toEqual(steps.map(({ command, output }) => `$ ${command}\n${output}`))
    expect(steps.length).toBeGreaterThanOrEqual(atLeast)
    await afterwards?.(server, home, page)
    expect(server.log).toEqual([])
  } finally {
    await server.remove()
    rmSync(home, { recursive: true, force: true })
  }
}

/** An id for each denial. Versions of the CLI differ in what stands before an error. */
const steadied = (output: string) =>
  output
    .replace(new RegExp(`(?<=authorizations/|authorization id: )${idForm}`, 'g'), 'AUTHORIZATION-ID')
    .replace(/^\n?(aws: \[ERROR\]: )?(?=An error occurred)/gm, '')
    .replace(/^\n(?=\S)/, '')

function bash(home: string): Promise<string> {
  const child = spawn('bash', ['.script'], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${home}:${process.env.PATH}`,
      HOME: home,
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      COLUMNS: '1000',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      AWS_MAX_ATTEMPTS: '1',
    },
  })
  let out = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
  }
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', () => resolve(out))
  })
}
