import { describe, expect, it } from 'vitest'
import { compile } from '../compile/program.ts'
import { defaultSwitches, type Switches } from '../evaluate/switches.ts'
import { parsePolicy } from '../policy/parse.ts'
import { baseOperators } from '../policy/policy.ts'
import { parseRequest } from '../request/request.ts'
import type { RequestInput } from '../request/request-input.ts'
import { describeWayOut, renderExplanation } from './render.ts'

type Context = NonNullable<RequestInput['context']>

function explain(deny: object, context: Context, more: Partial<RequestInput> = {}, switches: Partial<Switches> = {}) {
  const Statement = [
    { Effect: 'Allow', Action: '*', Resource: '*' },
    { Sid: 'No', Effect: 'Deny', Action: 's3:*', Resource: '*', ...deny },
  ]
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), { kind: 'identity' })
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message)
  const asked = parseRequest({
    principal: 'arn:aws:iam::123456789012:user/ana',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::reports/june.csv',
    context,
    ...more,
  })
  if (!asked.ok) throw new Error(asked.message)
  return compile({ identity: [parsed.policy] }, { ...defaultSwitches, ...switches }).explain(asked.request)
}

const ways = (...asked: Parameters<typeof explain>) => {
  const { outcome, layers } = explain(...asked)
  expect(outcome).toBe('explicitDeny')
  return layers[0]?.policies[0]?.statements[1]?.waysOut?.map(describeWayOut)
}

const key = 'aws:k'

/** Operator, its value, what the request has, the way out, and a request that takes it. */
const conditions: readonly (readonly [string, string | string[], Context[string], string, Context[string]])[] = [
  ['StringEquals', 'a', 'a', 'is not "a"; the request has "a"', 'b'],
  ['StringNotEquals', ['a', 'b'], 'c', 'is "a", "b"; the request has "c"', 'b'],
  ['StringNotEquals', 'a', undefined, 'is in the request and is "a"; the request does not have it', 'a'],
  ['StringEqualsIgnoreCase', 'a', 'A', 'is not, in upper or lower case, "a"; the request has "A"', 'b'],
  ['StringNotEqualsIgnoreCase', 'a', 'b', 'is, in upper or lower case, "a"; the request has "b"', 'A'],
  ['StringLike', 'a*', 'ab', 'does not match "a*"; the request has "ab"', 'b'],
  ['StringNotLike', 'a*', 'b', 'matches "a*"; the request has "b"', 'ab'],
  ['NumericEquals', '5', '5.0', 'is not "5"; the request has "5.0"', '6'],
  ['NumericNotEquals', '5', '6', 'is "5"; the request has "6"', '5'],
  ['NumericLessThan', '5', '4', 'is not less than "5"; the request has "4"', '5'],
  ['NumericLessThanEquals', '5', '5', 'is more than "5"; the request has "5"', '6'],
  ['NumericGreaterThan', '5', '6', 'is at most "5"; the request has "6"', '5'],
  ['NumericGreaterThanEquals', '5', '5', 'is less than "5"; the request has "5"', '4'],
  ['DateEquals', '2026-01-02', '2026-01-02', 'is not "2026-01-02"; the request has "2026-01-02"', '2026-01-03'],
  ['DateNotEquals', '2026-01-02', '2026-01-01', 'is "2026-01-02"; the request has "2026-01-01"', '2026-01-02'],
  [
    'DateLessThan',
    '2026-01-02',
    '2026-01-01',
    'is not before "2026-01-02"; the request has "2026-01-01"',
    '2026-01-02',
  ],
  [
    'DateLessThanEquals',
    '2026-01-02',
    '2026-01-02',
    'is after "2026-01-02"; the request has "2026-01-02"',
    '2026-01-03',
  ],
  [
    'DateGreaterThan',
    '2026-01-02',
    '2026-01-03',
    'is not after "2026-01-02"; the request has "2026-01-03"',
    '2026-01-02',
  ],
  [
    'DateGreaterThanEquals',
    '2026-01-02',
    '2026-01-02',
    'is before "2026-01-02"; the request has "2026-01-02"',
    '2026-01-01',
  ],
  ['Bool', 'false', 'false', 'is "true"; the request has "false"', 'true'],
  ['BoolIfExists', 'false', undefined, 'is in the request and is "true"; the request does not have it', 'true'],
  ['BinaryEquals', 'QQ==', 'QQ==', 'is not "QQ=="; the request has "QQ=="', 'Qg=='],
  ['IpAddress', '10.0.0.0/8', '10.1.2.3', 'is not in "10.0.0.0/8"; the request has "10.1.2.3"', '11.0.0.1'],
  ['NotIpAddress', '10.0.0.0/8', '11.0.0.1', 'is in "10.0.0.0/8"; the request has "11.0.0.1"', '10.1.2.3'],
  [
    'ArnEquals',
    'arn:aws:s3:::a',
    'arn:aws:s3:::a',
    'does not match "arn:aws:s3:::a"; the request has "arn:aws:s3:::a"',
    'arn:aws:s3:::b',
  ],
  [
    'ArnLike',
    'arn:aws:s3:::a*',
    'arn:aws:s3:::ab',
    'does not match "arn:aws:s3:::a*"; the request has "arn:aws:s3:::ab"',
    'arn:aws:s3:::b',
  ],
  [
    'ArnNotEquals',
    'arn:aws:s3:::a',
    'arn:aws:s3:::b',
    'matches "arn:aws:s3:::a"; the request has "arn:aws:s3:::b"',
    'arn:aws:s3:::a',
  ],
  [
    'ArnNotLike',
    'arn:aws:s3:::a*',
    'arn:aws:s3:::b',
    'matches "arn:aws:s3:::a*"; the request has "arn:aws:s3:::b"',
    'arn:aws:s3:::ab',
  ],
  ['Null', 'true', undefined, 'is in the request; the request does not have it', 'x'],
  ['Null', 'false', 'x', 'is not in the request; the request has "x"', undefined],
  ['StringNotEquals', '${aws:username}', 'ben', 'is "ana"; the request has "ben"', 'ana'],
  [
    'StringNotEquals',
    '${aws:nobody}',
    'b',
    'is "${aws:nobody}"; the request has "b"; no value for ${aws:nobody}',
    undefined,
  ],
]

