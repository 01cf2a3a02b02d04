/**
 * AWS's published signatures. Sources, by describe block:
 * - AWS Signature Version 4 test suite (aws-sig-v4-test-suite), as linked from the AWS General Reference;
 * - IAM User Guide, "Create a signed AWS API request", the ListUsers example;
 * - S3 API reference, sig-v4-header-based-auth.html and sigv4-query-string-auth.html, the examplebucket examples.
 */
import { describe, expect, it } from 'vitest'
import { sha256Hex } from './canonical.ts'
import { presignRequest, signRequest } from './sign.ts'
import { deriveSigningKey } from './signing-key.ts'
import { type AccessKey, type SignatureRules, verifySignature } from './verify.ts'

const SUITE = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const SUITE_NOW = Date.UTC(2015, 7, 30, 12, 36)
const S3_KEY = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' }
const S3_NOW = Date.UTC(2013, 4, 24)

const lookup = (accessKeyId: string): AccessKey | undefined =>
  [SUITE, S3_KEY].find((key) => key.accessKeyId === accessKeyId)

describe('the SigV4 test suite', () => {
  const host = 'example.amazonaws.com'
  const form = 'application/x-www-form-urlencoded'
  it.each([
    ['get-vanilla', 'GET', '/', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', '/', {}, '', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      {},
      '',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'get-vanilla-query-unreserved',
      'GET',
      '/?-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz=-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz',
      {},
      '',
      '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
    ],
    [
      'get-vanilla-utf8-query',
      'GET',
      '/?ሴ=bar',
      {},
      '',
      '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
    ],
    ['get-utf8', 'GET', '/ሴ', {}, '', '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85'],
    ['get-space', 'GET', '/example space/', {}, '', '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741'],
    ['get-relative', 'GET', '/example/..', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['get-slash-dot-slash', 'GET', '/./', {}, '', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['get-slashes', 'GET', '//example//', {}, '', '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84'],
    [
      'get-header-value-trim',
      'GET',
      '/',
      { 'my-header1': ' value1', 'my-header2': ' "a   b   c"' },
      '',
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    ],
    [
      'post-x-www-form-urlencoded',
      'POST',
      '/',
      { 'content-type': form },
      'Param1=value1',
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ])('%s', async (_, method, rawUrl, extra, body, signature) => {
    const context = { region: 'us-east-1', service: 'service', now: SUITE_NOW }
    const headers = signRequest({ method, rawUrl, headers: { host, ...extra }, body }, SUITE, context)
    const names = Object.keys({ host, ...extra, 'x-amz-date': '' })
      .sort()
      .join(';')
    expect(headers.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    )
    const rules: SignatureRules = { service: 'service', regions: ['us-east-1'], protocol: 'awsQuery' }
    const request = {
      method,
      rawUrl,
      rawHeaders: Object.entries(headers).flat(),
      bodyHash: sha256Hex(body),
      now: SUITE_NOW,
    }
    expect(await verifySignature(request, rules, lookup)).toMatchObject({ ok: true, verified: { mechanism: 'header' } })
  })
})

describe('the IAM User Guide', () => {
  it('derives the signing key of the example', () => {
    const scope = { date: '20150830', region: 'us-east-1', service: 'iam' }
    expect(deriveSigningKey(SUITE.secretAccessKey, scope).toString('hex')).toBe(
      'c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9',
    )
  })

  it('signs ListUsers', () => {
    const headers = { host: 'iam.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    const signed = signRequest({ method: 'GET', rawUrl: '/?Action=ListUsers&Version=2010-05-08', headers }, SUITE, {
      region: 'us-east-1',
      service: 'iam',
      now: SUITE_NOW,
    })
    expect(signed.authorization).toMatch(/Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7$/)
  })
})

describe('the S3 API reference', () => {
  const host = 'examplebucket.s3.amazonaws.com'
  const context = { region: 'us-east-1', service: 's3', now: S3_NOW }
  const rules: SignatureRules = { service: 's3', regions: ['us-east-1'], protocol: 'restXml' }
  it.each([
    [
      'GET object',
      'GET',
      '/test.txt',
      { range: 'bytes=0-9' },
      '',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    ],
    [
      'PUT object',
      'PUT',
      '/test%24file.text',
      { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
      'Welcome to Amazon S3.',
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    ],
    [
      'GET bucket lifecycle',
      'GET',
      '/?lifecycle',
      {},
      '',
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    ],
    [
      'list objects',
      'GET',
      '/?max-keys=2&prefix=J',
      {},
      '',
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    ],
  ])('%s', async (_, method, rawUrl, extra, body, signature) => {
    const headers = signRequest({ method, rawUrl, headers: { host, ...extra }, body }, S3_KEY, context)
    expect(headers.authorization).toMatch(new RegExp(`Signature=${signature}$`))
    const request = { method, rawUrl, rawHeaders: Object.entries(headers).flat(), now: S3_NOW }
    expect(await verifySignature(request, rules, lookup)).toMatchObject({
      ok: true,
      verified: { payload: { mode: 'digest', hash: sha256Hex(body) } },
    })
  })

  it('presigned GET', async () => {
    const url = presignRequest({ method: 'GET', rawUrl: '/test.txt', headers: { host } }, S3_KEY, {
      ...context,
      expires: 86_400,
    })
    expect(url).toBe(
      '/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
    )
    const at = (now: number) =>
      verifySignature({ method: 'GET', rawUrl: url, rawHeaders: ['Host', host], now }, rules, lookup)
    expect(await at(S3_NOW + 86_400_000)).toMatchObject({
      ok: true,
      verified: { mechanism: 'query', payload: { mode: 'unsigned' } },
    })
    expect(await at(S3_NOW + 86_401_000)).toMatchObject({
      ok: false,
      fault: { kind: 'presignedExpired', message: 'Request has expired' },
    })
  })
})
