import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ParseOptions, parsePolicy } from './parse.ts'
import { policySize } from './quotas.ts'

const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }
const policy = (...statements: object[]) => ({ Version: '2012-10-17', Statement: statements })

function faults(document: unknown, options: ParseOptions = {}): string[] {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return parsePolicy(text, options)
    .diagnostics.filter((d) => d.severity === 'error')
    .map((d) => `${d.code} ${d.pointer}`)
}

describe('a document that is no policy', () => {
  it.each([
    ['', 'invalid-json '],
    ['{', 'invalid-json '],
    ['[]', 'wrong-type '],
    ['null', 'wrong-type '],
    ['{} {}', 'invalid-json '],
    ['{"a":01}', 'invalid-json '],
    ['{"Statement":"x"}', 'wrong-type /Statement'],
    ['{"Version":"2012-10-17"}', 'missing-statement '],
    ['{"Version":"2013-01-01","Statement":[]}', 'invalid-version /Version'],
    ['{"Version":20121017,"Statement":[]}', 'wrong-type /Version'],
    ['{"Statement":[],"Statement":[]}', 'duplicate-key /Statement'],
    ['{"version":"2012-10-17","Statement":[]}', 'unknown-element /version'],
    ['{"Statement":[],"__proto__":{}}', 'unknown-element /__proto__'],
    [`{"Statement":${'['.repeat(100)}${']'.repeat(100)}}`, 'too-deep'],
  ])('%s', (text, fault) => {
    expect(faults(text)[0]).toContain(fault)
  })
})

describe('a statement', () => {
  it.each([
    [{ ...allow, Effect: 'allow' }, 'invalid-effect /Statement/0/Effect'],
    [{ Action: 's3:*', Resource: '*' }, 'missing-effect /Statement/0'],
    [{ Effect: 'Allow', Resource: '*' }, 'missing-action /Statement/0'],
    [{ ...allow, NotAction: 's3:*' }, 'both-forms /Statement/0/NotAction'],
    [{ ...allow, NotResource: '*' }, 'both-forms /Statement/0/NotResource'],
    [{ Effect: 'Allow', Action: 's3:*' }, 'missing-resource /Statement/0'],
    [{ ...allow, Action: 'GetObject' }, 'invalid-action /Statement/0/Action'],
    [{ ...allow, Action: ['s3:*', 7] }, 'wrong-type /Statement/0/Action/1'],
    [{ ...allow, Action: [null] }, 'wrong-type /Statement/0/Action/0'],
    [{ ...allow, Resource: 'bucket/*' }, 'invalid-resource /Statement/0/Resource'],
    [{ ...allow, Resource: 'arn:aws:s3' }, 'invalid-resource /Statement/0/Resource'],
    [{ ...allow, Principal: '*' }, 'principal-not-allowed /Statement/0/Principal'],
    [{ ...allow, Sid: 'has space' }, 'invalid-sid /Statement/0/Sid'],
    [{ ...allow, effect: 'Deny' }, 'unknown-element /Statement/0/effect'],
    [{ ...allow, Condition: [] }, 'wrong-type /Statement/0/Condition'],
    [
      { ...allow, Condition: { stringEquals: { 'aws:username': 'a' } } },
      'unknown-operator /Statement/0/Condition/stringEquals',
    ],
    [
      { ...allow, Condition: { NullIfExists: { 'aws:username': 'a' } } },
      'unknown-operator /Statement/0/Condition/NullIfExists',
    ],
    [
      { ...allow, Condition: { StringEquals: { username: 'a' } } },
      'invalid-condition-key /Statement/0/Condition/StringEquals/username',
    ],
    [
      { ...allow, Condition: { StringEquals: { 'aws:a/B': 'a', 'aws:A/b': 'a' } } },
      'duplicate-condition-key /Statement/0/Condition/StringEquals/aws:A~1b',
    ],
    [
      { ...allow, Condition: { StringEquals: { 'aws:a': { x: 1 } } } },
      'wrong-type /Statement/0/Condition/StringEquals/aws:a',
    ],
  ])('%j', (statement, fault) => {
    expect(faults(policy(statement))).toContain(fault)
  })

  it('is told every fault of the document, not the first', () => {
    expect(faults(policy({ ...allow, Effect: 'x' }, { ...allow, Action: 'y' }, { Effect: 'Deny' }))).toHaveLength(4)
  })

  it('shares no Sid in the kinds where Sids are unique', () => {
    const twice = policy({ ...allow, Sid: 'A' }, { ...allow, Sid: 'A' })
    expect(faults(twice)).toEqual(['duplicate-sid /Statement/1/Sid'])
    const broken = policy({ ...allow, Sid: 'A', Effect: 'x' }, { ...allow, Sid: 'A', Action: 'y' }, { Sid: 'A' })
    expect(faults(broken).filter((fault) => fault.startsWith('duplicate'))).toEqual([
      'duplicate-sid /Statement/1/Sid',
      'duplicate-sid /Statement/2/Sid',
    ])
    const found = parsePolicy(JSON.stringify(twice, undefined, 1)).diagnostics[0]
    expect([found?.span.line, found?.span.column]).toEqual([14, 11])
  })

  it('is read in both forms of an element, though it may have one', () => {
    const both = { ...allow, NotAction: 'y', NotResource: 'z', Principal: '*', NotPrincipal: 'x' }
    expect(faults(policy(both)).map((fault) => fault.replace('/Statement/0', ''))).toEqual([
      'principal-not-allowed /Principal',
      'principal-not-allowed /NotPrincipal',
      'both-forms /NotAction',
      'invalid-action /NotAction',
      'both-forms /NotResource',
      'invalid-resource /NotResource',
    ])
    expect(faults(policy({ ...both, Effect: 'Deny' }), { kind: 'resource' })).toContain(
      'invalid-principal /Statement/0/NotPrincipal',
    )
  })
})

