/** The compiled program and the specification read one text alike: variables half written, letters that change with their case. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compile } from '../compile/program.ts'
import { foldCase } from '../match/fold-case.ts'
import { parsePolicy } from '../policy/parse.ts'
import { parseRequest } from '../request/request.ts'
import { specification } from './specification.ts'

const letters = ['a', 'A', 'Σ', 'σ', 'ς', 'İ', 'i̇', '😀', '\ud83d', '𐐀', '𐐨', 'ß', 'ẞ', '\u212a', 'k', ':', '/', ' ']
const marks = ['*', '?', '$', '{', '}', "'", ', ', "', '", '${', "'}", '${*}', '${?}', '${$}', '${v}', '${}', '${V}']
const variables = ["${v, 'Σ'}", "${none, 'a}b'}", "${none, ''}", '${none}', '${a{b}', '${ v}', "${v,'a'}", '${list}']
const text = (pieces: readonly string[]) =>
  fc.array(fc.constantFrom(...pieces), { maxLength: 6 }).map((all) => all.join(''))
const pattern = text([...letters, ...marks, ...variables])
const plain = text([...letters, '*', '?', '${', '}'])

function answers(statement: object, version: string, resource: string, context: Record<string, string | string[]>) {
  const parsed = parsePolicy(
    JSON.stringify({ Version: version, Statement: { Effect: 'Allow', Action: '*', ...statement } }),
  )
  const principal = 'arn:aws:iam::123456789012:user/ana'
  const asked = parseRequest({ principal, action: 's3:GetObject', resource, context })
  if (!parsed.ok || !asked.ok) throw new Error('the generator made something invalid')
  const policies = { identity: [parsed.policy] }
  return [compile(policies).decide(asked.request).outcome, specification(policies, asked.request).outcome] as const
}

const version = fc.constantFrom('2012-10-17', '2012-10-17', '2008-10-17')
const known = { list: ['a'], none2: 'x', '': 'nothing', 'a{b': 'braced' }

describe('odd text', () => {
  it('is one condition value to both', () => {
    const operator = fc.constantFrom(
      'StringEquals',
      'StringEqualsIgnoreCase',
      'StringLike',
      'StringNotEqualsIgnoreCase',
    )
    fc.assert(
      fc.property(operator, version, pattern, plain, plain, (name, version, wanted, came, v) => {
        const [one, other] = answers({ Resource: '*', Condition: { [name]: { 'aws:k': wanted } } }, version, '*', {
          ...known,
          v,
          'aws:k': came,
        })
        expect(one).toBe(other)
      }),
      { numRuns: 10_000 },
    )
  })

  it('is one ARN pattern and one resource pattern to both', () => {
    fc.assert(
      fc.property(version, pattern, plain, plain, (version, wanted, came, v) => {
        const [arnPattern, arn] = [`arn:aws:s3:::${wanted}`, `arn:aws:s3:::${came}`]
        const condition = { ArnLike: { 'aws:k': arnPattern } }
        for (const statement of [{ Resource: arnPattern }, { Resource: '*', Condition: condition }]) {
          const [one, other] = answers(statement, version, arn, { ...known, v, 'aws:k': arn })
          expect(one).toBe(other)
        }
      }),
      { numRuns: 10_000 },
    )
  })

  it.each([
    ['ΑΣ', 'ας', 'allowed'],
    ['ΑΣ', 'ασ', 'allowed'],
    ['ΟΔΟΣ ΑΒ', 'οδος αβ', 'allowed'],
    ['İ', 'i̇', 'allowed'],
    ['𐐀', '𐐨', 'allowed'],
    ['ß', 'ss', 'implicitDeny'],
  ])('%s and %s, case ignored: %s', (wanted, came, outcome) => {
    const statement = { Resource: '*', Condition: { StringEqualsIgnoreCase: { 'aws:k': wanted } } }
    expect(answers(statement, '2012-10-17', '*', { 'aws:k': came })).toEqual([outcome, outcome])
  })

  it('folds in pieces as it folds whole', () => {
    fc.assert(
      fc.property(plain, plain, (head, tail) => {
        // A half of a surrogate pair is no letter, and its pair may be one.
        fc.pre(!/[\ud800-\udbff]$/.test(head))
        expect(foldCase(head) + foldCase(tail)).toBe(foldCase(head + tail))
      }),
    )
  })
})

it('a Deny on a name that is written with a capital sigma stops every name that it covers', () => {
  const [deny, allow] = ['Deny', 'Allow'].map((Effect) => ({
    Effect,
    Action: '*',
    Resource: Effect === 'Deny' ? 'arn:aws:glue:us-east-1:123456789012:table/db/ΑΣ*' : '*',
  }))
  const parsed = parsePolicy(JSON.stringify({ Statement: [deny, allow] }))
  if (!parsed.ok) throw new Error('invalid')
  const asked = parseRequest({
    principal: 'arn:aws:iam::123456789012:user/ana',
    action: 'glue:GetTable',
    resource: 'arn:aws:glue:us-east-1:123456789012:table/db/ασβ',
    foldResourceNames: true,
  })
  if (!asked.ok) throw new Error('invalid')
  expect(compile({ identity: [parsed.policy] }).decide(asked.request).outcome).toBe('explicitDeny')
})
