import { afterAll, describe, expect, it } from 'vitest'
import { allow, Workspace } from '../run.test-data.ts'

const workspace = new Workspace()
afterAll(() => workspace.remove())
const parse = (...argv: readonly string[]) => workspace.run(['parse', ...argv])

const good = workspace.file('good.json', allow('s3:GetObject', '*'))
const bad = workspace.file(
  'bad.json',
  '{\n  "Version": "2012-10-17",\n  "Statement": [\n    { "Effect": "Maybe" }\n  ]\n}',
)

describe('parse', () => {
  it('accepts a sound document with status 0 and nothing on standard output', async () => {
    expect(await parse(good)).toEqual({ status: 0, out: '', err: '1 document: 0 errors, 0 warnings\n' })
  })

  it('prints every fault as `file:line:column: severity code: message`, in the order of the text', async () => {
    const { status, out } = await parse(bad)
    const lines = out.trim().split('\n')
    expect(status).toBe(1)
    expect(lines.length).toBeGreaterThan(1)
    for (const line of lines) expect(line).toMatch(/bad\.json:4:\d+: error [a-z-]+: \S/)
  })

  it('judges a document as the type it is used as', async () => {
    expect((await parse('--type', 'resource', good)).status).toBe(1)
    const trust = workspace.file('trust.json', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' },
    })
    expect((await parse('--type', 'trust', trust)).status).toBe(0)
    expect((await parse(trust)).status).toBe(1)
  })

  it('holds a document to a quota', async () => {
    const large = workspace.file('large.json', allow('s3:GetObject', `arn:aws:s3:::${'x'.repeat(2100)}`))
    expect((await parse(large)).status).toBe(0)
    const { status, out } = await parse('--quota', 'userInline', large)
    expect(status).toBe(1)
    expect(out).toContain('error over-quota: ')
  })

  it('counts warnings as errors where --strict says so', async () => {
    const odd = workspace.file('odd.json', {
      ...allow('s3:GetObject', 'arn:aws:s3:::${aws:username}'),
      Version: '2008-10-17',
    })
    const { status, out } = await parse(odd)
    expect([status, out]).toEqual([0, expect.stringMatching(/: warning [a-z-]+: /)])
    expect((await parse('--strict', odd)).status).toBe(1)
  })

  it('gives one JSON line a file', async () => {
    const { status, out, err } = await parse('--json', good, bad)
    const [first, second] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect([status, err]).toEqual([1, ''])
    expect(first).toEqual({ file: good, ok: true, diagnostics: [] })
    expect(second).toMatchObject({ file: bad, ok: false })
    expect(second.diagnostics[0]).toMatchObject({ severity: 'error', code: 'invalid-effect', span: { line: 4 } })
  })

  it('exits 2 where a file cannot be read, and still judges the others', async () => {
    const { status, out, err } = await parse('/nowhere', bad)
    expect(status).toBe(2)
    expect(err).toContain('scopedown: cannot read /nowhere: no such file\n')
    expect(out).toContain('bad.json:4:')
  })

  it('reads standard input', async () => {
    const { status, out } = await workspace.run(['parse', '-'], { stdin: '[]' })
    expect([status, out]).toEqual([1, expect.stringMatching(/^<stdin>:1:1: error /)])
  })

  it('refuses an unknown type, quota or flag, and no file, in one line each', async () => {
    for (const argv of [['--type', 'bucket', good], ['--quota', 'x', good], ['--frob', good], []]) {
      const { status, out, err } = await parse(...argv)
      expect([status, out]).toEqual([2, ''])
      expect(err).toMatch(/^scopedown: .*; see `scopedown parse --help`\n$/)
    }
  })

  it('survives documents made to hurt', async () => {
    const hostile = ['[', '{'].map((open, index) => workspace.file(`deep-${index}.json`, open.repeat(500_000)))
    const proto = workspace.file('proto.json', '{"__proto__": {"Statement": []}, "constructor": 1}')
    const escapes = workspace.file('escapes.json', '{"\u001b[31m": 1, "Version": "\\u001b]0;x\\u0007"}')
    for (const file of [...hostile, proto, escapes]) {
      const { status, out } = await parse(file)
      expect(status).toBe(1)
      expect(out).not.toContain('\u001b')
    }
  })
})
