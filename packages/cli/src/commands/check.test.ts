import { afterAll, describe, expect, it } from 'vitest'
import { allow, asks, Workspace } from '../run.test-data.ts'

const workspace = new Workspace()
afterAll(() => workspace.remove())
const check = (...argv: readonly string[]) => workspace.run(['check', ...argv])

const identity = workspace.file('identity.json', allow('s3:*', 'arn:aws:s3:::reports/*'))
const other = workspace.file('other.json', allow('s3:*', 'arn:aws:s3:::other/*'))
const everything = workspace.file('everything.json', allow('*', '*'))
const deny = workspace.file('deny.json', {
  Version: '2012-10-17',
  Statement: { Sid: 'NoReports', Effect: 'Deny', Action: 's3:GetObject', Resource: 'arn:aws:s3:::reports/*' },
})

describe('check, one question', () => {
  it('says allowed, by whom and by which statement, with status 0', async () => {
    const { status, out, err } = await check(...asks('--identity', identity))
    expect(out).toBe(
      `allowed by identity\n\ndecided by:\n  Allow Grant in ${identity}:1:38 (identity-based policies)\n`,
    )
    expect([status, err]).toEqual([0, ''])
  })

  it("says denied in AWS's sentence and what is still needed, with status 1", async () => {
    const { status, out } = await check(...asks('--identity', identity, '--boundary', other))
    expect(status).toBe(1)
    expect(out).toContain(
      'implicitDeny by boundary\nUser: arn:aws:iam::123456789012:user/ana is not authorized to perform',
    )
    expect(out).toContain('because no permissions boundary allows the s3:GetObject action')
    expect(out).toContain('still needed: an Allow in permissions boundary')
  })

  it('names the statement that denies', async () => {
    const { status, out } = await check(...asks('--identity', identity, '--identity', deny))
    expect(status).toBe(1)
    expect(out).toContain('explicitDeny by identity')
    expect(out).toContain(`Deny NoReports in ${deny}:1:37 (identity-based policies)`)
  })

  it('gives the same as JSON', async () => {
    const { status, out } = await check(...asks('--identity', identity, '--identity', deny, '--json'))
    const answer = JSON.parse(out)
    expect(status).toBe(1)
    expect(answer).toMatchObject({ decision: 'explicitDeny', by: ['identity'], stillNeeded: [] })
    expect(answer.determining).toMatchObject([
      { type: 'identity', policy: deny, sid: 'NoReports', effect: 'Deny', line: 1 },
    ])
  })

  it.each([
    ['--session', other, 'session'],
    ['--boundary', other, 'boundary'],
    ['--endpoint', 'endpoint', 'endpoint'],
    ['--scp', other, 'scp'],
    ['--rcp', 'rcp', 'rcp'],
  ])('%s limits', async (flag, file, by) => {
    const path = { endpoint, rcp }[file] ?? file
    const { status, out } = await check(...asks('--identity', identity, flag, path, '--json'))
    expect([status, JSON.parse(out).by]).toEqual([1, [by]])
  })
  const endpoint = workspace.file('endpoint.json', allow('s3:*', 'arn:aws:s3:::other/*', { Principal: '*' }))
  const rcp = workspace.file('rcp.json', {
    Version: '2012-10-17',
    Statement: { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: 'arn:aws:s3:::reports/*' },
  })

  it('--resource-policy grants across accounts, and --resource-account says whose it is', async () => {
    const bucket = workspace.file('bucket.json', allow('s3:*', 'arn:aws:s3:::reports/*', { Principal: '*' }))
    const abroad = asks('--identity', identity, '--resource-account', '999999999999')
    expect((await check(...abroad)).status).toBe(1)
    expect((await check(...abroad, '--resource-policy', bucket)).status).toBe(0)
  })

  it('--resource-policy is a trust policy where the resource is a role', async () => {
    const trust = workspace.file('trust.json', {
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' },
    })
    const role = ['--action', 'sts:AssumeRole', '--resource', 'arn:aws:iam::123456789012:role/Etl']
    const asService = ['--principal', 'glue.amazonaws.com', ...role, '--resource-policy', trust]
    expect((await check(...asService)).status).toBe(0)
  })

  it('reads a policy from standard input, once', async () => {
    const stdin = JSON.stringify(allow('s3:GetObject', '*'))
    expect((await workspace.run(['check', ...asks('--identity', '-')], { stdin })).status).toBe(0)
    const twice = await workspace.run(['check', ...asks('--identity', '-', '--boundary', '-')], { stdin })
    expect([twice.status, twice.err]).toEqual([
      2,
      'scopedown: standard input can be read once, but `-` is given twice\n',
    ])
  })

  it('has a level for each --scp, and joins those of one name', async () => {
    const levels = (...scps: readonly string[]) =>
      check(...asks('--identity', identity, ...scps.flatMap((scp) => ['--scp', scp])))
    expect((await levels(everything, other)).status).toBe(1)
    expect((await levels(`root=${everything}`, `root=${other}`)).status).toBe(0)
    expect((await levels(`root=${everything}`, `ou=${other}`, `root=${other}`)).status).toBe(1)
  })
})

