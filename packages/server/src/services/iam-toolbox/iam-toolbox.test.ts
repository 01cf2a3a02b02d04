import { CreateAccessKeyCommand, CreateUserCommand, GetUserCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sendSigned } from '../../testing/signed-request.ts'
import { type Keys, startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
let alice: Keys

beforeAll(async () => {
  server = await startTestServer({ rootAccessKeys: ['AKIAOTHEROTHEROTHERX:other-secret:210987654321'] })
  const iam = server.iam(server.administrator)
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
  alice = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

async function deniedId(): Promise<string> {
  const error: unknown = await server
    .iam(alice)
    .send(new GetUserCommand({}))
    .catch((thrown) => thrown)
  return /authorization id: ([0-9a-z]+)$/.exec(String(error))?.[1] ?? ''
}

const ask = (keys: Keys, id: string) =>
  sendSigned(server.url, keys, { method: 'GET', path: `/authorization-details/${id}`, service: 'iam' })

it('explains a denial to its account, and to nobody else', async () => {
  const id = await deniedId()
  const answer = await ask(server.administrator, id)
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text)).toMatchObject({
    requestContext: { 'aws:SourceIp': '127.0.0.1', 'aws:RequestedRegion': 'us-east-1' },
    evaluations: [
      {
        action: 'iam:GetUser',
        resource: 'arn:aws:iam::123456789012:user/alice',
        evaluatedEffect: 'IMPLICIT_DENY',
        matchedPolicies: [],
      },
    ],
    policies: [],
    explanation: { outcome: 'implicitDeny', by: ['identity'], stillNeeded: ['identity'] },
  })
  const stranger = { accessKeyId: 'AKIAOTHEROTHEROTHERX', secretAccessKey: 'other-secret' }
  const foreign = await ask(stranger, id)
  const unknown = await ask(stranger, '0123')
  expect([foreign.status, foreign.headers.get('x-amzn-errortype')]).toEqual([404, 'ResourceNotFoundException'])
  expect(foreign.text).toBe(unknown.text)
})

it('needs permission, a signature and a well-formed id', async () => {
  const id = await deniedId()
  const refused = await ask(alice, id)
  expect([refused.status, refused.headers.get('x-amzn-errortype')]).toEqual([403, 'AccessDeniedException'])
  expect(JSON.parse(refused.text).message).toContain('iam:GetRequestAuthorizationDetails')
  expect((await ask({ ...server.administrator, secretAccessKey: 'x' }, id)).status).toBe(400)
  expect((await ask(server.administrator, 'NOT-AN-ID')).headers.get('x-amzn-errortype')).toBe('ValidationException')
})
