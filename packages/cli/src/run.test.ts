import { readFileSync, statSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { Workspace } from './run.test-data.ts'
import { run } from './run.ts'

const workspace = new Workspace()
afterAll(() => workspace.remove())

describe('scopedown account add', () => {
  it('makes an account once, with credentials that only their owner can read', async () => {
    const data = `${workspace.folder}/accounts`
    const { status, out } = await workspace.run(['account', 'add', '999999999999'], { env: { SCOPEDOWN_DATA: data } })
    expect([status, out]).toEqual([0, expect.stringContaining(`${data}/credentials-999999999999\n`)])
    expect(statSync(`${data}/credentials-999999999999`).mode & 0o777).toBe(0o600)
    const again = await workspace.run(['account', 'add', '999999999999', '--data', data])
    expect(again).toEqual({
      status: 2,
      out: '',
      err: 'scopedown: cannot add the account: the account `999999999999` is there already\n',
    })
  })

  it('refuses what is no account in one line', async () => {
    const { status, err } = await workspace.run(['account', 'add', '7', '--data', workspace.folder])
    expect([status, err]).toEqual([
      2,
      'scopedown: cannot add the account: the account must be twelve digits, not `7`\n',
    ])
    const missing = await workspace.run(['account', 'add'])
    expect([missing.status, missing.err]).toEqual([
      2,
      "scopedown: missing required argument 'id'; see `scopedown account add --help`\n",
    ])
  })
})

describe('scopedown', () => {
  it('shows its help and says with status 2 that nothing was asked', async () => {
    const { status, out, err } = await workspace.run([])
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain('Usage: scopedown')
    expect(err).toContain('Start here:')
  })

  it.each([
    ['--help'],
    ['check', '--help'],
    ['explain', '--help'],
    ['parse', '--help'],
    ['serve', '--help'],
    ['help', 'check'],
  ])('%s %s goes to standard output with status 0', async (...argv) => {
    const { status, out, err } = await workspace.run(argv)
    expect([status, err]).toEqual([0, ''])
    expect(out).toContain('Usage: scopedown')
  })

  it('gives an example in the help of every command', async () => {
    for (const command of ['check', 'explain', 'parse', 'serve']) {
      expect((await workspace.run([command, '--help'])).out).toContain(`Examples:\n  scopedown ${command}`)
    }
  })

  it("prints the package's version", async () => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await workspace.run(['--version'])).toEqual({ status: 0, out: `${version}\n`, err: '' })
  })

  it.each([
    [['frob'], "scopedown: unknown command 'frob'; see `scopedown --help`\n"],
    [['chekc'], "scopedown: unknown command 'chekc' (Did you mean check?); see `scopedown --help`\n"],
    [['--frob'], "scopedown: unknown option '--frob'; see `scopedown --help`\n"],
    [['\u001b[31m'], "scopedown: unknown command '\\u001b[31m'; see `scopedown --help`\n"],
    [['check', '--cases'], "scopedown: option '--cases <file>' argument missing; see `scopedown check --help`\n"],
    [['serve', '--port', 'x'], 'scopedown: the port must be from 0 to 65535, not `x`\n'],
    [['serve', '--account', '7'], 'scopedown: cannot serve: the account must be twelve digits, not `7`\n'],
  ])('refuses %j in one line', async (argv, line) => {
    expect(await workspace.run(argv)).toEqual({ status: 2, out: '', err: line })
  })

  it('tells a bug of its own without a stack, and with another status', async () => {
    const err: string[] = []
    const output = (write: (text: string) => boolean) => ({ write, once: () => undefined })
    const broken = output(() => {
      throw new TypeError('broken')
    })
    const stderr = output((text) => err.push(text) > 0)
    expect(await run(['--version'], { stdin: [] as never, stdout: broken, stderr, env: {} })).toBe(70)
    expect(err.join('')).toBe('scopedown: internal error: TypeError: broken\n')
  })
})
