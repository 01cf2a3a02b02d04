/**
 * The whole of this package behind a real socket, called by the SDK's own clients: what they sign is verified, what they
 * stream is decoded, and what they are answered they understand.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import * as glue from '@aws-sdk/client-glue'
import * as iam from '@aws-sdk/client-iam'
import * as s3 from '@aws-sdk/client-s3'
import * as sts from '@aws-sdk/client-sts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  assertValid,
  headerValues,
  jsonOperation,
  openBody,
  parseRawQuery,
  parseTarget,
  payloadKind,
  presignRequest,
  queryOperation,
  readBodySpec,
  readJson,
  readParameters,
  readQuery,
  readRest,
  renderSignatureFault,
  routeRest,
  type SignatureRules,
  serviceModel,
  sha256Hex,
  splitUrl,
  validateInput,
  verifySignature,
  type WireResponse,
  writeJson,
  writeJsonFault,
  writeQuery,
  writeQueryFault,
  writeRest,
  writeRestFault,
} from './index.ts'

const KEY = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }
const SESSION = { ...KEY, accessKeyId: 'ASIAEXAMPLE', sessionToken: 'a/token+of==chars' }
const lookup = (id: string) => [KEY, SESSION].find(({ accessKeyId }) => accessKeyId === id)
const IDS = { requestId: 'RID', hostId: 'HID' }
const objects = new Map<string, Buffer>()
const modes: string[] = []

async function verified(request: IncomingMessage, rules: SignatureRules, bodyHash?: string) {
  const result = await verifySignature(
    {
      method: request.method ?? '',
      rawUrl: request.url ?? '',
      rawHeaders: request.rawHeaders,
      now: Date.now(),
      ...(bodyHash === undefined ? {} : { bodyHash }),
    },
    rules,
    lookup,
  )
  if (!result.ok) throw renderSignatureFault(result.fault, rules.protocol)
  return result.verified
}

async function answerJson(request: IncomingMessage): Promise<WireResponse> {
  const model = serviceModel(glue)
  try {
    const body = await buffer(request)
    await verified(request, { service: 'glue', regions: ['eu-west-1'], protocol: 'awsJson' }, sha256Hex(body))
    const operation = jsonOperation(model, parseTarget(String(request.headers['x-amz-target']))?.operation ?? '')
    const input = readJson(operation.input, body)
    assertValid(validateInput(operation.input, input), 'ValidationException')
    return writeJson(operation, { Database: { Name: String(input.Name), CreateTime: new Date(0) } }, 'RID')
  } catch (error) {
    return writeJsonFault(error, 'RID', model)
  }
}

async function answerQuery(
  request: IncomingMessage,
  module: object,
  version: string,
  service: string,
): Promise<WireResponse> {
  const model = serviceModel(module)
  const xmlns = `https://${service}.amazonaws.com/doc/${version}/`
  try {
    const body = await buffer(request)
    await verified(request, { service, regions: ['us-east-1'], protocol: 'awsQuery' }, sha256Hex(body))
    const parameters = readParameters(body.toString())
    const operation = queryOperation(model, version, parameters)
    const input = readQuery(operation.input, parameters)
    assertValid(validateInput(operation.input, input), 'ValidationError')
    return writeQuery(operation, { Account: '123456789012', Arn: 'arn', UserId: 'id' }, 'RID', xmlns)
  } catch (error) {
    return writeQueryFault(error, 'RID', xmlns, model)
  }
}

async function answerS3(request: IncomingMessage): Promise<WireResponse> {
  const model = serviceModel(s3)
  const method = request.method ?? ''
  try {
    const seed = await verified(request, { service: 's3', regions: ['eu-west-1'], protocol: 'restXml' })
    modes.push(seed.payload.mode)
    const { path, query } = splitUrl(request.url ?? '')
    const [, Bucket = '', key = ''] = /^\/([^/]*)(.*)$/.exec(path) ?? []
    const headers = headerValues(request.rawHeaders)
    const rest = { method, labels: { Bucket }, path: key || '/', query: parseRawQuery(query) ?? [], headers }
    const match = routeRest(model, rest)
    const opened = openBody(request, readBodySpec(seed.payload, headers), { seed })
    const body = payloadKind(match.operation) === 'stream' ? opened.stream : await buffer(opened.stream)
    const input = readRest(match, rest, body)
    assertValid(validateInput(match.operation.input, input), 'InvalidRequest')
    const { name } = match.operation
    if (name === 'PutObject') {
      objects.set(String(input.Key), await buffer(input.Body as Readable))
      const { md5, checksum } = opened.summary()
      const value = { ETag: `"${Buffer.from(md5 ?? '', 'base64').toString('hex')}"`, ChecksumCRC32: checksum?.value }
      return writeRest(match.operation, value, IDS, 'http://s3.amazonaws.com/doc/2006-03-01/')
    }
    const data = objects.get(String(input.Key)) ?? Buffer.alloc(0)
    const output = { Body: data, ContentLength: data.length, Metadata: { a: 'b' } }
    return writeRest(match.operation, output, IDS, 'http://s3.amazonaws.com/doc/2006-03-01/')
  } catch (error) {
    return writeRestFault(error, IDS, { method, resource: request.url ?? '' }, model)
  }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const scope = String(request.headers.authorization ?? '/s3/')
  const written = request.headers['x-amz-target']
    ? await answerJson(request)
    : scope.includes('/sts/')
      ? await answerQuery(request, sts, '2011-06-15', 'sts')
      : scope.includes('/iam/')
        ? await answerQuery(request, iam, '2010-05-08', 'iam')
        : await answerS3(request)
  response.writeHead(written.status, written.headers)
  response.end(written.body)
}

let server: Server
let endpoint = ''

beforeAll(async () => {
  server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => server.close())

const options = (region: string, credentials: typeof KEY = KEY) => ({ endpoint, region, credentials, maxAttempts: 1 })
const caught = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

describe('json and query', () => {
  it('serve signed calls, permanent and temporary', async () => {
    for (const credentials of [KEY, SESSION]) {
      const database = await new glue.GlueClient(options('eu-west-1', credentials)).send(
        new glue.GetDatabaseCommand({ Name: 'dbé' }),
      )
      expect(database.Database).toEqual({ Name: 'dbé', CreateTime: new Date(0) })
      const identity = await new sts.STSClient(options('us-east-1', credentials)).send(
        new sts.GetCallerIdentityCommand({}),
      )
      expect(identity).toMatchObject({
        Account: '123456789012',
        Arn: 'arn',
        UserId: 'id',
        $metadata: { requestId: 'RID' },
      })
    }
  })

  it('answer faults that the clients know', async () => {
    const wrong = { ...KEY, secretAccessKey: 'wrong' }
    expect(
      await caught(new glue.GlueClient(options('eu-west-1', wrong)).send(new glue.GetDatabaseCommand({ Name: 'a' }))),
    ).toMatchObject({
      name: 'InvalidSignatureException',
      $metadata: { httpStatusCode: 400 },
    })
    const nobody = { ...KEY, accessKeyId: 'AKIANOBODY' }
    expect(
      await caught(new iam.IAMClient(options('us-east-1', nobody)).send(new iam.ListUsersCommand({}))),
    ).toMatchObject({
      name: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
      $metadata: { httpStatusCode: 403 },
    })
    expect(
      await caught(
        new iam.IAMClient(options('us-east-1')).send(new iam.CreateUserCommand({ UserName: undefined as never })),
      ),
    ).toMatchObject({
      name: 'ValidationError',
      message:
        "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
    })
  })
})

describe('s3', () => {
  const client = () => new s3.S3Client({ ...options('eu-west-1'), forcePathStyle: true })

  it('takes buffers and streams, whichever way the client signs them', async () => {
    modes.length = 0
    const key = "a b/../é+'()*!~%2F"
    const put = await client().send(new s3.PutObjectCommand({ Bucket: 'b', Key: key, Body: 'hello' }))
    expect(put).toMatchObject({ ETag: '"5d41402abc4b2a76b9719d911017c592"', ChecksumCRC32: 'NhCmhg==' })
    const big = Buffer.alloc(300_000, 'xyz')
    await client().send(
      new s3.PutObjectCommand({
        Bucket: 'b',
        Key: 'big',
        Body: Readable.from([big.subarray(0, 99_999), big.subarray(99_999)]),
        ContentLength: big.length,
      }),
    )
    expect(objects.get(key)?.toString()).toBe('hello')
    expect(objects.get('big')?.equals(big)).toBe(true)
    expect(modes).toEqual(['digest', 'unsignedChunksWithTrailer'])
    const got = await client().send(new s3.GetObjectCommand({ Bucket: 'b', Key: 'big' }))
    expect((await got.Body?.transformToByteArray())?.length).toBe(big.length)
    expect(got.Metadata).toEqual({ a: 'b' })
  })

  it('answers a mismatch with how it read the request', async () => {
    const wrong = new s3.S3Client({
      ...options('eu-west-1', { ...KEY, secretAccessKey: 'wrong' }),
      forcePathStyle: true,
    })
    expect(await caught(wrong.send(new s3.GetObjectCommand({ Bucket: 'b', Key: 'k' })))).toMatchObject({
      name: 'SignatureDoesNotMatch',
      AWSAccessKeyId: 'AKIDEXAMPLE',
      CanonicalRequest: expect.stringContaining('GET\n/b/k\n'),
      $metadata: { httpStatusCode: 403, requestId: 'RID', extendedRequestId: 'HID' },
    })
  })

  it('serves a presigned URL', async () => {
    objects.set('presigned', Buffer.from('here'))
    const url = presignRequest(
      { method: 'GET', rawUrl: '/b/presigned', headers: { host: endpoint.slice(7) } },
      SESSION,
      {
        region: 'eu-west-1',
        service: 's3',
        now: Date.now(),
        expires: 60,
      },
    )
    expect(await (await fetch(endpoint + url)).text()).toBe('here')
    const other = await fetch(endpoint + url.replace('/presigned', '/other'))
    expect([other.status, await other.text()]).toEqual([
      403,
      expect.stringContaining('<Code>SignatureDoesNotMatch</Code>'),
    ])
  })
})
