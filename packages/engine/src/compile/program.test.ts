import { describe, expect, it } from 'vitest'
import { parsePolicy } from '../policy/parse.ts'
import type { Policy, PolicyKind } from '../policy/policy.ts'
import { parseRequest, type Request } from '../request/request.ts'
import { compile } from './program.ts'

function policy(effect: 'Allow' | 'Deny', kind: PolicyKind = 'identity'): Policy {
  const statement = { Effect: effect, Action: '*', Resource: '*' }
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: [statement] }), { kind })
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message)
  return parsed.policy
}

function ask(foldResourceNames = false): Request {
  const asked = parseRequest({
    principal: 'arn:aws:iam::123456789012:user/ana',
    action: 'glue:GetTable',
    resource: 'arn:aws:glue:us-east-1:123456789012:table/Sales/Orders',
    foldResourceNames,
  })
  if (!asked.ok) throw new Error(asked.message)
  return asked.request
}

describe('a program', () => {
  it('sees what was added to a list that was compiled before', () => {
    const identity = [policy('Allow')]
    const before = compile({ identity })
    identity.push(policy('Deny'))
    expect(compile({ identity }).decide(ask()).outcome).toBe('explicitDeny')
    expect(before.decide(ask()).outcome).toBe('allowed')
  })

  it('sees what was taken from a level that was compiled before', () => {
    const identity = [policy('Allow')]
    const scps = [[policy('Allow', 'scp')]]
    expect(compile({ identity, scps }).decide(ask()).outcome).toBe('allowed')
    scps[0]?.pop()
    expect(compile({ identity, scps }).decide(ask()).by).toEqual(['scp'])
  })

  it.each([false, true])('keeps to the policies that it was compiled of, names folded: %s', (folded) => {
    const identity = [policy('Allow')]
    const program = compile({ identity })
    identity.push(policy('Deny'))
    const { outcome, layers } = program.explain(ask(folded))
    expect(outcome).toBe(program.decide(ask(folded)).outcome)
    expect(outcome).toBe('allowed')
    expect(layers[0]?.policies).toHaveLength(1)
  })
})
