import * as glue from '@aws-sdk/client-glue'
import * as iam from '@aws-sdk/client-iam'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceFault } from '../fault.ts'
import { serviceModel } from '../schema/service-model.ts'
import type { MemberConstraints } from './constraints.ts'
import { assertValid, validateInput } from './validate.ts'

function shape(module: object, operation: string) {
  const found = serviceModel(module).operations.get(operation)
  if (!found) throw new Error(operation)
  return found.input
}

const messages = (operation: string, input: unknown, constraints: MemberConstraints = {}, module: object = iam) =>
  validateInput(shape(module, operation), input, { constraints }).map(({ message }) => message)

describe('presence and types', () => {
  it('names what is missing, nested items included', () => {
    expect(messages('CreateUser', {})).toEqual([
      "Value null at 'userName' failed to satisfy constraint: Member must not be null",
    ])
    expect(messages('CreateUser', { UserName: 'a', Tags: [{ Key: 'k', Value: 'v' }, { Key: 'k' }] })).toEqual([
      "Value null at 'tags.2.member.value' failed to satisfy constraint: Member must not be null",
    ])
  })

  it.each([
    [{ UserName: 5 }, "Value at 'userName' failed to satisfy constraint: Member must be a string"],
    [{ UserName: 'a', Tags: {} }, "Value at 'tags' failed to satisfy constraint: Member must be a list"],
    [
      { UserName: 'a', Tags: ['x'] },
      "Value at 'tags.1.member' failed to satisfy constraint: Member must be a structure",
    ],
    [
      { UserName: 'a', Tags: [null] },
      "Value null at 'tags.1.member' failed to satisfy constraint: Member must not be null",
    ],
    [{ UserName: 'a', Pathh: '/' }, "Value at 'pathh' failed to satisfy constraint: Member is not defined"],
    ['text', "Value at '' failed to satisfy constraint: Member must be a structure"],
  ])('refuses %o', (input, message) => {
    expect(messages('CreateUser', input)).toEqual([message])
  })

  it('does not take an inherited member for a present one', () => {
    expect(messages('CreateUser', Object.create({ UserName: 'a' })).length).toBeGreaterThan(0)
  })

  it('wants exactly one member of a union', () => {
    const input = (source: object) => ({ CrawlerName: 'x', ...source })
    const union = [...serviceModel(glue).operations.values()].flatMap(({ input: { members } }) =>
      [...members.values()].filter((m) => m.shape.kind === 'structure' && m.shape.union),
    )
    expect(union.length).toBeGreaterThan(0)
    const [member] = union
    if (member?.shape.kind !== 'structure') throw new Error('no union')
    expect(validateInput(member.shape, input({})).some(({ message }) => message.includes('Exactly one'))).toBe(true)
  })
})

