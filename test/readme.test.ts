/** The README shows what the command prints, to the letter. */

import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { run } from '../packages/cli/src/index.ts'
import { manifest, root } from './source-files.test-data.ts'

const readme = readFileSync(`${root}README.md`, 'utf8')
const examples = [...readme.matchAll(/^```console\n\$ npx scopedown (.*)\n([\s\S]*?)^```$/gm)]

describe('the README', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThanOrEqual(2))

  it.each(examples.map(([, argv = '', output = '']) => [argv, output] as const))(
    'scopedown %s',
    async (argv, output) => {
      const out: string[] = []
      const stream = { write: (text: string) => out.push(text) > 0, once: () => undefined }
      const files = argv.split(' ').map((word) => (word.startsWith('examples/') ? root + word : word))
      await run(files, { stdin: Readable.from([]), stdout: stream, stderr: stream, env: {} })
      expect(out.join('').replaceAll(root, '')).toBe(output)
    },
  )

  it.each([
    ['## SFTP', 'docs/sftp-walkthrough.md'],
    ['## Sessions', 'docs/sessions.md'],
  ])('quotes, below %s, a page that runs', (heading, page) => {
    const section = readme.split(/^(?=## )/m).find((text) => text.startsWith(heading)) ?? ''
    const blocks = [...section.matchAll(/^```text\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
    const walk = new Set(readFileSync(root + page, 'utf8').split('\n'))
    const lines = blocks.flatMap((text) => text.split('\n')).filter((line) => line !== '' && line !== '…')
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.filter((line) => !walk.has(line))).toEqual([])
  })

  it('names scripts that exist', () => {
    const { scripts = {} } = manifest('package.json')
    const named = [...readme.matchAll(/npm run ([\w:-]+)|npm (start|test)/g)].map(
      ([, script, short]) => script ?? short ?? '',
    )
    expect(named.length).toBeGreaterThan(3)
    expect(named.filter((name) => !(name in scripts))).toEqual([])
  })
})
