import { compile, parsePolicy, parseRequest } from '@scopedown/engine'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { homeOf, variableValues } from './home.ts'
import { definiteSessionPolicy, readSessionPolicy } from './session-policy.ts'
import { settingsFault } from './user-settings.ts'

const role = 'arn:aws:iam::123456789012:role/TransferRole-Shared'

function policy(resource: string | string[], condition?: object, version = '2012-10-17'): string {
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: resource, ...(condition && { Condition: condition }) }
  return JSON.stringify({ Version: version, Statement: [statement] })
}

function allows(document: string, resource: string, context: Record<string, string> = {}): boolean {
  const parsed = parsePolicy(document, { kind: 'session' })
  const identity = parsePolicy(policy('*'), { kind: 'identity' })
  if (!parsed.ok || !identity.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  const account = '123456789012'
  const request = parseRequest({
    principal: {
      kind: 'session',
      arn: `arn:aws:sts::${account}:assumed-role/r/s`,
      partition: 'aws',
      account,
      roleArn: role,
      roleId: 'AROAXXXXXXXXXXXXXXXXX',
    },
    action: resource.includes('/') ? 's3:GetObject' : 's3:ListBucket',
    resource,
    resourceAccount: account,
    context,
  })
  if (!request.ok) throw new Error(request.message)
  const set = { identity: [identity.policy], boundary: undefined, session: [parsed.policy], resource: undefined }
  return compile(set).decide(request.request).outcome === 'allowed'
}

const definite = (text: string, userName: string, home = '/home/bob/amazon/stuff/') => {
  const values = variableValues(homeOf({ Role: role, HomeDirectory: home }, userName), userName)
  const result = definiteSessionPolicy(text, values)
  if (!result.ok) throw new Error(result.message)
  return result.document
}

describe('the variables', () => {
  it.each([
    [
      '/home/bob/amazon/stuff/',
      { HomeBucket: 'home', HomeFolder: 'bob/amazon/stuff', HomeDirectory: 'home/bob/amazon/stuff/' },
    ],
    ['/home/bob', { HomeBucket: 'home', HomeFolder: 'bob', HomeDirectory: 'home/bob' }],
    ['/home', { HomeBucket: 'home', HomeFolder: '', HomeDirectory: 'home' }],
    ['/', { HomeBucket: undefined, HomeFolder: undefined, HomeDirectory: undefined }],
    ['/company-transfers/${transfer:Username}/', { HomeFolder: 'bob', HomeDirectory: 'company-transfers/bob/' }],
  ])('of the home %s', (home, expected) => {
    expect(variableValues(homeOf({ Role: role, HomeDirectory: home }, 'bob'), 'bob')).toMatchObject({
      UserName: 'bob',
      ...expected,
    })
  })

  it('are found in any case, and narrow to the user’s own folder and no sibling', () => {
    for (const name of ['transfer:UserName', 'Transfer:UserName', 'transfer:Username', 'TRANSFER:USERNAME']) {
      const document = definite(policy(`arn:aws:s3:::company-transfers/\${${name}}/*`), 'bob')
      expect(allows(document, 'arn:aws:s3:::company-transfers/bob/x')).toBe(true)
      expect(allows(document, 'arn:aws:s3:::company-transfers/bobby/x')).toBe(false)
      expect(allows(document, 'arn:aws:s3:::company-transfers/alice/x')).toBe(false)
    }
  })

  it('make AWS’s own sample work: HomeBucket as a bucket, HomeFolder as a prefix', () => {
    const text = policy('arn:aws:s3:::${transfer:HomeBucket}', {
      StringLike: { 's3:prefix': ['${transfer:HomeFolder}/*', '${transfer:HomeFolder}'] },
    })
    const document = definite(text, 'bob', '/home/bob')
    expect(allows(document, 'arn:aws:s3:::home', { 's3:prefix': 'bob/' })).toBe(true)
    expect(allows(document, 'arn:aws:s3:::home', { 's3:prefix': 'bobby/' })).toBe(false)
    expect(allows(document, 'arn:aws:s3:::other', { 's3:prefix': 'bob/' })).toBe(false)
  })

  it('are literal: no value acts as wildcard, variable or JSON, under either version', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', 'b', '*', '?', '$', '{', '}', '"', '\\', ' '),
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(value, value, fc.constantFrom('2012-10-17', '2008-10-17'), (own, other, version) => {
        const home = `/bucket/${own}`
        const document = definite(
          policy('arn:aws:s3:::bucket/${transfer:HomeFolder}/*', undefined, version),
          'bob',
          home,
        )
        expect(allows(document, `arn:aws:s3:::bucket/${own}/x`)).toBe(true)
        expect(allows(document, `arn:aws:s3:::bucket/${other}/x`)).toBe(own === other)
      }),
      { numRuns: 300 },
    )
  })

  it('leave what the older version takes for text as text', () => {
    const document = definite(
      policy('arn:aws:s3:::b/${aws:username}/${transfer:UserName}', undefined, '2008-10-17'),
      'bob',
    )
    expect(allows(document, 'arn:aws:s3:::b/${aws:username}/bob')).toBe(true)
  })

  it.each([
    ['an unknown name', '${transfer:Home}'],
    ['a space', '${ transfer:UserName }'],
    ['a default', "${transfer:UserName, 'x'}"],
    ['no end', '${transfer:UserName'],
  ])('with %s are refused', (_, text) => {
    expect(readSessionPolicy(policy(`arn:aws:s3:::b/${text}`))).toMatchObject({ ok: false })
  })

  it('stand in the last part of an ARN only', () => {
    expect(readSessionPolicy(policy('arn:aws:${transfer:UserName}:::b/*'))).toMatchObject({ ok: false })
  })
})

