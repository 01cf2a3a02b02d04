import { describe, expect, it } from 'vitest'
import type { PolicySet } from '../compile/policy-set.ts'
import { compile } from '../compile/program.ts'
import { parsePolicy } from '../policy/parse.ts'
import type { Policy, PolicyKind } from '../policy/policy.ts'
import { parseRequest } from '../request/request.ts'
import type { RequestInput } from '../request/request-input.ts'
import { renderExplanation } from './render.ts'

function policy(statements: object[], kind: PolicyKind = 'identity', name?: string): Policy {
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), { kind, name })
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message)
  return parsed.policy
}

function explain(policies: PolicySet, input: Partial<RequestInput> = {}) {
  const asked = parseRequest({
    principal: 'arn:aws:sts::123456789012:assumed-role/Shared/alice',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::company-transfers/bob/report.csv',
    ...input,
  })
  if (!asked.ok) throw new Error(asked.message)
  return compile(policies).explain(asked.request)
}

const bucket = 'arn:aws:s3:::company-transfers'
const role = policy([
  { Sid: 'Whole', Effect: 'Allow', Action: ['s3:GetObject', 's3:PutObject'], Resource: `${bucket}/*` },
])
const stopped = (statement: object, input: Partial<RequestInput> = {}, kind: PolicyKind = 'identity') => {
  const set = kind === 'resource' ? { resource: policy([statement], kind) } : { identity: [policy([statement], kind)] }
  return explain(set, input).layers[0]?.policies[0]?.statements[0]?.stoppedBy
}

describe('the first thing that stopped a statement', () => {
  const allow = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }

  it('is its action', () => {
    expect(stopped({ ...allow, Action: ['s3:Put*'] })).toEqual({
      element: 'Action',
      wanted: ['s3:Put*'],
      came: 's3:GetObject',
    })
    expect(stopped({ Effect: 'Deny', NotAction: 's3:*', Resource: '*' })).toMatchObject({ element: 'NotAction' })
  })

  it('is its resource, with the variables that had no value', () => {
    expect(stopped({ ...allow, Resource: `${bucket}/\${transfer:UserName}/*` })).toEqual({
      element: 'Resource',
      wanted: [`${bucket}/\${transfer:UserName}/*`],
      came: `${bucket}/bob/report.csv`,
      unresolved: ['transfer:UserName'],
    })
  })

  it('is its principal', () => {
    const statement = { ...allow, Principal: { AWS: 'arn:aws:iam::123456789012:user/bob' } }
    expect(stopped(statement, {}, 'resource')).toMatchObject({
      element: 'Principal',
      came: expect.stringContaining('alice'),
    })
  })

  it('is a condition: operator, key, the values wanted, the value that came', () => {
    const Condition = { StringEquals: { 'aws:PrincipalTag/team': ['red', 'blue'] } }
    const context = { 'aws:principaltag/Team': 'green' }
    expect(stopped({ ...allow, Condition }, { context })).toMatchObject({
      element: 'Condition',
      operator: 'StringEquals',
      key: 'aws:PrincipalTag/team',
      wanted: ['red', 'blue'],
      came: 'green',
      unresolved: [],
    })
  })

  it('is a condition whose key was missing, or whose variable had no value', () => {
    const Condition = { StringEquals: { 'aws:ResourceTag/owner': '${aws:username}' } }
    expect(stopped({ ...allow, Condition })).toMatchObject({ came: undefined, unresolved: ['aws:username'] })
  })
})