describe('the way out of a Deny', () => {
  it.each(conditions)('%s %j, asked with %j: %s', (operator, value, came, text, other) => {
    const deny = { Condition: { [operator]: { [key]: value } } }
    expect(ways(deny, came === undefined ? {} : { [key]: came })).toEqual([`${key} ${text}`])
    if (text.includes('no value for')) return
    expect(explain(deny, other === undefined ? {} : { [key]: other }).outcome).toBe('allowed')
  })

  it('is known for every operator', () => {
    const tried = new Set(conditions.map(([operator]) => operator))
    expect(baseOperators.filter((operator) => !tried.has(operator))).toEqual([])
  })

  it.each([
    ['ForAllValues:StringEquals', ['a', 'b'], 'at least one value of aws:k is not "a", "b", "c"', ['a', 'd']],
    ['ForAnyValue:StringEquals', ['a', 'z'], 'every value of aws:k is not "a", "b", "c"', ['y', 'z']],
    ['ForAnyValue:StringNotEquals', ['a', 'z'], 'every value of aws:k is "a", "b", "c"', ['a', 'b']],
    ['ForAllValues:StringNotEquals', ['y', 'z'], 'at least one value of aws:k is "a", "b", "c"', ['a', 'z']],
    ['ForAllValues:StringEquals', [], 'at least one value of aws:k is in the request and is not "a", "b", "c"', ['z']],
  ] as const)('%s over %j is said of its values', (operator, came, text, other) => {
    const deny = { Condition: { [operator]: { [key]: ['a', 'b', 'c'] } } }
    expect(ways(deny, { [key]: came })?.[0]).toMatch(text)
    expect(explain(deny, { [key]: other }).outcome).toBe('allowed')
  })

  it('is any one of several', () => {
    const Condition = {
      NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
      Bool: { 'aws:SecureTransport': 'false' },
    }
    const context = { 'aws:SourceIp': '127.0.0.1', 'aws:SecureTransport': false }
    expect(ways({ Condition }, context)).toHaveLength(2)
    expect(explain({ Condition }, { ...context, 'aws:SecureTransport': true }).outcome).toBe('allowed')
    expect(explain({ Condition }, { ...context, 'aws:SourceIp': '203.0.113.9' }).outcome).toBe('allowed')
  })

  it('is what NotAction, NotResource and NotPrincipal except', () => {
    const deny = {
      Action: undefined,
      NotAction: 'iam:*',
      Resource: undefined,
      NotResource: 'arn:aws:s3:::${aws:username}/*',
    }
    expect(ways(deny, {})).toEqual([
      'the action matches "iam:*"; the request has "s3:GetObject"',
      'the resource matches "arn:aws:s3:::ana/*"; the request has "arn:aws:s3:::reports/june.csv"',
    ])
    expect(explain(deny, {}, { action: 'iam:GetUser' }).outcome).toBe('allowed')
    expect(explain(deny, {}, { resource: 'arn:aws:s3:::ana/x' }).outcome).toBe('allowed')
  })

  it('is not there without conditions, or with those that no request changes', () => {
    expect(ways({}, {})).toEqual([])
    expect(ways({ Condition: { Null: { [key]: ['true', 'false'] } } }, {})).toEqual([])
    expect(ways({ Condition: { 'ForAllValues:Null': { [key]: 'true' } } }, {})).toEqual([])
    expect(ways({ Condition: { Bool: { [key]: ['true', 'false'] } } }, { [key]: true })).toEqual([])
    // A list under an operator that is not made for lists.
    expect(ways({ Condition: { StringNotEquals: { [key]: 'a' } } }, { [key]: ['a'] })).toEqual([])
    expect(
      explain({ Condition: { StringNotEquals: { [key]: 'a' } } }, { [key]: ['a'] }, {}, { multivaluedPlain: 'any' })
        .outcome,
    ).toBe('allowed')
  })

  it('stands in the drawn explanation, and lets no control character through', () => {
    const Condition = { StringNotEquals: { 'aws:\u001bk': 'red\u001b[31m' } }
    const drawn = renderExplanation(explain({ Condition }, { 'aws:\u001bk': 'blue' }))
    expect(drawn).toContain(
      'Deny No no longer applies if\n  aws:\\u001bk is "red\\u001b[31m"; the request has "blue"\n',
    )
    expect(drawn).not.toContain('\u001b')
    expect(renderExplanation(explain({}, {}))).toContain('Deny No applies whatever else the request has\n')
  })
})