describe('each kind of policy', () => {
  const inResource = { ...allow, Principal: '*' }
  it.each([
    ['resource', policy(allow), 'missing-principal /Statement/0'],
    ['resource', policy({ ...allow, Principal: 'alice' }), 'invalid-principal /Statement/0/Principal'],
    ['resource', policy({ ...allow, Principal: { Aws: '*' } }), 'unknown-principal-type /Statement/0/Principal/Aws'],
    ['resource', policy({ ...allow, Principal: { AWS: 'arn:aws:iam::123456789012:user/*' } }), 'invalid-principal'],
    ['resource', policy({ ...allow, Principal: { AWS: 'arn:aws:iam::123456789012:group/a' } }), 'invalid-principal'],
    ['resource', policy({ ...allow, NotPrincipal: '*' }), 'not-principal-with-allow /Statement/0/NotPrincipal'],
    ['trust', policy({ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }), 'invalid-principal'],
    ['trust', policy({ ...allow, Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }), 'resource-not-allowed'],
    ['trust', policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject' }), 'invalid-action'],
    ['scp', policy(inResource), 'principal-not-allowed'],
    ['rcp', policy({ ...inResource, Action: 's3:*' }), 'allow-not-allowed'],
    ['rcp', policy({ ...inResource, Effect: 'Deny', Action: '*' }), 'invalid-action'],
    ['rcp', policy({ ...inResource, Effect: 'Deny', Principal: { AWS: '123456789012' } }), 'invalid-principal'],
    ['rcp', policy({ ...inResource, Effect: 'Deny', Principal: { Service: '*' } }), 'invalid-principal'],
    ['identity', { ...policy(allow), Id: 'x' }, 'id-not-allowed /Id'],
  ] as const)('%s: %j', (kind, document, fault) => {
    expect(faults(document, { kind }).some((found) => found.startsWith(fault))).toBe(true)
  })

  it('has its quota, in characters without white space where AWS counts so', () => {
    const text = JSON.stringify(policy({ ...allow, Sid: 'A'.repeat(2048) }), undefined, 2)
    expect(faults(text, { quota: 'userInline' })).toEqual(['over-quota '])
    expect(faults(text, { quota: 'managed' })).toEqual([])
  })

  it.each([
    ['endpoint', 20_480, ' '],
    ['scp', 10_240, ' '],
    ['rcp', 5120, ' '],
    ['bucket', 20_480, 'é'],
    ['catalog', 10_240, 'é'],
  ] as const)('the quota of `%s`: %i of what AWS counts, %j included', (quota, limit, filler) => {
    expect(policySize(filler.repeat(100), quota)).toBe(filler === 'é' ? 200 : 100)
    const text = JSON.stringify({ Id: '', Statement: [] })
    const kind = 'resource'
    expect(faults(text.padEnd(limit), { kind, quota })).toEqual([])
    expect(faults(text.padEnd(limit + 1), { kind, quota })).toEqual(['over-quota '])
  })

  it('counts bytes as UTF-8 does', () => {
    for (const text of ['a', 'é', '€', '\u{1F600}', 'aé€\u{1F600}']) {
      expect(policySize(text, 'bucket')).toBe(new TextEncoder().encode(text).length)
    }
  })

  it('takes RCPFullAWSAccess, the one Allow of a resource control policy', () => {
    expect(faults(policy({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }), { kind: 'rcp' })).toEqual([])
  })
})

it('points at line and column, counted from 1', () => {
  const text = '{\n  "Version": "2012-10-17",\n  "Statement": { "Effect": "Permit" }\n}'
  const [first] = parsePolicy(text).diagnostics
  expect(first).toMatchObject({ code: 'invalid-effect', span: { line: 3, column: 28, endLine: 3, endColumn: 36 } })
})

it('warns of what is legal and probably not meant', () => {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { ...allow, Resource: 'arn:aws:s3:::b/${aws:user name}', Condition: { NumericEquals: { 's3:max-keys': 'ten' } } },
    ],
  })
  const parsed = parsePolicy(text)
  expect(parsed.ok).toBe(true)
  expect(parsed.diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
    'warning malformed-variable',
    'warning unparsable-value',
  ])
})