describe('user settings', () => {
  const fault = (more: object, domain = 'S3') => settingsFault({ Role: role, ...more }, domain)
  const mapping = (Entry: string, Target = '/bucket/x') => ({ Entry, Target })
  const logical = (...HomeDirectoryMappings: object[]) => ({ HomeDirectoryType: 'LOGICAL', HomeDirectoryMappings })

  it('refuse a policy that needs a home which is not there', () => {
    const Policy = policy('arn:aws:s3:::${transfer:HomeDirectory}*')
    expect(fault({ Policy })).toContain('HomeDirectory')
    expect(fault({ Policy, HomeDirectory: '/' })).toContain('HomeDirectory')
    expect(fault({ Policy, HomeDirectory: '/b' })).toBeUndefined()
    expect(fault({ Policy, ...logical(mapping('/')) })).toContain('HomeDirectory')
  })

  it('take a blank policy for none, and refuse text that is none', () => {
    for (const Policy of ['', ' \n']) expect(fault({ Policy })).toBeUndefined()
    for (const Policy of ['{}', 'arn:aws:iam::aws:policy/ReadOnlyAccess', 'x'.repeat(2049)]) {
      expect(fault({ Policy })).toBeDefined()
    }
    expect(fault({ Policy: policy('*'), PosixProfile: { Uid: 1, Gid: 1 } }, 'EFS')).toBeDefined()
  })

  it('hold mappings to the rules', () => {
    expect(fault(logical(mapping('/a'), mapping('/b/c')))).toBeUndefined()
    expect(fault(logical(mapping('/a'), mapping('/ab')))).toBeUndefined()
    expect(fault(logical(mapping('/')))).toBeUndefined()
    expect(fault(logical(mapping('/'), mapping('/a')))).toBeDefined()
    expect(fault(logical(mapping('/a'), mapping('/a-b'), mapping('/a/b')))).toBeDefined()
    expect(fault(logical(mapping('/a'), mapping('/a/')))).toBeDefined()
    expect(fault(logical(mapping('/a', '/bucket/')))).toBeDefined()
    expect(fault(logical(mapping('/a', '/bucket/../x')))).toBeDefined()
    expect(fault({ HomeDirectoryMappings: [mapping('/a')] })).toBeDefined()
    expect(fault({ HomeDirectoryType: 'LOGICAL' })).toBeDefined()
    expect(fault({ ...logical(mapping('/a')), HomeDirectory: '/b' })).toBeDefined()
    expect(fault({ ...logical(mapping('/a')), HomeDirectory: '/a' })).toBeUndefined()
  })
})
