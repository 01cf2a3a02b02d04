import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceFault } from '../fault.ts'
import { sha256Hex } from './canonical.ts'
import { renderSignatureFault } from './render.ts'
import { presignRequest, signRequest } from './sign.ts'
import { SigningKeyCache } from './signing-key.ts'
import { type AccessKey, type SignatureRules, type SignedRequest, verifySignature } from './verify.ts'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)
const MINUTE = 60_000
const KEY = { accessKeyId: 'AKIAONE', secretAccessKey: 'a secret/of+mine' }
const SESSION = { accessKeyId: 'ASIATWO', secretAccessKey: 'another', sessionToken: 'token+with/chars==' }
const KEYS: Readonly<Record<string, AccessKey>> = {
  AKIAONE: KEY,
  ASIATWO: { ...SESSION, expiresAt: NOW + 60 * MINUTE },
  ASIAOLD: { ...SESSION, expiresAt: NOW - 1 },
}
const lookup = async (id: string) => KEYS[id]
const JSON_RULES: SignatureRules = { service: 'glue', regions: ['eu-west-1'], protocol: 'awsJson' }
const QUERY_RULES: SignatureRules = { service: 'iam', regions: ['us-east-1'], protocol: 'awsQuery' }
const S3_RULES: SignatureRules = { service: 's3', regions: ['eu-west-1'], protocol: 'restXml' }

interface Change {
  readonly credentials?: typeof KEY | typeof SESSION
  readonly region?: string
  readonly service?: string
  readonly signedAt?: number
  readonly drop?: string
  readonly headers?: Record<string, string>
}

function jsonRequest(change: Change = {}): SignedRequest {
  const body = '{"Name":"db"}'
  const { [change.drop ?? '']: _, ...base } = {
    host: 'glue.example',
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSGlue.GetDatabase',
    ...change.headers,
  } as Record<string, string>
  const headers = signRequest({ method: 'POST', rawUrl: '/', headers: base, body }, change.credentials ?? KEY, {
    region: change.region ?? 'eu-west-1',
    service: change.service ?? 'glue',
    now: change.signedAt ?? NOW,
  })
  return {
    method: 'POST',
    rawUrl: '/',
    rawHeaders: Object.entries(headers).flat(),
    bodyHash: sha256Hex(body),
    now: NOW,
  }
}

function s3Request(headers: Record<string, string> = {}, after: Record<string, string> = {}): SignedRequest {
  const signed = signRequest(
    { method: 'GET', rawUrl: '/b/k?x-id=GetObject', headers: { host: 's3.example', ...headers } },
    KEY,
    {
      region: 'eu-west-1',
      service: 's3',
      now: NOW,
    },
  )
  const rawHeaders = Object.entries({ ...signed, ...after }).flat()
  return { method: 'GET', rawUrl: '/b/k?x-id=GetObject', rawHeaders, now: NOW }
}

function replaced(request: SignedRequest, name: string, value: (old: string) => string): SignedRequest {
  const rawHeaders = request.rawHeaders.map((text, i) =>
    request.rawHeaders[i - 1] === name && i % 2 === 1 ? value(text) : text,
  )
  return { ...request, rawHeaders }
}

async function faultOf(request: SignedRequest, rules: SignatureRules) {
  const result = await verifySignature(request, rules, lookup)
  return result.ok ? undefined : result.fault
}

