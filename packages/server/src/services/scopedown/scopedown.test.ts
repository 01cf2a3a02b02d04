import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  GetUserCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendSigned } from '../../testing/signed-request.ts'
import { type Keys, startTestServer, type TestServer } from '../../testing/test-server.ts'

const stranger: Keys = { accessKeyId: 'AKIAOTHEROTHEROTHERX', secretAccessKey: 'other-secret' }
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Sid: 'Self', Effect: 'Allow', Action: 'iam:GetUser', Resource: 'arn:aws:iam::*:user/${aws:username}' },
})

interface Answer {
  readonly Calls: {
    readonly Place: string
    readonly Operation: string
    readonly Outcome: string
    readonly AuthorizationId?: string
  }[]
  readonly Newest?: string
  readonly NextToken?: string
}

describe("the console's API", () => {
  let server: TestServer
  let ana: Keys

  const ask = async (keys: Keys, operation: string, input: object) => {
    const { status, text } = await sendSigned(server.url, keys, {
      service: 'scopedown',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `Scopedown.${operation}` },
      body: JSON.stringify(input),
    })
    return { status, answer: JSON.parse(text) as Record<string, unknown> }
  }
  const list = async (input: object, keys = server.administrator) =>
    (await ask(keys, 'ListCalls', { WithoutConsole: true, ...input })).answer as unknown as Answer
  const names = ({ Calls }: Answer) => Calls.map(({ Operation }) => Operation)

  beforeAll(async () => {
    server = await startTestServer({
      rootAccessKeys: [`${stranger.accessKeyId}:${stranger.secretAccessKey}:210987654321`],
    })
    const iam = server.iam(server.administrator)
    await iam.send(new CreateUserCommand({ UserName: 'ana' }))
    await iam.send(new PutUserPolicyCommand({ UserName: 'ana', PolicyName: 'self', PolicyDocument: policy }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }))
    ana = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
    await server.iam(ana).send(new GetUserCommand({}))
    await server
      .iam(ana)
      .send(new ListUsersCommand({}))
      .catch(() => undefined)
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('lists calls newest first, page by page, none twice and none lost', async () => {
    const all = names(await list({}))
    expect(all).toEqual(['ListUsers', 'GetUser', 'CreateAccessKey', 'PutUserPolicy', 'CreateUser'])
    const paged: string[] = []
    let token: string | undefined
    do {
      const page: Answer = await list({ MaxResults: 2, ...(token === undefined ? {} : { NextToken: token }) })
      paged.push(...names(page))
      token = page.NextToken
    } while (token !== undefined)
    expect(paged).toEqual(all)
  })

  it.each([
    [{ Outcome: 'denied' }, ['ListUsers']],
    [{ Principal: 'USER/ANA' }, ['ListUsers', 'GetUser']],
    [{ Action: 'iam:create' }, ['CreateAccessKey', 'CreateUser']],
    [{ Resource: 'user/ana', Principal: 'administrator' }, ['CreateAccessKey', 'PutUserPolicy', 'CreateUser']],
    [{ Principal: 'nobody' }, []],
  ])('filters by %j', async (filter, wanted) => {
    expect(names(await list(filter))).toEqual(wanted)
  })

  it('waits for what comes after a place, and is answered at once when it comes', async () => {
    const { Newest } = await list({})
    const waiting = list({ After: Newest, WaitSeconds: 20 })
    // Nothing comes for this one, which would give up before.
    const inVain = list({ After: Newest, WaitSeconds: 10, Principal: 'nobody' }).catch(() => ({ Calls: [] }))
    await server.iam(ana).send(new GetUserCommand({}))
    expect(names(await Promise.race([waiting, inVain]))).toEqual(['GetUser'])
  })

  it('shows an account its own calls alone, and passes over a line that a crash cut short', async () => {
    expect(names(await list({}, stranger))).toEqual([])
    const day = new Date().toISOString().slice(0, 10)
    appendFileSync(join(server.data, 'audit', `${day}.jsonl`), '{"cut":\n')
    expect(names(await list({ MaxResults: 2 }))).toHaveLength(2)
  })

  it('explains a denial with the policies as they were, to its account alone', async () => {
    const id = (await list({ Outcome: 'denied' })).Calls[0]?.AuthorizationId ?? ''
    await server.iam(server.administrator).send(
      new PutUserPolicyCommand({
        UserName: 'ana',
        PolicyName: 'self',
        PolicyDocument: policy.replace('Self', 'New'),
      }),
    )
    const { answer } = await ask(server.administrator, 'GetExplanation', { AuthorizationId: id })
    expect(answer).toMatchObject({
      Operation: 'ListUsers',
      Explanation: { outcome: 'implicitDeny', layers: [{ type: 'identity' }] },
      Policies: [{ Type: 'IDENTITY_BASED_POLICY', Document: policy, AttachedTo: 'arn:aws:iam::123456789012:user/ana' }],
    })
    const foreign = await ask(stranger, 'GetExplanation', { AuthorizationId: id })
    const unknown = await ask(stranger, 'GetExplanation', { AuthorizationId: '0'.repeat(32) })
    expect(foreign.status).toBe(404)
    expect(foreign.answer).toEqual(unknown.answer)
  })

  it('refuses who has no permission, and input that is none', async () => {
    expect((await ask(ana, 'ListCalls', {})).answer).toMatchObject({ __type: 'AccessDeniedException' })
    expect((await ask(ana, 'GetServer', {})).answer).toMatchObject({ Region: 'us-east-1', Account: '123456789012' })
    for (const input of [
      { NextToken: 'x' },
      { After: '../../etc:1' },
      { MaxResults: 0 },
      { Outcome: 'x' },
      { Odd: 1 },
    ]) {
      const { status } = await ask(server.administrator, 'ListCalls', input)
      expect([input, status]).toEqual([input, 400])
    }
  })
})
