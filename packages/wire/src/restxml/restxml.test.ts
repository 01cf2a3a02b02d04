import { Readable } from 'node:stream'
import * as s3 from '@aws-sdk/client-s3'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceFault } from '../fault.ts'
import { serviceModel } from '../schema/service-model.ts'
import { headerValues } from '../sigv4/headers.ts'
import { parseRawQuery, splitUrl } from '../sigv4/uri.ts'
import { validateInput } from '../validate/validate.ts'
import { payloadKind, readRest } from './read.ts'
import type { RestRequest } from './request.ts'
import { routeRest } from './route.ts'
import { writeRest, writeRestFault } from './write.ts'

const XMLNS = 'http://s3.amazonaws.com/doc/2006-03-01/'
const IDS = { requestId: 'REQ', hostId: 'HOST' }
const model = serviceModel(s3)
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))
const utf8 = (text: string) => new TextEncoder().encode(text)

function restRequest(method: string, rawUrl: string, headers: Record<string, string> = {}): RestRequest {
  const { path, query } = splitUrl(rawUrl)
  const [, bucket = '', key = ''] = /^\/([^/]*)(.*)$/.exec(path) ?? []
  return {
    method,
    labels: bucket === '' ? {} : { Bucket: bucket },
    path: key || '/',
    query: parseRawQuery(query) ?? [],
    headers: headerValues(Object.entries(headers).flat()),
  }
}

interface Heard {
  operation?: string
  input?: Record<string, unknown>
}

interface SentRequest {
  readonly method: string
  readonly path: string
  readonly query: Record<string, string | string[] | null>
  readonly headers: Record<string, string>
  readonly body?: unknown
}

function clientAnswering(answer: unknown, heard: Heard = {}): s3.S3Client {
  return new s3.S3Client({
    region: 'us-east-1',
    endpoint: 'http://s3.local',
    forcePathStyle: true,
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: {
      handle: async (sent: SentRequest) => {
        const pairs = Object.entries(sent.query).flatMap(([name, value]) =>
          [value].flat().map((item) => `${encodeURIComponent(name)}=${encodeURIComponent(item ?? '')}`),
        )
        const request = restRequest(sent.method, `${sent.path}?${pairs.join('&')}`, sent.headers)
        const match = routeRest(model, request)
        heard.operation = match.operation.name
        const body = typeof sent.body === 'string' ? utf8(sent.body) : sent.body
        heard.input = readRest(match, request, body)
        const written =
          answer instanceof Error
            ? writeRestFault(answer, IDS, { method: sent.method, resource: sent.path }, model)
            : writeRest(match.operation, answer, IDS, XMLNS)
        const bytes = typeof written.body === 'string' ? utf8(written.body) : written.body
        return {
          response: {
            statusCode: written.status,
            headers: written.headers,
            body: Readable.from(bytes ? [bytes] : []),
            reason: '',
          },
        }
      },
    },
  })
}

