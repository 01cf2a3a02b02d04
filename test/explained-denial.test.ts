/** A denial by a running server, explained: `scopedown explain ID` and AWS's own commands say the same. */

import { execFileSync, spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { AssumeRoleCommand } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../packages/cli/src/index.ts'
import { type Explanation, renderExplanation } from '../packages/engine/src/index.ts'
import { clientEnvironment, missingClient } from '../packages/server/src/testing/external-client.ts'
import { type Keys, startTestServer, type TestServer } from '../packages/server/src/testing/test-server.ts'

const region = 'eu-central-1'
let server: TestServer
let ana: Keys
let iamDenial = ''
let stsDenial = ''

beforeAll(async () => {
  server = await startTestServer({ region })
  // IAM is one for all regions, and signs for this one.
  const iamAs = (credentials: Keys) => new IAMClient({ endpoint: server.url, region: 'us-east-1', credentials })
  const iam = iamAs(server.administrator)
  await iam.send(new CreateUserCommand({ UserName: 'ana' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }))
  ana = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  iamDenial = await idOf(iamAs(ana).send(new GetUserCommand({})))
  const trust = { Effect: 'Allow', Principal: { AWS: '123456789012' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: trust })
  await iam.send(new CreateRoleCommand({ RoleName: 'other', AssumeRolePolicyDocument }))
  const role = { RoleArn: 'arn:aws:iam::123456789012:role/other', RoleSessionName: 's1' }
  stsDenial = await idOf(server.sts(ana).send(new AssumeRoleCommand(role)))
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

async function idOf(denied: Promise<unknown>): Promise<string> {
  const error: unknown = await denied.catch((thrown) => thrown)
  const id = /authorization id: ([0-9a-z]+)$/.exec(String(error))?.[1]
  if (id === undefined) throw new Error(`not denied by a policy: ${String(error)}`)
  return id
}

async function explain(argv: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const out: string[] = []
  const err: string[] = []
  const to = (parts: string[]) => ({ write: (text: string) => parts.push(text) > 0, once: () => undefined })
  const io = { stdin: Readable.from([]), stdout: to(out), stderr: to(err), env }
  return { status: await run(['explain', ...argv], io), out: out.join(''), err: err.join('') }
}

const here = () => ['--url', server.url, '--data', server.data, '--region', region]

describe('scopedown explain ID', () => {
  it('draws the tree of a denial, with status 1', async () => {
    const { status, out, err } = await explain([iamDenial, ...here()])
    expect([status, err]).toEqual([1, ''])
    expect(out).toContain('implicitDeny by identity\n  principal arn:aws:iam::123456789012:user/ana\n')
    expect(out).toContain('is not authorized to perform: iam:GetUser on resource:')
    expect(out).toContain('still needed: an Allow in identity-based policies')
  })

  it("finds denials of the server's own region and of the global one", async () => {
    for (const id of [iamDenial, stsDenial]) expect((await explain([id, ...here()])).status).toBe(1)
  })

  it('takes endpoint, region and key from the environment that AWS clients share', async () => {
    const {
      AWS_ENDPOINT_URL = '',
      AWS_ACCESS_KEY_ID = '',
      AWS_SECRET_ACCESS_KEY = '',
    } = clientEnvironment(server.url, server.administrator)
    const keys = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY }
    const { status, err } = await explain([stsDenial], { AWS_ENDPOINT_URL, AWS_REGION: region, ...keys })
    expect([status, err]).toEqual([1, ''])
    const file = { AWS_SHARED_CREDENTIALS_FILE: server.credentialsFile }
    expect((await explain([stsDenial], { AWS_ENDPOINT_URL, AWS_REGION: region, ...file })).status).toBe(1)
  })

  it('says in one line, with status 2, why there is no explanation', async () => {
    const unknown = await explain(['0abc', ...here()])
    expect([unknown.status, unknown.out]).toEqual([2, ''])
    expect(unknown.err).toBe(
      'scopedown: cannot explain 0abc: ResourceNotFoundException: No authorization details were found for this authorization id.\n',
    )
    const env = { AWS_ACCESS_KEY_ID: ana.accessKeyId, AWS_SECRET_ACCESS_KEY: ana.secretAccessKey }
    const refused = await explain([stsDenial, '--url', server.url, '--region', region], env)
    expect([refused.status, refused.out]).toEqual([2, ''])
    expect(refused.err).toContain('AccessDeniedException: User: arn:aws:iam::123456789012:user/ana is not authorized')
    const away = await explain([stsDenial, '--url', 'http://127.0.0.1:4', '--data', server.data])
    expect([away.status, away.err]).toEqual([
      2,
      'scopedown: no answer from http://127.0.0.1:4: nothing listens there; is the server running?\n',
    ])
    const page = await explain(['abc', '--url', 'ftp://x', '--data', server.data])
    expect(page.err).toBe('scopedown: the URL must be of http or https, not `ftp://x`\n')
    const nobody = await explain([stsDenial, '--url', server.url, '--data', '/nonexistent'])
    expect([nobody.status, nobody.err]).toEqual([2, expect.stringMatching(/^scopedown: no credentials: give .*\n$/)])
    const profile = await explain([stsDenial, ...here(), '--profile', 'other'])
    expect(profile.err).toBe(`scopedown: ${server.credentialsFile} has no access key under [other]\n`)
  })

  it.each([
    [['NOT-AN-ID'], 'scopedown: `NOT-AN-ID` is no authorization id: it has lower-case letters and digits only\n'],
    [
      ['abc', '--action', 's3:GetObject'],
      'scopedown: --action cannot stand beside an authorization id, which stands for a question\n',
    ],
    [['abc', '--case', 'x'], 'scopedown: --cases and --case cannot stand beside an authorization id\n'],
    [['--url', 'http://x'], 'scopedown: --url is for an authorization id, and none is given\n'],
  ])('refuses %j', async (argv, line) => {
    expect(await explain(argv)).toEqual({ status: 2, out: '', err: line })
  })
})

const findData = 'import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data"))'
const knowsIt = 'import boto3; boto3.client("iam-toolbox", region_name="us-east-1")'

/** Both of botocore's and the CLI's own: each knows the operation since botocore 1.43.107, whose model is lent to the CLI. */
const missing = missingClient('aws', '--version') ?? missingClient('python3', '-W', 'ignore', '-c', knowsIt)

describe.skipIf(missing !== undefined)("AWS's own commands", () => {
  it('give the same explanation, all three', async () => {
    const models = execFileSync('python3', ['-c', findData], { encoding: 'utf8' }).trim()
    const aws = async (...args: string[]) => {
      const env = { ...clientEnvironment(server.url, server.administrator), AWS_DATA_PATH: models }
      const child = spawn('aws', ['--output', 'json', '--region', region, ...args], { env })
      let [out, err] = ['', '']
      child.stdout.on('data', (chunk) => {
        out += chunk
      })
      child.stderr.on('data', (chunk) => {
        err += chunk
      })
      const status = await new Promise((resolve) => child.once('close', resolve))
      expect({ status, err }).toEqual({ status: 0, err: '' })
      return JSON.parse(out)
    }
    const asked = ['get-request-authorization-details', '--authorization-id', stsDenial]
    // As it pages, the CLI shows no more than the evaluations.
    const details = await aws('iam-toolbox', '--no-paginate', ...asked)
    const { DecodedMessage } = await aws('sts', 'decode-authorization-message', '--encoded-message', stsDenial)
    const decoded = JSON.parse(DecodedMessage) as Decoded
    const explanation = JSON.parse((await explain([stsDenial, ...here(), '--json'])).out) as Explanation

    expect(decoded.explanation).toEqual(explanation)
    expect((await explain([stsDenial, ...here()])).out).toBe(renderExplanation(decoded.explanation))
    expect(details.evaluations).toEqual([
      {
        action: explanation.request.action,
        resource: explanation.request.resource,
        context: {},
        evaluatedEffect: 'IMPLICIT_DENY',
        matchedPolicies: [],
      },
    ])
    expect([explanation.outcome, decoded.explicitDeny, decoded.failures]).toEqual([
      'implicitDeny',
      false,
      explanation.stillNeeded,
    ])
    expect(decoded.context).toMatchObject({
      action: explanation.request.action,
      resource: explanation.request.resource,
      principal: { arn: explanation.request.principal },
    })
    const conditions = decoded.context.conditions.map(({ item }) => [item.key, item.values[0]])
    expect(Object.fromEntries(conditions)).toEqual(details.requestContext)
  })
})

interface Decoded {
  readonly explicitDeny: boolean
  readonly failures: readonly string[]
  readonly explanation: Explanation
  readonly context: { readonly conditions: readonly { item: { key: string; values: string[] } }[] }
}
