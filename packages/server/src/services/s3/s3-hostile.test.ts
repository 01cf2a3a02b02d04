/** Requests made to hurt: bodies that lie, documents that do not parse, names that climb. None may leave a trace. */

import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CreateBucketCommand, GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { ChunkSignatures, createChecksum, presignRequest, SigningKeyCache, signRequest } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rootCaller } from '../../testing/root-caller.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
let s3: S3Client
let host: string

beforeAll(async () => {
  server = await startTestServer()
  host = new URL(server.url).host
  s3 = server.s3(server.administrator)
  await s3.send(new CreateBucketCommand({ Bucket: 'hostile' }))
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

interface Answer {
  readonly status: number
  readonly body: string
  readonly code: string | undefined
}

const context = () => ({ region: 'us-east-1', service: 's3', now: Date.now() })

function signed(method: string, path: string, headers: Record<string, string>, payloadHash: string) {
  return signRequest(
    { method, rawUrl: path, headers: { host, ...headers }, body: { hash: payloadHash } },
    server.administrator,
    context(),
  )
}

/** `body` goes out as it is; a request that the server cuts short still gives its answer. */
function send(method: string, path: string, headers: Record<string, string>, body: string | Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    const outgoing = httpRequest({ method, path, headers, hostname, port }, (response) => {
      text(response).then((answer) => {
        const code = /<Code>(.*?)<\/Code>/.exec(answer)?.[1]
        resolve({ status: response.statusCode ?? 0, body: answer, code })
      }, reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const put = (key: string, body: string, more: Record<string, string> = {}, hash = sha256(body)) =>
  send('PUT', `/hostile/${key}`, signed('PUT', `/hostile/${key}`, more, hash), body)

const contents = () =>
  readdirSync(join(server.data, 'objects'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

/** Nothing is there by the name, and no file more than before. */
async function leavesNothing(key: string, attempt: () => Promise<Answer>): Promise<Answer> {
  const before = contents().length
  const answer = await attempt()
  await expect(s3.send(new GetObjectCommand({ Bucket: 'hostile', Key: key }))).rejects.toMatchObject({
    name: 'NoSuchKey',
  })
  expect(contents().length).toBe(before)
  return answer
}

describe('a body in signed chunks', () => {
  const chunkedHash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'

  /** A chunked upload as it should be, and whatever `spoil` makes of it. */
  function upload(key: string, chunks: string[], spoil: (body: string) => string = (body) => body, length?: number) {
    const path = `/hostile/${key}`
    const total = length ?? chunks.join('').length
    const headers = signed('PUT', path, { 'x-amz-decoded-content-length': String(total) }, chunkedHash)
    const amzDate = headers['x-amz-date'] ?? ''
    const scope = { date: amzDate.slice(0, 8), region: 'us-east-1', service: 's3' }
    const { accessKeyId, secretAccessKey } = server.administrator
    const signatures = new ChunkSignatures({
      signingKey: new SigningKeyCache().get(accessKeyId, secretAccessKey, scope),
      amzDate,
      scope,
      signature: /Signature=(\w+)/.exec(headers.authorization ?? '')?.[1] ?? '',
    })
    const body = [...chunks, '']
      .map((data) => `${data.length.toString(16)};chunk-signature=${signatures.next(sha256(data))}\r\n${data}\r\n`)
      .join('')
    return send('PUT', path, { ...headers }, spoil(body))
  }

  it('is stored decoded', async () => {
    expect((await upload('chunked', ['hello ', 'world'])).status).toBe(200)
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'hostile', Key: 'chunked' }))
    expect(await Body?.transformToString()).toBe('hello world')
  })

  it.each([
    ['truncated after a chunk', (body: string) => body.slice(0, body.indexOf('\r\n5;')), 'IncompleteBody'],
    ['without its last chunk', (body: string) => body.slice(0, body.lastIndexOf('0;')), 'IncompleteBody'],
    ['with a changed byte', (body: string) => body.replace('world', 'wOrld'), 'SignatureDoesNotMatch'],
    ['with chunks in another order', swapped, 'SignatureDoesNotMatch'],
    ['unsigned', (body: string) => body.replace(/;chunk-signature=\w+/g, ''), 'InvalidRequest'],
    ['with no length at all', (body: string) => body.replace(/^\w+/, 'zz'), 'InvalidRequest'],
  ])('%s leaves nothing', async (name, spoil, code) => {
    const key = name.replaceAll(' ', '-')
    const answer = await leavesNothing(key, () => upload(key, ['hello', 'world'], spoil))
    expect(answer.code).toBe(code)
  })

  it.each([4, 40])('of another length than was stated leaves nothing', async (length) => {
    const answer = await leavesNothing('length', () => upload('length', ['hello', 'world'], undefined, length))
    expect(answer.code).toBe('IncompleteBody')
  })
})

function swapped(body: string): string {
  const [, first = '', second = '', rest = ''] = /^(.*?\r\nhello\r\n)(.*?\r\nworld\r\n)(.*)$/s.exec(body) ?? []
  return second + first + rest
}

describe('a body with a trailer', () => {
  const upload = (key: string, body: string, trailer: string, announced = 'x-amz-checksum-crc32') => {
    const path = `/hostile/${key}`
    const more = { 'x-amz-decoded-content-length': String(body.length), 'x-amz-trailer': announced }
    const headers = signed('PUT', path, more, 'STREAMING-UNSIGNED-PAYLOAD-TRAILER')
    return send('PUT', path, headers, `${body.length.toString(16)}\r\n${body}\r\n0\r\n${trailer}\r\n\r\n`)
  }

  it.each(['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const)(
    'by %s is verified and given back',
    async (algorithm) => {
      const sum = createChecksum(algorithm)
      sum.update(Buffer.from('summed'))
      const value = sum.digest()
      const name = `x-amz-checksum-${algorithm}`
      expect((await upload(`sum-${algorithm}`, 'summed', `${name}:${value}`, name)).status).toBe(200)
      const got = await s3.send(
        new GetObjectCommand({ Bucket: 'hostile', Key: `sum-${algorithm}`, ChecksumMode: 'ENABLED' }),
      )
      expect(Object.entries(got)).toContainEqual([`Checksum${algorithm.toUpperCase()}`, value])
      expect(await got.Body?.transformToString()).toBe('summed')
      const wrong = createChecksum(algorithm)
      wrong.update(Buffer.from('other'))
      const answer = await leavesNothing('wrong', () => upload('wrong', 'summed', `${name}:${wrong.digest()}`, name))
      expect(answer.code).toBe('BadDigest')
    },
  )

  it.each([
    ['that does not come', '', 'MalformedTrailerError'],
    ['by another name', 'x-amz-checksum-sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAA=', 'MalformedTrailerError'],
    ['that is no checksum', 'x-amz-checksum-crc32:nonsense', 'InvalidRequest'],
  ])('%s leaves nothing', async (name, trailer, code) => {
    const answer = await leavesNothing('trailer', () => upload('trailer', 'body', trailer))
    expect({ name, code: answer.code }).toEqual({ name, code })
  })
})

describe('a plain body', () => {
  it.each([
    ['x-amz-content-sha256', {}, sha256('another'), 'XAmzContentSHA256Mismatch'],
    ['Content-MD5', { 'content-md5': createHash('md5').update('another').digest('base64') }, undefined, 'BadDigest'],
    ['a malformed Content-MD5', { 'content-md5': 'short' }, undefined, 'InvalidDigest'],
    ['a checksum', { 'x-amz-checksum-crc32': 'AAAAAA==' }, undefined, 'BadDigest'],
  ])('with a wrong %s leaves nothing', async (_, headers, hash, code) => {
    const answer = await leavesNothing('plain', () => put('plain', 'the body', headers as Record<string, string>, hash))
    expect(answer.code).toBe(code)
  })

  it('cut off by the client leaves nothing', async () => {
    const headers = signed('PUT', '/hostile/cut', { 'content-length': '100000' }, 'UNSIGNED-PAYLOAD')
    const before = contents().length
    await new Promise<void>((resolve) => {
      const { hostname, port } = new URL(server.url)
      const socket = connect(Number(port), hostname, () => {
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
        socket.write(`PUT /hostile/cut HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${'x'.repeat(50_000)}`)
        setTimeout(() => socket.destroy(), 200)
      })
      socket.on('close', () => resolve())
    })
    await expect.poll(() => contents().length).toBe(before)
    await expect(s3.send(new GetObjectCommand({ Bucket: 'hostile', Key: 'cut' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    })
  })

  it('is not asked for where the caller may not send it', async () => {
    const keys = { accessKeyId: server.administrator.accessKeyId, secretAccessKey: 'wrong' }
    const headers = signRequest(
      {
        method: 'PUT',
        rawUrl: '/hostile/k',
        headers: { host, expect: '100-continue' },
        body: { hash: 'UNSIGNED-PAYLOAD' },
      },
      keys,
      context(),
    )
    const asked: string[] = []
    const status = await new Promise((resolve, reject) => {
      const { hostname, port } = new URL(server.url)
      const outgoing = httpRequest({
        method: 'PUT',
        path: '/hostile/k',
        hostname,
        port,
        headers: { ...headers, 'content-length': '5' },
      })
      outgoing.on('continue', () => asked.push('continue'))
      outgoing.on('response', (response) => {
        response.resume()
        resolve(response.statusCode)
        outgoing.destroy()
      })
      outgoing.on('error', reject)
      outgoing.flushHeaders()
    })
    expect(status).toBe(403)
    expect(asked).toEqual([])
  })

  it('too large for a put is refused before it is sent', async () => {
    const headers = signed(
      'PUT',
      '/hostile/huge',
      { 'content-length': String(6 * 1024 ** 3), expect: '100-continue' },
      'UNSIGNED-PAYLOAD',
    )
    const answer = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(server.url)
      const outgoing = httpRequest({ method: 'PUT', path: '/hostile/huge', hostname, port, headers })
      outgoing.on('response', (response) =>
        text(response)
          .then(resolve, reject)
          .finally(() => outgoing.destroy()),
      )
      outgoing.on('error', () => {})
      outgoing.flushHeaders()
    })
    expect(answer).toContain('<Code>EntityTooLarge</Code>')
  })
})

describe('documents', () => {
  const post = (path: string, body: string) =>
    send(
      'POST',
      path,
      signed('POST', path, { 'content-md5': createHash('md5').update(body).digest('base64') }, sha256(body)),
      body,
    )

  it.each([
    '',
    '<',
    '<Delete>',
    '<Other/>',
    '<Delete><Object><Key>a</Key></Object></Delete><Delete/>',
    '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><Delete><Object><Key>&e;</Key></Object></Delete>',
    '<Delete><Object><Key>&#0;</Key></Object></Delete>',
    '<Delete><Quiet>maybe</Quiet><Object><Key>a</Key></Object></Delete>',
    `<Delete>${'<a>'.repeat(50_000)}`,
    `<Delete>${'<Object><Key>k</Key></Object>'.repeat(1001)}</Delete>`,
  ])('that are none of ours: %.60s', async (body) => {
    const answer = await post('/hostile?delete', body)
    expect(answer.status).toBe(400)
    expect(answer.code).toMatch(/^(MalformedXML|InvalidArgument)$/)
  })

  it('must be summed where things are deleted by them', async () => {
    const body = '<Delete><Object><Key>a</Key></Object></Delete>'
    const answer = await send('POST', '/hostile?delete', signed('POST', '/hostile?delete', {}, sha256(body)), body)
    expect(answer.code).toBe('InvalidRequest')
  })
})

describe('names', () => {
  const climbing = [
    '../../../../etc/passwd',
    '..',
    '.',
    '/',
    '//',
    '/etc/passwd',
    'a/../../b',
    'C:\\x',
    'con',
    'x'.repeat(1024),
  ]

  it('that climb or collide are only names', async () => {
    for (const Key of [...climbing, 'Twin', 'twin', 'é', 'e\u0301']) {
      const answer = await put(encodeURIComponent(Key), `of ${Key}`)
      expect({ Key, status: answer.status }).toEqual({ Key, status: 200 })
    }
    for (const Key of [...climbing, 'Twin', 'twin', 'é', 'e\u0301']) {
      const path = `/hostile/${encodeURIComponent(Key)}`
      const answer = await send('GET', path, signed('GET', path, {}, sha256('')), '')
      expect(answer.body).toBe(`of ${Key}`)
    }
    for (const { name } of contents()) expect(name).toMatch(/^[0-9a-f]{32}$/)
  })

  it('that are too long or no text are refused', async () => {
    expect((await put('x'.repeat(1025), 'x')).code).toBe('KeyTooLongError')
    expect((await put('%00', 'x')).code).toBe('InvalidArgument')
    expect((await put('%ff', 'x')).code).toBe('InvalidURI')
  })

  it('of buckets keep to the rules', async () => {
    for (const Bucket of ['ab', 'Upper', 'a..b', '1.2.3.4', 'x'.repeat(64), '_under', 'under_score']) {
      const path = `/${Bucket}`
      const answer = await send('PUT', path, signed('PUT', path, {}, sha256('')), '')
      expect({ Bucket, code: answer.code }).toEqual({ Bucket, code: 'InvalidBucketName' })
    }
  })

  it('may stand in the host', async () => {
    const headers = signRequest(
      { method: 'GET', rawUrl: '/twin', headers: { host: 'hostile.s3.localhost' } },
      server.administrator,
      context(),
    )
    expect((await send('GET', '/twin', headers, '')).body).toBe('of twin')
  })
})

describe('presigned URLs', () => {
  const presign = (method: string, rawUrl: string, expires: number, now = Date.now()) =>
    server.url +
    presignRequest({ method, rawUrl, headers: { host } }, server.administrator, { ...context(), now, expires })

  it('put and get', async () => {
    expect((await fetch(presign('PUT', '/hostile/shared', 60), { method: 'PUT', body: 'by link' })).status).toBe(200)
    expect(await (await fetch(presign('GET', '/hostile/shared', 60))).text()).toBe('by link')
    expect((await fetch(presign('GET', '/hostile/shared', 60), { method: 'DELETE' })).status).toBe(403)
  })

  it('end', async () => {
    const late = await fetch(presign('GET', '/hostile/shared', 10, Date.now() - 60_000))
    expect(late.status).toBe(403)
    expect(await late.text()).toMatch(/<Message>Request has expired<\/Message>.*<ServerTime>/s)
    const long = await (await fetch(presign('GET', '/hostile/shared', 604_801))).text()
    expect(long).toContain('<Code>AuthorizationQueryParametersError</Code>')
  })
})

it('of many bytes, and not those that were signed, leaves no file', async () => {
  const body = 'x'.repeat(100_000)
  const answer = await leavesNothing('large', () => put('large', body, {}, sha256('y')))
  expect(answer.code).toBe('XAmzContentSHA256Mismatch')
})

it('takes streams from inside the server, of no stated length, and gives them', async () => {
  const caller = rootCaller('123456789012')
  const origin = { ip: undefined, userAgent: undefined, secure: true }
  const call = (operation: string, more: object) =>
    server.kernel.call('s3', operation, { input: { Bucket: 'hostile', Key: 'inside', ...more }, caller, origin })
  await call('PutObject', { Body: Readable.from([Buffer.from('from '), Buffer.from('inside')]) })
  const { Body, ContentLength } = (await call('GetObject', {})) as { Body: Readable; ContentLength: number }
  expect(ContentLength).toBe(11)
  expect(await text(Body)).toBe('from inside')
  const broken = Readable.from(failing())
  await expect(call('PutObject', { Key: 'broken', Body: broken })).rejects.toThrow('the writer gave up')
  await expect(call('GetObject', { Key: 'broken' })).rejects.toMatchObject({ code: 'NoSuchKey' })
})

async function* failing() {
  yield Buffer.from('half')
  throw new Error('the writer gave up')
}