describe('constraints', () => {
  const table: MemberConstraints = {
    UserName: { min: 1, max: 8, pattern: /[\w+=,.@-]+/ },
    Path: { pattern: /\/|(\/[!-~]+\/)/, patternText: '(\\u002F)|(\\u002F[\\u0021-\\u007F]+\\u002F)' },
    Tags: { max: 2 },
    'Tags.*.Key': { max: 3 },
  }

  it.each([
    [
      { UserName: 'ninechars' },
      "Value 'ninechars' at 'userName' failed to satisfy constraint: Member must have length less than or equal to 8",
    ],
    [
      { UserName: 'a b' },
      "Value 'a b' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    ],
    [
      { UserName: 'a\n' },
      "Value 'a\n' at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
    ],
    [
      { UserName: 'a', Path: 'x' },
      "Value 'x' at 'path' failed to satisfy constraint: Member must satisfy regular expression pattern: (\\u002F)|(\\u002F[\\u0021-\\u007F]+\\u002F)",
    ],
    [
      { UserName: 'a', Tags: [1, 2, 3].map(() => ({ Key: 'k', Value: 'v' })) },
      "Value '[...]' at 'tags' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
    [
      { UserName: 'a', Tags: [{ Key: 'long', Value: '' }] },
      "Value 'long' at 'tags.1.member.key' failed to satisfy constraint: Member must have length less than or equal to 3",
    ],
  ])('%o', (input, message) => {
    expect(messages('CreateUser', input, table)).toEqual([message])
  })

  it('gives a range, an enum and a requirement their sentences', () => {
    expect(messages('ListUsers', { MaxItems: 1001 }, { MaxItems: { min: 1, max: 1000 } })).toEqual([
      "Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ])
    expect(messages('ListUsers', { MaxItems: Number.NaN }, { MaxItems: { min: 1 } })).toHaveLength(1)
    expect(messages('ListPolicies', { Scope: 'Mine' }, { Scope: { oneOf: ['All', 'AWS', 'Local'] } })).toEqual([
      "Value 'Mine' at 'scope' failed to satisfy constraint: Member must satisfy enum value set: [All, AWS, Local]",
    ])
    expect(messages('ListUsers', {}, { PathPrefix: { required: true } })).toHaveLength(1)
  })

  it('counts code points and constrains map keys and values', () => {
    expect(messages('CreateUser', { UserName: '😀'.repeat(8) }, { UserName: { max: 8 } })).toEqual([])
    const input = { Id: 'i', Role: 'r', Command: {}, Tags: { toolong: 'v', k: 'toolong' } }
    const constraints: MemberConstraints = { 'Tags.key': { max: 3 }, 'Tags.*': { max: 3 } }
    expect(validateInput(shape(glue, 'CreateSession'), input, { constraints }).map(({ path }) => path)).toEqual([
      'tags.key',
      'tags.k',
    ])
  })

  it('does not repeat the value of a sensitive member', () => {
    const input = { UserName: 'a', Password: 'hunter2-secret' }
    const [message] = messages('CreateLoginProfile', input, { Password: { max: 3 } })
    expect(message).toBe(
      "Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 3",
    )
  })

  it('runs a pattern only on text of bounded length', () => {
    const constraint = { UserName: { max: 10, pattern: /(a+)+/ } }
    const faults = (length: number) => messages('CreateUser', { UserName: `${'a'.repeat(length)}!` }, constraint)
    expect(faults(1)).toEqual([expect.stringContaining('regular expression')])
    expect(faults(12)).toEqual([
      expect.stringContaining('length less than'),
      expect.stringContaining('regular expression'),
    ])
    // This pattern doubles its work with each letter.
    expect(faults(50_000)).toEqual([expect.stringContaining('length less than')])
  })
})

describe('bounds', () => {
  it('stops after twenty faults and at the number of values', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`X${i}`, 1]))
    expect(messages('ListUsers', many)).toHaveLength(20)
    const Tags = Array.from({ length: 100 }, () => ({ Key: 'k', Value: 'v' }))
    const faults = validateInput(shape(iam, 'CreateUser'), { UserName: 'a', Tags }, { maxValues: 50 })
    expect(faults.map(({ message }) => message.replace(/^.*: /, ''))).toEqual(['Member must not hold so many values'])
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withDate: true, withBigInt: true, maxDepth: 5 }), (value) => {
        validateInput(shape(glue, 'CreateTable'), value)
        validateInput(shape(glue, 'CreateTable'), {
          DatabaseName: value,
          TableInput: { Name: 'x', Parameters: value, StorageDescriptor: value },
        })
      }),
    )
  })

  it('reports as one fault with the count', () => {
    const faults = validateInput(shape(iam, 'CreatePolicy'), {})
    expect(() => assertValid(faults, 'ValidationError')).toThrow(
      expect.objectContaining({
        code: 'ValidationError',
        status: 400,
        message:
          "2 validation errors detected: Value null at 'policyName' failed to satisfy constraint: Member must not be null; Value null at 'policyDocument' failed to satisfy constraint: Member must not be null",
      }),
    )
    expect(() => assertValid([], 'ValidationError')).not.toThrow()
    expect(new ServiceFault('X', 'm').status).toBeUndefined()
  })
})
