/** docs/sftp-walkthrough.md: every command of it is run in its order, and prints what the page says, to the letter. */

import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { missingClient } from '../packages/server/src/testing/external-client.ts'
import { startTestServer } from '../packages/server/src/testing/test-server.ts'
import { root } from './source-files.test-data.ts'

const page = readFileSync(`${root}docs/sftp-walkthrough.md`, 'utf8')

/** In order: a `sh` block whole, which prints nothing; each command of a `console` block with what it prints. */
const steps = [...page.matchAll(/^```(sh|console)\n([\s\S]*?)^```$/gm)]
  .flatMap(([, kind, text = '']) =>
    kind === 'sh'
      ? [{ command: text.trimEnd(), output: '' }]
      : text
          .split(/^\$ /m)
          .slice(1)
          .map((step) => ({ command: step.split('\n', 1)[0] ?? '', output: step.slice(step.indexOf('\n') + 1) })),
  )
  .filter(({ command }) => !command.startsWith('npm '))

const missing =
  ['aws', 'bash'].map((name) => missingClient(name, '--version')).find(Boolean) ?? missingClient('ssh', '-V')
if (missing !== undefined) console.log(`skipped: the walk-through of SFTP: ${missing}`)

/** Parts the output of one command from that of the next. */
const separator = '\u001e'

it.skipIf(missing !== undefined)(
  'the walk-through of SFTP prints what it says',
  async () => {
    const server = await startTestServer()
    const folder = mkdtempSync(join(tmpdir(), 'scopedown-walk-'))
    try {
      symlinkSync(server.data, join(folder, '.scopedown'))
      symlinkSync(`${root}examples`, join(folder, 'examples'))
      // `npx scopedown` is the command as built; nothing is fetched.
      const npx = join(folder, 'npx')
      writeFileSync(npx, `#!/bin/sh\nshift\nexec "${process.execPath}" "${root}packages/cli/dist/main.js" "$@"\n`)
      chmodSync(npx, 0o755)
      // The page names the ports that a server has by default; this one has any that were free.
      const script = steps.map(({ command }) => `${command}\nprintf '${separator}'\n`).join('')
      const here = script.replaceAll('http://127.0.0.1:4566', server.url).replaceAll('-P 2222', '-P "$port"')
      const knowPort =
        'port=$(aws transfer describe-server --server-id $server --query "Server.Tags[0].Value" --output text)'
      const child = spawn('bash', ['-s'], {
        cwd: folder,
        env: {
          PATH: `${folder}:${process.env.PATH}`,
          HOME: folder,
          AWS_EC2_METADATA_DISABLED: 'true',
          AWS_PAGER: '',
          LANG: 'C.UTF-8',
        },
      })
      child.stdin.end(`exec 2>&1\n${here.replace('ssh-keygen', `${knowPort}; port=\${port##*:}; ssh-keygen`)}`)
      let out = ''
      child.stdout.on('data', (chunk) => {
        out += chunk
      })
      await new Promise((resolve) => child.once('close', resolve))
      const printed = out
        // OpenSSH ends its complaints as for a raw terminal.
        .replaceAll('\r', '')
        .replace(/(?<=127\.0\.0\.1:)\d+/g, '2222')
        .replace(/s-[0-9a-f]{17}/g, 'SERVER-ID')
        .split(separator)
        .slice(0, -1)
        .map((output, at) => `$ ${steps[at]?.command}\n${output}`)
      if (process.env.SCOPEDOWN_SHOW_WALK) writeFileSync(process.env.SCOPEDOWN_SHOW_WALK, printed.join(''))
      expect(printed).toEqual(steps.map(({ command, output }) => `$ ${command}\n${output}`))
      expect(steps.length).toBeGreaterThan(15)
      expect(server.log).toEqual([])
    } finally {
      await server.remove()
      rmSync(folder, { recursive: true, force: true })
    }
  },
  400_000,
)