describe('a good signature', () => {
  it('passes on each protocol and gives the key record', async () => {
    expect(await verifySignature(jsonRequest(), JSON_RULES, lookup)).toMatchObject({
      ok: true,
      verified: { key: KEY, accessKeyId: 'AKIAONE' },
    })
    expect(await faultOf(s3Request(), S3_RULES)).toBeUndefined()
    expect(await faultOf(jsonRequest({ credentials: SESSION }), JSON_RULES)).toBeUndefined()
  })

  it('may leave the session token unsigned', async () => {
    const request = jsonRequest({ credentials: { ...SESSION, sessionToken: undefined as never } })
    const rawHeaders = [...request.rawHeaders, 'X-Amz-Security-Token', SESSION.sessionToken]
    expect(await faultOf({ ...request, rawHeaders }, JSON_RULES)).toBeUndefined()
  })

  it('may use an RFC 1123 Date', async () => {
    const date = 'Fri, 02 Jan 2026 03:04:05 GMT'
    const request = jsonRequest()
    const headers: Record<string, string> = { host: 'glue.example', date, 'x-amz-target': 'AWSGlue.GetDatabase' }
    const names = Object.keys(headers).sort()
    const canonical = `POST\n/\n\n${names.map((n) => `${n}:${headers[n]}\n`).join('')}\n${names.join(';')}\n${request.bodyHash}`
    const scope = '20260102/eu-west-1/glue/aws4_request'
    const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
    const key = ['20260102', 'eu-west-1', 'glue', 'aws4_request'].reduce<string | Buffer>(
      hmac,
      `AWS4${KEY.secretAccessKey}`,
    )
    const signature = hmac(
      key as Buffer,
      `AWS4-HMAC-SHA256\n20260102T030405Z\n${scope}\n${sha256Hex(canonical)}`,
    ).toString('hex')
    headers.authorization = `AWS4-HMAC-SHA256 Credential=AKIAONE/${scope},SignedHeaders=${names.join(';')},Signature=${signature}`
    expect(await faultOf({ ...request, rawHeaders: Object.entries(headers).flat() }, JSON_RULES)).toBeUndefined()
  })

  it("agrees with the SDK's own signer, header and query, on any path, query and metadata", async () => {
    const Sha256 = class {
      #hash
      constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
        this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string)
      }
      update(data: string | Uint8Array) {
        this.#hash.update(data)
      }
      async digest() {
        return new Uint8Array(this.#hash.digest())
      }
      reset() {}
    }
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    const cases = fc.record({
      key: text,
      // The SDK's signer loses a parameter of the name __proto__.
      query: fc.dictionary(
        text.filter((name) => name !== '__proto__'),
        text,
        { maxKeys: 4 },
      ),
      meta: fc.stringMatching(/^[ -~]{0,20}$/),
      presign: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(cases, async ({ key, query, meta, presign }) => {
        const signer = new SignatureV4({
          service: 's3',
          region: 'eu-west-1',
          credentials: SESSION,
          sha256: Sha256,
          uriEscapePath: false,
        })
        const path = `/b/${encodeURIComponent(key)}`
        const request = {
          method: 'GET',
          protocol: 'https:',
          hostname: 's3.example',
          path,
          query: Object.fromEntries(Object.entries(query)),
          headers: {
            host: 's3.example',
            'x-amz-meta-a': meta,
            'x-amz-content-sha256': presign ? 'UNSIGNED-PAYLOAD' : sha256Hex(''),
          },
        }
        const signed = presign
          ? await signer.presign(request, { signingDate: new Date(NOW), expiresIn: 60 })
          : await signer.sign(request, { signingDate: new Date(NOW) })
        const rawQuery = Object.entries(signed.query ?? {}).map(
          ([n, v]) => `${encodeURIComponent(n)}=${encodeURIComponent(String(v))}`,
        )
        const result = await verifySignature(
          {
            method: 'GET',
            rawUrl: `${path}?${rawQuery.join('&')}`,
            rawHeaders: Object.entries(signed.headers).flat(),
            now: NOW,
          },
          S3_RULES,
          lookup,
        )
        expect(result).toMatchObject({ ok: true, verified: { mechanism: presign ? 'query' : 'header' } })
      }),
      { numRuns: 150 },
    )
  })
})