describe('parsePolicy', () => {
  const kinds = ['identity', 'resource', 'trust', 'boundary', 'session', 'scp', 'rcp', 'endpoint'] as const
  const keys = [
    'Version',
    'Statement',
    'Effect',
    'Action',
    'Resource',
    'Principal',
    'Condition',
    '__proto__',
    'constructor',
    'toString',
    'Allow',
  ]
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('Allow', 'Deny', '*', '2012-10-17', 'arn:aws:s3:::${a', '', '__proto__', 's3:*'),
      fc.constantFrom(null, true, -0, 12),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(fc.constantFrom(...keys), tie('value')), { maxLength: 4 }).map((pairs) => ({ pairs })),
    ),
  }))
  /** Writes objects with repeated and dangerous keys, which JavaScript objects cannot hold. */
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
    if (typeof value === 'object' && value !== null && 'pairs' in value) {
      const pairs = value.pairs as [string, unknown][]
      return `{${pairs.map(([key, member]) => `${JSON.stringify(key)}:${write(member)}`).join(',')}}`
    }
    return JSON.stringify(value) ?? 'null'
  }

  it('never throws, whatever the text', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      json.value.map(write),
      json.value.map((v) => write(v).slice(0, -1)),
    )
    fc.assert(
      fc.property(anything, fc.constantFrom(...kinds), (text, kind) => {
        const parsed = parsePolicy(text, { kind })
        expect(parsed.ok).toBe(parsed.diagnostics.every(({ severity }) => severity === 'warning'))
      }),
      { numRuns: 3000 },
    )
  })

  it('refuses what is too large unread, and what is no text', () => {
    expect(parsePolicy('x'.repeat(11), { maxLength: 10 }).diagnostics[0]?.code).toBe('too-large')
    expect(parsePolicy(undefined as unknown as string).diagnostics[0]?.code).toBe('not-text')
  })

  it('does not run out of stack on a long value, whatever reads it', () => {
    const long = 'A'.repeat(8_000_000)
    for (const operator of [
      'BinaryEquals',
      'NumericEquals',
      'DateEquals',
      'IpAddress',
      'Bool',
      'ArnLike',
      'StringLike',
    ]) {
      const condition = { [operator]: { 'aws:x': long } }
      expect(faults(policy({ ...allow, Condition: condition }))).toEqual([])
    }
    expect(faults(policy({ ...allow, Principal: { AWS: long } }), { kind: 'resource' })).toHaveLength(1)
  })

  it('reads many unclosed variables in one go', () => {
    const time = (pieces: number): number => {
      const started = performance.now()
      for (const piece of ['${', "${a, '", "${a, '}", '${a}']) {
        expect(faults(policy({ ...allow, Resource: `arn:aws:s3:::${piece.repeat(pieces)}` }))).toEqual([])
      }
      return performance.now() - started
    }
    const few = Math.max(time(5_000), time(5_000))
    // Forty times as many: forty times as long, where the square would be 1,600 times.
    expect(time(200_000)).toBeLessThan(few * 400)
  })

  it('stops where a document holds more values than any policy', () => {
    expect(faults(`{"Statement":[${'0,'.repeat(2_000_000)}0]}`)).toEqual([expect.stringContaining('too-many-values')])
  })

  it('tells ten thousand faults, says that there are more, and refuses the document', () => {
    const parsed = parsePolicy(`{"Statement":[${'{},'.repeat(5000)}{}]}`)
    expect(parsed.ok).toBe(false)
    expect(parsed.diagnostics).toHaveLength(10_001)
    expect(parsed.diagnostics.at(-1)?.code).toBe('too-many-faults')
    const warned = policy(
      { ...allow, Resource: `arn:aws:s3:::${'${}'.repeat(10_001)}` },
      { ...allow, Effect: 'Permit' },
    )
    expect(parsePolicy(JSON.stringify(warned)).ok).toBe(false)
  })

  it.each([
    ['\ufeff{}', 'a byte order mark (U+FEFF) stands where a value was expected'],
    ['\u{1F600}', '`\u{1F600}` stands where a value was expected'],
    ['\u202e{}', 'U+202E stands where a value was expected'],
    ['\0', 'U+0000 stands where a value was expected'],
    ['\ud800', 'U+D800 stands where a value was expected'],
    ['{"\\\u{1F600}":1}', 'a backslash before `\u{1F600}` is no escape that JSON knows'],
    ['"\\', 'the document ends inside a string'],
  ])('names the character that it did not expect: %j', (text, message) => {
    expect(parsePolicy(text).diagnostics[0]?.message).toBe(message)
  })

  it('cuts no character in two where it shortens what it quotes', () => {
    const sid = `${'a'.repeat(76)}${'\u{1F600}'.repeat(10)}`
    const [fault] = parsePolicy(JSON.stringify(policy({ ...allow, Sid: sid }))).diagnostics
    expect(fault?.message).toContain(`\`${'a'.repeat(76)}…\``)
  })

  it('reads a deep or long document in bounded time', () => {
    expect(faults('['.repeat(1_000_000))).toEqual([expect.stringContaining('too-deep')])
    expect(faults(`{"Statement":[],"Id":"${'a'.repeat(1_000_000)}"}`)).toEqual(['id-not-allowed /Id'])
  })
})
