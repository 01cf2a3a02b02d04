/** What is not offered says so by name: every operation of S3's model that this server lacks, and what browsers send. */

import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { type OperationModel, signRequest } from '@scopedown/wire'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import { s3Model } from './operation.ts'
import { s3Service } from './service.ts'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
  await server.s3(server.administrator).send(new CreateBucketCommand({ Bucket: 'few' }))
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

async function ask(method: string, path: string, more: Record<string, string> = {}) {
  const { host } = new URL(server.url)
  const request = { method, rawUrl: path, headers: { host, ...more }, body: { hash: 'UNSIGNED-PAYLOAD' } }
  const { host: _, ...headers } = signRequest(request, server.administrator, {
    region: 'us-east-1',
    service: 's3',
    now: Date.now(),
  })
  const response = await fetch(server.url + path, { method, headers })
  return { status: response.status, body: await response.text() }
}

/** Neither is sent to S3's own hosts: the one goes to the endpoint of directory buckets, the other to that of Object Lambda. */
const elsewhere = ['ListDirectoryBuckets', 'WriteGetObjectResponse']
const offered = new Set(s3Service([]).operations.map(({ name }) => name))
const unoffered = [...s3Model.operations.values()].filter(({ name }) => !offered.has(name) && !elsewhere.includes(name))

/** The least request that is this operation: its path, and what its input cannot do without. */
function requestOf({ http, input }: OperationModel) {
  const [path = '/', query = ''] = (http?.template ?? '/').split('?', 2)
  const keys = query === '' ? [] : [query]
  const headers: Record<string, string> = {}
  for (const { name, traits } of input.members.values()) {
    if (!input.required.has(name)) continue
    if (traits.httpQuery !== undefined) keys.push(`${String(traits.httpQuery)}=x`)
    if (traits.httpHeader !== undefined) headers[String(traits.httpHeader)] = 'x'
  }
  return { method: http?.method ?? 'GET', path: `/few${path.replace('{Key+}', 'key')}?${keys.join('&')}`, headers }
}

it('knows enough operations for it', () => expect(unoffered.length).toBeGreaterThan(50))

it.each(unoffered.map((model) => [model.name, requestOf(model)] as const))(
  '%s',
  async (name, { method, path, headers }) => {
    const { status, body } = await ask(method, path, headers)
    if (method === 'HEAD') return expect(status).toBe(501)
    expect(body).toContain(`<Code>NotImplemented</Code><Message>${name} is not implemented.</Message>`)
    expect(status).toBe(501)
  },
)

it.each([
  ['POST', '/few', 'POST Object'],
  ['OPTIONS', '/few/key', 'OPTIONS object'],
])('%s %s, as browsers send it', async (method, path, name) => {
  const response = await fetch(server.url + path, { method })
  expect(response.status).toBe(501)
  expect(await response.text()).toContain(`<Code>NotImplemented</Code><Message>${name} is not implemented.</Message>`)
})

it.each([
  ['x-amz-server-side-encryption', 'AES256'],
  ['x-amz-server-side-encryption-customer-algorithm', 'AES256'],
  ['x-amz-storage-class', 'GLACIER'],
  ['x-amz-object-lock-mode', 'GOVERNANCE'],
])('a put with %s, which would be a lie', async (header, value) => {
  const { status, body } = await ask('PUT', '/few/key', { [header]: value, 'content-length': '0' })
  expect({ status, code: /<Code>(.*?)</.exec(body)?.[1] }).toEqual({ status: 501, code: 'NotImplemented' })
  expect((await ask('HEAD', '/few/key')).status).toBe(404)
})

it('is never taken for something that is', async () => {
  expect((await ask('DELETE', '/few?cors')).status).toBe(501)
  expect((await ask('HEAD', '/few')).status).toBe(200)
})
