import { describe, expect, it } from 'vitest'
import { CaseRunner } from './case-runner.ts'

const request = {
  principal: 'arn:aws:iam::123456789012:user/ana',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
}
const everybody = { Statement: { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' } }
const run = (one: object) =>
  new CaseRunner().run(JSON.stringify({ request, policies: { resource: everybody }, ...one }))

describe('the request of a case', () => {
  it.each([
    ['a principal that is an object', { ...request, principal: {} }, 'request.principal: '],
    ['a principal of the engine’s own form', { ...request, principal: { kind: 'user' } }, 'request.principal: '],
    ['a list for a principal', { ...request, principal: [request.principal] }, 'request.principal: '],
    ['a member that it does not have', { ...request, Context: {} }, 'a request has no member `Context`'],
    ['a switch of the engine', { ...request, foldResourceNames: true }, 'no member `foldResourceNames`'],
    ['a list', [request], 'request'],
    ['nothing', null, 'a request is an object'],
  ])('is refused: %s', (_title, given, message) => {
    expect(run({ request: given })).toMatchObject({ decision: 'invalid', message: expect.stringContaining(message) })
  })
})

describe('what a case expects', () => {
  it.each([
    [{ decision: 'allowed', by: ['resource'] }, true],
    [{ decision: 'allowed' }, true],
    [{ decision: 'allowed', by: ['identity'] }, false],
    [{ decision: 'allowed', by: 'resource' }, false],
    [{ decision: 'allowed', by: [['resource']] }, false],
    [{ decision: 'allowed', by: null }, false],
    [{ decision: 'allowed', By: ['identity'] }, false],
    [{ decision: ['allowed'] }, false],
    [['allowed'], false],
  ])('%j is met: %s', (expected, ok) => {
    expect(run({ expect: expected })?.ok).toBe(ok)
  })

  it('may be left out', () => {
    expect(run({})?.ok).toBeUndefined()
    expect(run({ expect: null })?.ok).toBeUndefined()
  })
})