describe('check, condition keys', () => {
  const tagged = workspace.file(
    'tagged.json',
    allow('s3:*', '*', {
      Condition: {
        StringEquals: { 's3:prefix': 'a=b' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['owner', 'team'] },
        NumericLessThan: { 's3:max-keys': '10' },
      },
    }),
  )
  const given = [
    '--context',
    's3:prefix=a=b',
    '--context',
    'aws:TagKeys:=["owner","team"]',
    '--context',
    's3:max-keys:=9',
  ]

  it('takes text as `key=value` and lists, numbers and booleans as `key:=JSON`', async () => {
    expect((await check(...asks('--identity', tagged, ...given))).status).toBe(0)
    const { status, out } = await check(...asks('--identity', tagged, ...given.slice(0, 4)))
    expect(status).toBe(1)
    expect(out).toContain('condition keys the request lacks: s3:max-keys')
  })

  it('takes them from a file, which --context overrides in any case', async () => {
    const file = workspace.file('context.json', { 's3:prefix': 'x', 'aws:TagKeys': ['team'], 's3:max-keys': 3 })
    expect((await check(...asks('--identity', tagged, '--context-file', file))).status).toBe(1)
    const over = ['--context-file', file, '--context', 'S3:Prefix=a=b']
    expect((await check(...asks('--identity', tagged, ...over))).status).toBe(0)
  })

  it.each([
    [['nonsense'], '--context wants `key=value` or `key:=JSON`, not `nonsense`'],
    [['=x'], '--context wants `key=value`'],
    [['a:b:=[1'], 'the value of `a:b` is no JSON: `[1`'],
    [['a:b:={"c":1}'], 'the context key `a:b` must be a string, number or boolean, or a list of them'],
    [
      ['a:b=1', 'A:B=2'],
      'the condition key `A:B` is given twice; a list is written `--context \'A:B:=["one","two"]\'`',
    ],
  ])('refuses %j', async (values, message) => {
    const { status, out, err } = await check(...asks(...values.flatMap((value) => ['--context', value])))
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })

  it('keeps `__proto__` an ordinary key', async () => {
    const { status, err } = await check(...asks('--identity', identity, '--context', '__proto__=x'))
    expect([status, err]).toEqual([0, ''])
  })
})

describe('check, unusable input', () => {
  it.each([
    [asks('--identity', '/nowhere/x.json'), 'scopedown: cannot read /nowhere/x.json: no such file\n'],
    [asks('--identity', workspace.folder), `scopedown: cannot read ${workspace.folder}: it is a directory\n`],
    [
      ['--action', 's3:GetObject'],
      'scopedown: a question needs --principal, --action and --resource; missing: --principal, --resource\n',
    ],
    [['--frob'], "scopedown: unknown option '--frob'; see `scopedown check --help`\n"],
    [
      ['--identit', 'x'],
      "scopedown: unknown option '--identit' (Did you mean --identity?); see `scopedown check --help`\n",
    ],
    [
      asks('stray'),
      "scopedown: too many arguments for 'check'. Expected 0 arguments but got 1; see `scopedown check --help`\n",
    ],
    [asks('--resource-account', '12'), 'scopedown: --resource-account must be twelve digits, not `12`\n'],
    [asks('--cases', 'x'), 'scopedown: --principal cannot stand beside --cases, whose cases carry their own\n'],
  ])('%j: one line, status 2', async (argv, line) => {
    expect(await check(...argv)).toEqual({ status: 2, out: '', err: line })
  })

  it('names every fault of a policy with its place', async () => {
    const bad = workspace.file('bad.json', '{\n  "Version": "2020",\n  "Statement": [{ "Effect": "Maybe" }]\n}')
    const { status, err } = await check(...asks('--identity', bad))
    expect(status).toBe(2)
    expect(err.split('\n').filter((line) => line !== '').length).toBeGreaterThan(2)
    for (const line of err.trim().split('\n')) expect(line).toMatch(/bad\.json:\d+:\d+: error [a-z-]+: /)
  })

  it('refuses what is no text, and shows no control character of it', async () => {
    const binary = workspace.file('binary.json', new Uint8Array([0xff, 0xfe, 0x00]))
    expect((await check(...asks('--identity', binary))).err).toBe(
      `scopedown: cannot read ${binary}: it is not UTF-8 text\n`,
    )
    const { status, err } = await check('--principal', '\u001b[31mred', '--action', 'a:b', '--resource', '*')
    expect(status).toBe(2)
    expect(err).not.toContain('\u001b')
  })
})
