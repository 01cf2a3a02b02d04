import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CaseRunner } from './case-runner.ts'
import { memberSpan } from './member-span.ts'

const policiesIn = (text: string): unknown => {
  const span = memberSpan(text, 'policies')
  return span === undefined ? undefined : JSON.parse(text.slice(span.start, span.end))
}

describe('memberSpan', () => {
  it('finds what JSON.parse finds, whatever stands around it', () => {
    const member = fc.tuple(fc.constantFrom('policies', 'request', 'a', '__proto__'), fc.jsonValue())
    fc.assert(
      fc.property(fc.array(member, { maxLength: 5 }), fc.constantFrom('', ' ', '\n\t'), (members, space) => {
        const inner = members.map(([key, value]) => `${space}"${key}"${space}:${space}${JSON.stringify(value)}${space}`)
        const text = `${space}{${inner.join(',')}}${space}`
        const last = members.filter(([key]) => key === 'policies').at(-1)
        expect(policiesIn(text)).toEqual(last === undefined ? undefined : JSON.parse(JSON.stringify(last[1])))
      }),
      { numRuns: 2000 },
    )
  })

  it('reads a key that is written with escapes', () => {
    expect(policiesIn('{"polic\\u0069es": [1]}')).toEqual([1])
  })

  it('ends on text that is no JSON', () => {
    for (const text of [
      '',
      '{',
      '{"policies',
      '{"policies": "',
      '{"policies": {',
      '"\\',
      '}}}{"policies":1}',
      '{"a":"\\"}',
    ]) {
      expect(() => memberSpan(text, 'policies')).not.toThrow()
    }
  })
})

describe('a runner that has seen the policies before', () => {
  const policies =
    '{"identity":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}]}'
  const request =
    '{"principal":"arn:aws:iam::123456789012:user/ana","action":"s3:GetObject","resource":"arn:aws:s3:::b/k"}'

  it('answers as a new one does, on text of any form', () => {
    const seasoned = new CaseRunner()
    seasoned.run(`{"request":${request},"policies":${policies}}`)
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '"a"',
      '"policies"',
      '"request"',
      'null',
      ' ',
      policies,
      request,
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `{"request":${request},${pieces.join('')}`
        expect(seasoned.run(text)).toEqual(new CaseRunner().run(text))
      }),
      { numRuns: 5000 },
    )
    for (const text of [
      `{"request":${request},"policies":${policies}`,
      `{"policies":${policies},"policies":{},"request":${request}}`,
    ]) {
      expect(seasoned.run(text)).toEqual(new CaseRunner().run(text))
    }
  })
})