describe('an explanation', () => {
  it('says which types would still have to allow', () => {
    const { outcome, by, stillNeeded, message } = explain({
      identity: [role],
      session: [policy([])],
      boundary: policy([], 'boundary'),
    })
    expect({ outcome, by, stillNeeded }).toEqual({
      outcome: 'implicitDeny',
      by: ['boundary', 'session'],
      stillNeeded: ['boundary', 'session'],
    })
    expect(message).toBe(
      'User: arn:aws:sts::123456789012:assumed-role/Shared/alice is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::company-transfers/bob/report.csv because no permissions boundary allows the s3:GetObject action',
    )
  })

  it('names the statements that decided', () => {
    const deny = policy([{ Sid: 'NoBob', Effect: 'Deny', Action: '*', Resource: `${bucket}/bob/*` }], 'scp', 'org')
    const { outcome, determining } = explain({ identity: [role], scps: [[deny]] })
    expect(outcome).toBe('explicitDeny')
    expect(determining).toMatchObject([{ type: 'scp', policyName: 'org', sid: 'NoBob', statement: 0 }])
  })

  it('says what would still have to allow behind a Deny', () => {
    const deny = policy([{ Effect: 'Deny', Action: '*', Resource: '*' }], 'boundary')
    const denied = (identity: Policy[]) => explain({ identity, boundary: deny })
    expect(denied([role])).toMatchObject({ outcome: 'explicitDeny', by: ['boundary'], stillNeeded: ['boundary'] })
    expect(denied([]).stillNeeded).toEqual(['identity', 'boundary'])
  })

  it('tells which condition keys were read, and which were missing', () => {
    const Condition = {
      StringLike: { 's3:prefix': '${aws:PrincipalTag/team}*' },
      Bool: { 'aws:SecureTransport': 'true' },
    }
    const asked = { identity: [policy([{ Effect: 'Allow', Action: '*', Resource: '*', Condition }])] }
    const { conditionKeys } = explain(asked, { context: { 'aws:SecureTransport': true } })
    expect(conditionKeys).toEqual({
      read: ['s3:prefix', 'aws:PrincipalTag/team', 'aws:SecureTransport'],
      missing: ['s3:prefix', 'aws:PrincipalTag/team'],
    })
  })

  it('shows what an Allow of a resource-based policy is worth to the caller', () => {
    const grant = (AWS: string) =>
      explain({ resource: policy([{ Effect: 'Allow', Principal: { AWS }, Action: '*', Resource: '*' }], 'resource') })
        .layers[0]?.policies[0]?.statements[0]?.grant
    expect(grant('arn:aws:sts::123456789012:assumed-role/Shared/alice')).toBe('direct')
    expect(grant('arn:aws:iam::123456789012:role/Shared')).toBe('viaRole')
    expect(grant('123456789012')).toBe('delegation')
  })

  it('passes over a layer that does not bind the caller', () => {
    const deny = policy([{ Effect: 'Deny', Action: '*', Resource: '*' }], 'scp')
    const explained = explain({ scps: [[deny]] }, { principal: 'glue.amazonaws.com' })
    expect(explained.layers[0]).toMatchObject({
      type: 'scp',
      result: 'notApplicable',
      note: expect.stringContaining('do not bind'),
    })
    expect(explained.by).toEqual(['resource'])
  })

  it('renders for people, in colour only when asked, and lets no control character through', () => {
    const Condition = { StringEquals: { 'aws:username': '\u001b[31mred' } }
    const explained = explain({
      identity: [role],
      session: [policy([{ Effect: 'Allow', Action: '*', Resource: '*', Condition }])],
    })
    const plain = renderExplanation(explained)
    expect(plain).toContain('implicitDeny by session')
    expect(plain).toContain('✓ Allow Whole (line 1): matches')
    expect(plain).toContain('StringEquals aws:username wants "\\u001b[31mred"; the key is missing')
    expect(plain).toContain('still needed: an Allow in session policies')
    expect(plain).not.toContain('\u001b')
    expect(renderExplanation(explained, { colour: true })).toContain('\u001b[31mimplicitDeny')
  })
})

describe('switches decide where AWS is silent', () => {
  const decide = (statement: object, context: RequestInput['context'], switches: Parameters<typeof compile>[1]) => {
    const asked = parseRequest({
      principal: 'arn:aws:iam::123456789012:user/a',
      action: 's3:GetObject',
      resource: 'arn:aws:x:y:123456789012:z:finance:a/b',
      context,
    })
    if (!asked.ok) throw new Error(asked.message)
    const all = { Effect: 'Allow', Action: '*', Resource: '*', ...statement }
    return compile({ identity: [policy([all])] }, switches).decide(asked.request).outcome
  }

  it.each([
    [{ Resource: 'arn:aws:x:*:finance:*/*' }, {}, {}, 'allowed'],
    [{ Resource: 'arn:aws:x:*:finance:*/*' }, {}, { resourceWildcard: 'segment' }, 'implicitDeny'],
    [{ Condition: { Bool: { 'aws:a': '${aws:b}' } } }, { 'aws:a': true, 'aws:b': true }, {}, 'implicitDeny'],
    [
      { Condition: { Bool: { 'aws:a': '${aws:b}' } } },
      { 'aws:a': true, 'aws:b': true },
      { boolVariables: true },
      'allowed',
    ],
    [{ Condition: { StringEquals: { 'aws:a': 'x' } } }, { 'aws:a': ['x', 'y'] }, {}, 'implicitDeny'],
    [
      { Condition: { StringEquals: { 'aws:a': 'x' } } },
      { 'aws:a': ['x', 'y'] },
      { multivaluedPlain: 'any' },
      'allowed',
    ],
    [{ Condition: { Null: { 'aws:a': 'true' } } }, { 'aws:a': '' }, {}, 'implicitDeny'],
    [{ Condition: { Null: { 'aws:a': 'true' } } }, { 'aws:a': '' }, { emptyStringIsNull: true }, 'allowed'],
  ] as const)('%j with %j under %j: %s', (statement, context, switches, wanted) => {
    expect(decide(statement, context, switches)).toBe(wanted)
  })

  it('folds Glue names only where the request says so', () => {
    const asked = (foldResourceNames: boolean) =>
      explain(
        {
          identity: [
            policy([
              {
                Effect: 'Allow',
                Action: 'glue:*',
                Resource: 'arn:aws:glue:us-east-1:123456789012:table/PrivateDatabase/*',
              },
            ]),
          ],
        },
        {
          action: 'glue:GetTable',
          resource: 'arn:aws:glue:us-east-1:123456789012:table/privatedatabase/t',
          foldResourceNames,
        },
      ).outcome
    expect(asked(true)).toBe('allowed')
    expect(asked(false)).toBe('implicitDeny')
  })
})