describe('restXml round trip with the SDK', () => {
  it('binds labels, headers, metadata and a stream', async () => {
    const heard: Heard = {}
    const output = await clientAnswering({ ETag: '"abc"' }, heard).send(
      new s3.PutObjectCommand({
        Bucket: 'b',
        Key: 'a/../ä b//c%2F+',
        Body: 'hello',
        ContentType: 'text/plain',
        Metadata: { one: '1', two: 'x' },
        Tagging: 'a=b&c=d',
        IfNoneMatch: '*',
      }),
    )
    expect(output).toMatchObject({ ETag: '"abc"', $metadata: { requestId: 'REQ', extendedRequestId: 'HOST' } })
    expect(heard.operation).toBe('PutObject')
    expect(plain(heard.input)).toMatchObject({
      Bucket: 'b',
      Key: 'a/../ä b//c%2F+',
      ContentType: 'text/plain',
      Metadata: { one: '1', two: 'x' },
      Tagging: 'a=b&c=d',
      IfNoneMatch: '*',
    })
    expect(heard.input?.Body).toBeDefined()
  })

  it('lists with flattened lists and common prefixes', async () => {
    const heard: Heard = {}
    const answer = {
      Name: 'b',
      Prefix: '',
      KeyCount: 2,
      MaxKeys: 2,
      IsTruncated: true,
      NextContinuationToken: 'n',
      Contents: [{ Key: 'a&<b>\u0001', Size: 3, ETag: '"e"', LastModified: new Date('2026-01-02T03:04:05.006Z') }],
      CommonPrefixes: [{ Prefix: 'p/' }, { Prefix: 'q/' }],
    }
    const output = await clientAnswering(answer, heard).send(
      new s3.ListObjectsV2Command({ Bucket: 'b', Prefix: '', Delimiter: '/', MaxKeys: 2 }),
    )
    expect(heard.operation).toBe('ListObjectsV2')
    expect(plain(heard.input)).toEqual({ Bucket: 'b', Prefix: '', Delimiter: '/', MaxKeys: 2 })
    expect(output.Contents).toEqual([
      { Key: 'a&<b>\uFFFD', Size: 3, ETag: '"e"', LastModified: new Date('2026-01-02T03:04:05.000Z') },
    ])
    expect(output.CommonPrefixes).toEqual(answer.CommonPrefixes)
  })

  it('reads a document payload and answers per item', async () => {
    const heard: Heard = {}
    const answer = { Deleted: [{ Key: 'a' }], Errors: [{ Key: 'b', Code: 'AccessDenied', Message: 'no' }] }
    const Delete = { Objects: [{ Key: 'a' }, { Key: ' b ' }], Quiet: false }
    const output = await clientAnswering(answer, heard).send(new s3.DeleteObjectsCommand({ Bucket: 'b', Delete }))
    expect(plain(heard.input)).toMatchObject({ Bucket: 'b', Delete })
    expect(output).toMatchObject(answer)
  })

  it('takes a string payload as text and returns it', async () => {
    const heard: Heard = {}
    const Policy = '{"Version":"2012-10-17","Statement":[]}'
    await clientAnswering({}, heard).send(new s3.PutBucketPolicyCommand({ Bucket: 'b', Policy }))
    expect(heard.input).toMatchObject({ Bucket: 'b', Policy })
    const output = await clientAnswering({ Policy }).send(new s3.GetBucketPolicyCommand({ Bucket: 'b' }))
    expect(output.Policy).toBe(Policy)
  })

  it('answers a location as the text of the root', async () => {
    const output = await clientAnswering({ LocationConstraint: 'eu-west-1' }).send(
      new s3.GetBucketLocationCommand({ Bucket: 'b' }),
    )
    expect(output.LocationConstraint).toBe('eu-west-1')
    const operation = model.operations.get('GetBucketLocation')
    expect(operation && writeRest(operation, { LocationConstraint: 'eu-west-1' }, IDS, XMLNS).body).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="${XMLNS}">eu-west-1</LocationConstraint>`,
    )
  })

  it('throws the modelled error with its extra elements', async () => {
    const fault = new ServiceFault('NoSuchKey', 'The specified key does not exist.', { members: { Key: 'k' } })
    const failure = await clientAnswering(fault)
      .send(new s3.GetObjectCommand({ Bucket: 'b', Key: 'k' }))
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(s3.NoSuchKey)
    expect(failure).toMatchObject({ Key: 'k', $metadata: { httpStatusCode: 404 } })
    expect(writeRestFault(fault, IDS, { method: 'GET', resource: '/b/k?X-Amz-Security-Token=t' }, model).body).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message><Key>k</Key><Resource>/b/k</Resource><RequestId>REQ</RequestId><HostId>HOST</HostId></Error>',
    )
    expect(writeRestFault(fault, IDS, { method: 'HEAD' }, model)).toMatchObject({ status: 404, body: undefined })
    expect(writeRestFault(new Error('secret'), IDS, { method: 'GET' }).body).not.toContain('secret')
  })

  it('decodes what the SDK encodes: CompleteMultipartUpload, any key and parts', async () => {
    // XML cannot carry the other characters, and the client does not refuse them.
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
      .filter((t) => /^[^\p{Cc}\p{Cs}\uFFFE\uFFFF]+$/u.test(t))
    const parts = fc.array(fc.record({ ETag: text, PartNumber: fc.integer({ min: 1, max: 10_000 }) }), {
      minLength: 1,
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(text, text, parts, async (Key, UploadId, Parts) => {
        const heard: Heard = {}
        const input = { Bucket: 'b', Key, UploadId, MultipartUpload: { Parts } }
        await clientAnswering({}, heard).send(new s3.CompleteMultipartUploadCommand(input))
        expect(plain(heard.input)).toEqual(plain(input))
        expect(validateInput(model.operations.get('CompleteMultipartUpload')?.input as never, heard.input)).toEqual([])
      }),
      { numRuns: 60 },
    )
  })
})

describe('routing', () => {
  const copy = { 'x-amz-copy-source': '/a/b' }
  it.each([
    ['GET', '/', {}, 'ListBuckets'],
    ['GET', '/b', {}, 'ListObjects'],
    ['GET', '/b/?list-type=2&prefix=x', {}, 'ListObjectsV2'],
    ['HEAD', '/b', {}, 'HeadBucket'],
    ['PUT', '/b', {}, 'CreateBucket'],
    ['PUT', '/b?policy', {}, 'PutBucketPolicy'],
    ['GET', '/b?location=', {}, 'GetBucketLocation'],
    ['POST', '/b?delete', {}, 'DeleteObjects'],
    ['GET', '/b/k', {}, 'GetObject'],
    ['GET', '/b//', {}, 'GetObject'],
    ['GET', '/b/k?partNumber=2', {}, 'GetObject'],
    ['GET', '/b/k?uploadId=u', {}, 'ListParts'],
    ['PUT', '/b/k', {}, 'PutObject'],
    ['PUT', '/b/k', copy, 'CopyObject'],
    ['PUT', '/b/k?x-id=PutObject', copy, 'CopyObject'],
    ['PUT', '/b/k?partNumber=1&uploadId=u', {}, 'UploadPart'],
    ['PUT', '/b/k?partNumber=1&uploadId=u', copy, 'UploadPartCopy'],
    ['POST', '/b/k?uploads', {}, 'CreateMultipartUpload'],
    ['POST', '/b/k?uploadId=u', {}, 'CompleteMultipartUpload'],
    ['DELETE', '/b/k?uploadId=u', {}, 'AbortMultipartUpload'],
    ['DELETE', '/b/k', {}, 'DeleteObject'],
    ['DELETE', '/b/k?tagging', {}, 'DeleteObjectTagging'],
    ['GET', '/b?uploads', {}, 'ListMultipartUploads'],
  ])('%s %s %o is %s', (method, url, headers, operation) => {
    expect(routeRest(model, restRequest(method, url, headers)).operation.name).toBe(operation)
  })

  it.each([
    ['DELETE', '/b?acl'],
    ['PUT', '/b/k?partNumber=1'],
    ['PUT', '/b/k?uploadId=u'],
    ['DELETE', '/b?versions'],
    ['POST', '/b/k'],
    ['PATCH', '/b/k'],
    ['POST', '/'],
  ])('%s %s is nothing rather than something broader', (method, url) => {
    expect(() => routeRest(model, restRequest(method, url))).toThrow(
      expect.objectContaining({ code: 'MethodNotAllowed', status: 405 }),
    )
  })

  it('decodes a key once and refuses what it cannot decode', () => {
    expect(routeRest(model, restRequest('GET', '/b/a%252F/../%C3%A4')).labels).toEqual({
      Bucket: 'b',
      Key: 'a%2F/../ä',
    })
    expect(() => routeRest(model, restRequest('GET', '/b/%ff'))).toThrow(
      expect.objectContaining({ code: 'InvalidURI' }),
    )
  })

  it('knows how each operation wants its body', () => {
    const kinds = ['PutObject', 'PutBucketPolicy', 'DeleteObjects', 'GetObject', 'UploadPart', 'CreateBucket'].map(
      (name) => {
        const operation = model.operations.get(name)
        return operation && payloadKind(operation)
      },
    )
    expect(kinds).toEqual(['stream', 'text', 'xml', 'none', 'stream', 'xml'])
  })
})

describe('binding is strict', () => {
  const read = (method: string, url: string, headers: Record<string, string> = {}, body?: string) => {
    const request = restRequest(method, url, headers)
    return readRest(routeRest(model, request), request, body === undefined ? undefined : utf8(body))
  }

  it.each([
    ['GET', '/b?list-type=2&max-keys=ten', {}],
    ['GET', '/b?list-type=2&prefix=a&prefix=b', {}],
    ['GET', '/b?list-type=2&fetch-owner=maybe', {}],
    ['PUT', '/b/k', { Expires: 'soon' }],
  ])('refuses %s %s %o', (method, url, headers) => {
    expect(() => read(method, url, headers)).toThrow(expect.objectContaining({ code: 'InvalidArgument', status: 400 }))
  })

  it('ignores a date condition that is no date, as RFC 9110 says', () => {
    expect(read('GET', '/b/k', { 'If-Modified-Since': 'yesterday' })).not.toHaveProperty('IfModifiedSince')
  })

  it('reads x-amz headers that a presigner moved into the query, and UTF-8 metadata', () => {
    const latin1 = Buffer.from('ä', 'utf8').toString('latin1')
    const input = read('PUT', '/b/k?X-Amz-Acl=private&x-amz-meta-a=1', { 'x-amz-meta-b': latin1 })
    expect(plain(input)).toMatchObject({ ACL: 'private', Metadata: { a: '1', b: 'ä' } })
    expect(routeRest(model, restRequest('PUT', '/b/k?x-amz-copy-source=%2Fa%2Fb')).operation.name).toBe('CopyObject')
  })

  it.each([
    '<Tagging><TagSet/></Tagging>',
    '<Delete><Object><Key>a</Key></Object><Quiet>maybe</Quiet></Delete>',
    '<Delete><Object><Key>a</Key><Key>b</Key></Object></Delete>',
    '<Delete><Object><Key>&undefined;</Key></Object></Delete>',
    '<Delete><Object><Key>&#0;</Key></Object></Delete>',
    '<Delete><Object><Key>&#xD800;</Key></Object></Delete>',
    '<Delete><Object><Key>a & b</Key></Object></Delete>',
    '<!DOCTYPE Delete [<!ENTITY a "b">]><Delete><Object><Key>a</Key></Object></Delete>',
    '<Delete><Object><Key>a</Key></Object></Delete><Delete/>',
    '<Delete><Object><Key>a</Object></Key></Delete>',
    '<Delete><Object><Key>a</Key></Object>',
    '<Delete>text<Object><Key>a</Key></Object></Delete>',
    '<Delete><Unknown/></Delete>',
    '<Delete><Object><Key><b/></Key></Object></Delete>',
    'nothing',
    '<'.repeat(1000),
    '<Delete>'.repeat(100_000),
  ])('refuses %.60s', (body) => {
    expect(() => read('POST', '/b?delete', {}, body)).toThrow(
      expect.objectContaining({ code: 'MalformedXML', status: 400 }),
    )
  })

  it('reads declarations, comments, CDATA, entities, attributes and namespaces', () => {
    const body = `<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- c --><Delete xmlns="${XMLNS}"><Object a='1'><Key><![CDATA[<x>]]>&amp;&#x41;&#66;</Key></Object>\n<Quiet> true </Quiet></Delete>\n`
    expect(plain(read('POST', '/b?delete', {}, body))).toEqual({
      Bucket: 'b',
      Delete: { Objects: [{ Key: '<x>&AB' }], Quiet: true },
    })
  })

  it('throws nothing but a ServiceFault, whatever comes', () => {
    const piece = fc.constantFrom(
      '<Delete>',
      '</Delete>',
      '<Object>',
      '</Object>',
      '<Key>',
      '</Key>',
      '&amp;',
      '&',
      '<!--',
      '-->',
      '<![CDATA[',
      ']]>',
      '<?',
      '?>',
      ' a="b"',
      '<',
      '>',
      '/',
      'x',
      '\u0000',
      '&#65;',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(piece, { maxLength: 40 }).map((p) => p.join('')),
          fc.string(),
        ),
        (body) => {
          try {
            read('POST', '/b?delete', {}, `<Delete>${body}</Delete>`)
          } catch (error) {
            expect(error).toBeInstanceOf(ServiceFault)
          }
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('lets no line break into a header', () => {
    const operation = model.operations.get('GetObject')
    if (!operation) throw new Error('GetObject is gone')
    expect(() => writeRest(operation, { ContentDisposition: 'a\r\nSet-Cookie: x' }, IDS, XMLNS)).toThrow(ServiceFault)
    expect(() => writeRest(operation, { Metadata: { 'a\r\nb': 'x' } }, IDS, XMLNS)).toThrow(ServiceFault)
    expect(writeRest(operation, { Metadata: { a: 'ä' }, LastModified: new Date(1500) }, IDS, XMLNS, 206)).toMatchObject(
      {
        status: 206,
        headers: {
          'x-amz-meta-a': Buffer.from('ä').toString('latin1'),
          'last-modified': 'Thu, 01 Jan 1970 00:00:01 GMT',
        },
      },
    )
  })
})