describe('every fault has its kind', () => {
  const header = (request: SignedRequest, value: (old: string) => string) => replaced(request, 'authorization', value)
  it.each([
    ['missing', { ...jsonRequest(), rawHeaders: ['Host', 'x'] }, JSON_RULES],
    ['multipleMechanisms', { ...jsonRequest(), rawUrl: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256' }, JSON_RULES],
    [
      'multipleMechanisms',
      { ...jsonRequest(), rawHeaders: [...jsonRequest().rawHeaders, 'Authorization', 'x'] },
      JSON_RULES,
    ],
    ['unsupportedMechanism', header(s3Request(), () => 'AWS AKIAONE:c2ln'), S3_RULES],
    [
      'unsupportedMechanism',
      { ...s3Request(), rawHeaders: [], rawUrl: '/b?AWSAccessKeyId=a&Signature=b&Expires=1' },
      S3_RULES,
    ],
    ['malformedHeader', header(jsonRequest(), (old) => old.replace('Signature=', 'Sig=')), JSON_RULES],
    ['malformedHeader', header(jsonRequest(), (old) => `${old}, Signature=1`), JSON_RULES],
    ['malformedHeader', header(jsonRequest(), (old) => old.replace('/eu-west-1', '')), JSON_RULES],
    ['malformedHeader', header(jsonRequest(), (old) => old.replace(/Signature=.*/, 'Signature=AB')), JSON_RULES],
    ['malformedHeader', header(jsonRequest(), (old) => old.replace('SignedHeaders=', 'SignedHeaders=zz;')), JSON_RULES],
    [
      'malformedHeader',
      { ...jsonRequest(), rawHeaders: [...jsonRequest().rawHeaders, 'X-Amz-Target', 'AWSGlue.Evil'] },
      JSON_RULES,
    ],
    [
      'malformedHeader',
      header(jsonRequest(), (old) => old.replace('SignedHeaders=', 'SignedHeaders=absent;')),
      JSON_RULES,
    ],
    ['malformedQuery', { ...jsonRequest(), rawUrl: '/?a=%zz' }, JSON_RULES],
    [
      'unsignedHeader',
      { ...jsonRequest({ drop: 'host' }), rawHeaders: [...jsonRequest({ drop: 'host' }).rawHeaders, 'Host', 'h'] },
      JSON_RULES,
    ],
    ['unsignedHeader', jsonRequest({ drop: 'x-amz-target' }), JSON_RULES],
    ['unsignedHeader', s3Request({}, { 'x-amz-meta-evil': '1' }), S3_RULES],
    ['scopeRegion', jsonRequest({ region: 'us-east-1' }), JSON_RULES],
    ['scopeService', jsonRequest({ service: 'transfer' }), JSON_RULES],
    ['scopeDate', header(jsonRequest(), (old) => old.replace('20260102', '20260103')), JSON_RULES],
    ['scopeTerminator', header(jsonRequest(), (old) => old.replace('aws4_request', 'aws5_request')), JSON_RULES],
    ['skew', jsonRequest({ signedAt: NOW - 5 * MINUTE - 1000 }), JSON_RULES],
    ['skew', jsonRequest({ signedAt: NOW + 5 * MINUTE + 1000 }), JSON_RULES],
    ['skew', { ...s3Request(), now: NOW + 15 * MINUTE + 1000 }, S3_RULES],
    ['missingPayloadHash', replacedName(s3Request(), 'x-amz-content-sha256', 'x-unsigned'), S3_RULES],
    ['malformedPayloadHash', replaced(s3Request(), 'x-amz-content-sha256', () => 'STREAMING'), S3_RULES],
    ['unknownKey', jsonRequest({ credentials: { ...KEY, accessKeyId: 'AKIANOBODY' } }), JSON_RULES],
    ['invalidToken', jsonRequest({ credentials: { ...SESSION, sessionToken: 'other' } }), JSON_RULES],
    ['invalidToken', jsonRequest({ credentials: { ...KEY, sessionToken: 'token' } }), JSON_RULES],
    ['invalidToken', jsonRequest({ credentials: { accessKeyId: 'ASIATWO', secretAccessKey: 'another' } }), JSON_RULES],
    ['signatureMismatch', jsonRequest({ credentials: { ...KEY, secretAccessKey: 'wrong' } }), JSON_RULES],
    ['signatureMismatch', { ...jsonRequest(), bodyHash: sha256Hex('{"Name":"other"}') }, JSON_RULES],
    ['signatureMismatch', replaced(jsonRequest(), 'x-amz-target', () => 'AWSGlue.DeleteDatabase'), JSON_RULES],
    ['signatureMismatch', { ...jsonRequest(), method: 'GET' }, JSON_RULES],
    ['sessionExpired', jsonRequest({ credentials: { ...SESSION, accessKeyId: 'ASIAOLD' } }), JSON_RULES],
  ] as const)('%s (case %#)', async (kind, request, rules) => {
    expect((await faultOf(request, rules))?.kind).toBe(kind)
  })

  function replacedName(request: SignedRequest, name: string, other: string): SignedRequest {
    const rawHeaders = request.rawHeaders.map((text, i) =>
      i % 2 === 0 && text === name ? other : text.startsWith('AWS4-') ? text.replace(`${name};`, '') : text,
    )
    return { ...request, rawHeaders }
  }

  it('stays inside the window up to its edge', async () => {
    expect(await faultOf(jsonRequest({ signedAt: NOW - 5 * MINUTE }), JSON_RULES)).toBeUndefined()
    expect(await faultOf(jsonRequest({ signedAt: NOW + 5 * MINUTE }), JSON_RULES)).toBeUndefined()
    expect(await faultOf({ ...s3Request(), now: NOW + 15 * MINUTE }, S3_RULES)).toBeUndefined()
  })

  it('bounds a presigned life to a week', async () => {
    const url = (expires: number) =>
      presignRequest({ method: 'GET', rawUrl: '/b/k', headers: { host: 'h' } }, KEY, {
        region: 'eu-west-1',
        service: 's3',
        now: NOW,
        expires,
      })
    const at = (expires: number) =>
      faultOf({ method: 'GET', rawUrl: url(expires), rawHeaders: ['Host', 'h'], now: NOW }, S3_RULES)
    expect(await at(604_800)).toBeUndefined()
    expect((await at(604_801))?.kind).toBe('malformedQuery')
    expect((await at(-1))?.kind).toBe('malformedQuery')
  })

  it('words the clock as AWS does', async () => {
    expect((await faultOf(jsonRequest({ signedAt: NOW - 10 * MINUTE }), JSON_RULES))?.message).toBe(
      'Signature expired: 20260102T025405Z is now earlier than 20260102T025905Z (20260102T030405Z - 5 min.)',
    )
    expect((await faultOf(jsonRequest({ signedAt: NOW + 10 * MINUTE }), JSON_RULES))?.message).toBe(
      'Signature not yet current: 20260102T031405Z is still later than 20260102T030905Z (20260102T030405Z + 5 min.)',
    )
  })

  it('never shows the expected signature or a secret', async () => {
    const fault = await faultOf(
      replaced(s3Request(), 'x-amz-date', () => '20260102T030406Z'),
      S3_RULES,
    )
    const expected = await verifySignature(s3Request(), S3_RULES, lookup)
    expect(fault?.kind).toBe('signatureMismatch')
    expect(Object.keys(fault?.members ?? {})).toEqual([
      'AWSAccessKeyId',
      'StringToSign',
      'SignatureProvided',
      'CanonicalRequest',
    ])
    expect(JSON.stringify(fault)).not.toContain(KEY.secretAccessKey)
    expect(expected.ok).toBe(true)
  })
})

describe('rendering', () => {
  it('gives each protocol its code and status', async () => {
    const wrong = await faultOf(jsonRequest({ credentials: { ...KEY, secretAccessKey: 'wrong' } }), JSON_RULES)
    const unknown = await faultOf(jsonRequest({ credentials: { ...KEY, accessKeyId: 'AKIANOBODY' } }), JSON_RULES)
    if (!wrong || !unknown) throw new Error('no fault')
    const codes = (['awsJson', 'awsQuery', 'restXml'] as const).map((protocol) =>
      [wrong, unknown].map((fault) => {
        const rendered = renderSignatureFault(fault, protocol)
        return `${rendered.status} ${rendered.code}`
      }),
    )
    expect(codes).toEqual([
      ['400 InvalidSignatureException', '400 UnrecognizedClientException'],
      ['403 SignatureDoesNotMatch', '403 InvalidClientTokenId'],
      ['403 SignatureDoesNotMatch', '403 InvalidAccessKeyId'],
    ])
    expect(renderSignatureFault(wrong, 'awsJson').members).toEqual({})
    expect(renderSignatureFault(wrong, 'restXml').members).toHaveProperty('CanonicalRequest')
  })
})

describe('the signing-key cache', () => {
  it('is bounded and follows a changed secret', () => {
    const cache = new SigningKeyCache(2)
    const scope = { date: '20260102', region: 'r', service: 's' }
    const first = cache.get('a', 'one', scope)
    expect(cache.get('a', 'one', scope)).toBe(first)
    expect(cache.get('a', 'two', scope)).not.toEqual(first)
    for (const id of ['b', 'c', 'd']) cache.get(id, 'x', scope)
    expect(cache.size).toBe(2)
  })

  it('derives as much for an unknown key as for a known one', async () => {
    const seen: string[] = []
    class Watched extends SigningKeyCache {
      override get(...args: Parameters<SigningKeyCache['get']>) {
        seen.push(args[0])
        return super.get(...args)
      }
    }
    const cache = new Watched()
    await verifySignature(
      jsonRequest({ credentials: { ...KEY, accessKeyId: 'AKIANOBODY' } }),
      JSON_RULES,
      lookup,
      cache,
    )
    await verifySignature(jsonRequest(), JSON_RULES, lookup, cache)
    expect(seen).toEqual(['(unknown)', 'AKIAONE'])
  })
})

it('answers a value for any headers and any URL', async () => {
  const text = fc.oneof(fc.string(), fc.constantFrom('AWS4-HMAC-SHA256 ', 'Credential=a/b/c/d/e', 'host', '%', '=,;/'))
  await fc.assert(
    fc.asyncProperty(fc.array(text), text, text, async (pieces, url, authorization) => {
      const request = { method: 'GET', rawUrl: url, rawHeaders: ['Authorization', authorization, ...pieces], now: NOW }
      for (const rules of [JSON_RULES, QUERY_RULES, S3_RULES]) {
        const result = await verifySignature(request, rules, lookup)
        expect(result.ok).toBe(false)
        if (!result.ok) expect(renderSignatureFault(result.fault, rules.protocol)).toBeInstanceOf(ServiceFault)
      }
    }),
    { numRuns: 500 },
  )
})
