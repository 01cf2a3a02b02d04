import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { allow, ana, asks, Workspace } from '../run.test-data.ts'

const workspace = new Workspace()
afterAll(() => workspace.remove())
const identity = workspace.file('identity.json', allow('s3:*', 'arn:aws:s3:::reports/*'))
const late = { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } }
const withMfa = workspace.file('mfa.json', allow('s3:*', 'arn:aws:s3:::reports/*', late))
const seeds = fileURLToPath(new URL('../../../engine/fixtures/seed-transfer.json', import.meta.url))
const explain = (...argv: readonly string[]) => workspace.run(['explain', ...argv])

describe('explain', () => {
  it('shows every statement and the first thing that stopped it, plain when piped', async () => {
    const { status, out, err } = await explain(...asks('--identity', withMfa))
    expect([status, err]).toEqual([1, ''])
    expect(out).toContain('implicitDeny by identity')
    expect(out).toContain('✗ Allow Grant (line 1): Bool aws:MultiFactorAuthPresent wants "true"; the key is missing')
    expect(out).toContain('still needed: an Allow in identity-based policies')
    expect(out).not.toContain('\u001b')
  })

  it('is in colour on a terminal, unless NO_COLOR says otherwise', async () => {
    const argv = ['explain', ...asks('--identity', identity)]
    const coloured = async (options: object) => (await workspace.run(argv, options)).out.includes('\u001b[32m')
    expect(await coloured({ terminal: true })).toBe(true)
    expect(await coloured({ terminal: true, env: { NO_COLOR: '1' } })).toBe(false)
    expect(await coloured({ terminal: true, env: { TERM: 'dumb' } })).toBe(false)
    expect(await coloured({ terminal: false })).toBe(false)
    expect(await coloured({ terminal: false, env: { FORCE_COLOR: '1' } })).toBe(true)
  })

  it('gives the whole explanation as JSON, with status 0 where it is allowed', async () => {
    const { status, out } = await explain(...asks('--identity', identity, '--json'))
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      outcome: 'allowed',
      layers: [{ type: 'identity', result: 'allow', policies: [{ name: identity, statements: [{ matched: true }] }] }],
    })
  })

  it('explains one case of a file', async () => {
    const { status, out } = await explain('--cases', seeds, '--case', 'alice reads a file in her folder')
    expect(status).toBe(0)
    expect(out).toContain('allowed by identity')
    expect(out).toContain('session policies: allow')
  })

  it('agrees with check on the same question', async () => {
    for (const file of [identity, withMfa]) {
      const checked = JSON.parse((await workspace.run(['check', ...asks('--identity', file, '--json')])).out)
      const explained = JSON.parse((await explain(...asks('--identity', file, '--json'))).out)
      expect([checked.decision, checked.by]).toEqual([explained.outcome, explained.by])
    }
  })

  it.each([
    [['--cases', seeds], 'scopedown: --cases needs --case NAME, the case to explain\n'],
    [['--case', 'x'], 'scopedown: --case needs --cases FILE, the file that has the case\n'],
    [['--cases', seeds, '--case', 'no such'], `scopedown: ${seeds} has no case named \`no such\`\n`],
    [
      ['--cases', seeds, '--case', 'x', '--principal', ana],
      'scopedown: --principal cannot stand beside --cases, whose cases carry their own\n',
    ],
  ])('refuses %j in one line', async (argv, line) => {
    expect(await explain(...argv)).toEqual({ status: 2, out: '', err: line })
  })

  it('says why a malformed case cannot be explained', async () => {
    const file = workspace.file('malformed.json', [
      { name: 'bad', request: { principal: ana, action: 's3', resource: '*' } },
    ])
    const { status, err } = await explain('--cases', file, '--case', 'bad')
    expect(status).toBe(2)
    expect(err).toContain(`scopedown: ${file}, case 1: request.action: `)
  })
})
