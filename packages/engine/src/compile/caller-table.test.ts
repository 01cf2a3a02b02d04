import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../policy/parse.ts'
import { parseRequest } from '../request/request.ts'
import { compile } from './program.ts'

const user = (name: string) => `arn:aws:iam::123456789012:user/${name}`
const names = Array.from({ length: 500 }, (_, index) => `user${index}`)
const statement = (name: string, more: object = {}) => ({
  Effect: 'Allow',
  Principal: { AWS: user(name) },
  Action: 's3:GetObject',
  Resource: `arn:aws:s3:::homes/${name}/*`,
  ...more,
})

function program(...more: object[]) {
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [...names.map((name) => statement(name)), ...more] })
  const parsed = parsePolicy(text, { kind: 'resource' })
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message)
  return compile({ resource: parsed.policy })
}

function ask(decides: ReturnType<typeof program>, principal: string, key: string, context = {}): string {
  const asked = parseRequest({ principal, action: 's3:GetObject', resource: `arn:aws:s3:::homes/${key}`, context })
  if (!asked.ok) throw new Error(asked.message)
  return decides.decide(asked.request).outcome
}

describe('many statements that name one caller each', () => {
  it('let each caller do what its own statement says, and no other', () => {
    const decides = program()
    for (const [index, name] of names.entries()) {
      expect(ask(decides, user(name), `${name}/x`)).toBe('allowed')
      expect(ask(decides, user(name), `${names[index - 1] ?? 'nobody'}/x`)).toBe('implicitDeny')
    }
    expect(ask(decides, user('stranger'), 'user7/x')).toBe('implicitDeny')
    expect(ask(decides, '*', 'user7/x')).toBe('implicitDeny')
  })

  it('are all asked where several name the same caller, with their conditions', () => {
    const condition = { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }
    const decides = program(
      statement('user7', { Resource: 'arn:aws:s3:::homes/shared/*' }),
      statement('guest', condition),
      statement('exact', { Resource: 'arn:aws:s3:::homes/one' }),
    )
    expect(ask(decides, user('user7'), 'user7/x')).toBe('allowed')
    expect(ask(decides, user('user7'), 'shared/x')).toBe('allowed')
    expect(ask(decides, user('user8'), 'shared/x')).toBe('implicitDeny')
    expect(ask(decides, user('guest'), 'guest/x')).toBe('implicitDeny')
    expect(ask(decides, user('guest'), 'guest/x', { 'aws:SecureTransport': 'true' })).toBe('allowed')
    expect(ask(decides, user('exact'), 'one')).toBe('allowed')
    expect(ask(decides, user('exact'), 'one/more')).toBe('implicitDeny')
  })
})
