import { describe, expect, it } from 'vitest'
import { CaseRunner } from './case-runner.ts'

const request = {
  principal: 'arn:aws:iam::123456789012:user/ana',
  action: 's3:GetObject',
  resource: 'arn:aws:s3:::b/k',
}
const everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
const run = (policy: string) =>
  new CaseRunner().run(`{"request":${JSON.stringify(request)},"policies":{"identity":[${policy}]}}`)

describe('a policy of a case', () => {
  it('is the document, a JSON string of it, or named', () => {
    for (const given of [everything, JSON.stringify(everything)]) {
      expect(run(given)?.decision).toBe('allowed')
      expect(run(`{"name":"all","document":${given}}`)?.decision).toBe('allowed')
      expect(run(`{"document":${given}}`)?.decision).toBe('allowed')
    }
  })

  it.each([
    ['two documents', `{"document":${everything},"document":{"Statement":[]}}`, '`document` is too much'],
    ['a statement beside its document', `{"document":${everything},"Statement":[]}`, '`Statement` is too much'],
    ['a name that is no text', `{"document":${everything},"name":7}`, '`name` is too much, or no text'],
    ['a document within a document', `{"document":{"document":${everything}}}`, 'no element `document`'],
    ['a repeated key', '{"Statement":[],"Statement":[]}', 'stands twice'],
    ['null', 'null', 'must be a JSON object'],
  ])('is refused: %s', (_title, given, message) => {
    expect(run(given)).toMatchObject({ decision: 'invalid', message: expect.stringContaining(message) })
  })
})
