/**
 * The golden bodies are those of the S3 API reference: sigv4-streaming.html ("Example: PUT Object") and
 * sigv4-streaming-trailers.html. Check values of the CRCs: RFC 3720, appendix B.4; the CRC catalogue's "check" of
 * CRC-64/NVME and CRC-32C over `123456789`.
 */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceFault } from '../fault.ts'
import { headerValues } from '../sigv4/headers.ts'
import { readPayload } from '../sigv4/payload.ts'
import { deriveSigningKey } from '../sigv4/signing-key.ts'
import { type SignatureRules, verifySignature } from '../sigv4/verify.ts'
import { openBody } from './body.ts'
import { readBodySpec } from './body-spec.ts'
import { CHECKSUM_ALGORITHMS, type ChecksumAlgorithm, createChecksum } from './checksum.ts'
import { type ChunkSeed, ChunkSignatures } from './chunk-signature.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'
const SCOPE = { date: '20130524', region: 'us-east-1', service: 's3' }
const seedOf = (signature: string): ChunkSeed => ({
  signingKey: deriveSigningKey(SECRET, SCOPE),
  amzDate: '20130524T000000Z',
  scope: SCOPE,
  signature,
})
const SEED = seedOf('4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9')
const GOLDEN = `10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n${'a'.repeat(65536)}\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n${'a'.repeat(1024)}\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n`
const GOLDEN_HEADERS = {
  'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
  'x-amz-decoded-content-length': '66560',
}

/** Cuts `body` into pieces of `size`, as a network would. */
function pieces(body: string | Buffer, size: number): Readable {
  const bytes = Buffer.from(body)
  const parts: Buffer[] = []
  for (let i = 0; i < bytes.length; i += size) parts.push(bytes.subarray(i, i + size))
  return Readable.from(parts)
}

async function decode(body: string | Buffer, headers: Record<string, string>, seed?: ChunkSeed, size = 4096) {
  const values = headerValues(Object.entries(headers).flat())
  const payload = readPayload(headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD')
  if (!payload) throw new Error('no payload mode')
  const opened = openBody(pieces(body, size), readBodySpec(payload, values), seed ? { seed } : {})
  const data = await buffer(opened.stream)
  return { data, summary: opened.summary() }
}

describe('the chunked upload of the S3 API reference', () => {
  it.each([1, 7, 90, 65_536, 1_000_000])('decodes in pieces of %i bytes', async (size) => {
    const { data, summary } = await decode(GOLDEN, GOLDEN_HEADERS, SEED, size)
    expect(data.equals(Buffer.alloc(66_560, 'a'))).toBe(true)
    expect(summary).toMatchObject({ length: 66_560, checksum: undefined })
  })

  it('starts from the seed signature that the request itself verifies to', async () => {
    const headers: Record<string, string> = {
      host: 's3.amazonaws.com',
      'content-encoding': 'aws-chunked',
      'content-length': '66824',
      'x-amz-date': '20130524T000000Z',
      'x-amz-storage-class': 'REDUCED_REDUNDANCY',
      ...GOLDEN_HEADERS,
    }
    const names = Object.keys(headers).sort().join(';')
    headers.authorization = `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${names},Signature=${SEED.signature}`
    const rules: SignatureRules = { service: 's3', regions: ['us-east-1'], protocol: 'restXml' }
    const result = await verifySignature(
      {
        method: 'PUT',
        rawUrl: '/examplebucket/chunkObject.txt',
        rawHeaders: Object.entries(headers).flat(),
        now: Date.UTC(2013, 4, 24),
      },
      rules,
      () => ({ secretAccessKey: SECRET }),
    )
    if (!result.ok) throw new Error(result.fault.message)
    expect(result.verified.payload.mode).toBe('signedChunks')
    expect((await decode(GOLDEN, GOLDEN_HEADERS, result.verified)).data.length).toBe(66_560)
  })

  it('verifies the signed trailer', async () => {
    const seed = seedOf('106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e')
    const body = `10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n${'a'.repeat(65536)}\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n${'a'.repeat(1024)}\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\nx-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n`
    const headers = {
      'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '66560',
      'x-amz-trailer': 'x-amz-checksum-crc32c',
    }
    const { summary } = await decode(body, headers, seed)
    expect(summary.checksum).toEqual({ algorithm: 'crc32c', value: 'sOO8/Q==' })
    const forged = body.replace('d81f82', 'd81f83')
    await expect(decode(forged, headers, seed)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
    const other = body.replace('sOO8/Q==', 'sOO8/R==')
    await expect(decode(other, headers, seed)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' })
  })

  it.each([
    ['a changed byte', GOLDEN.replace('aaaa', 'aaab'), 'SignatureDoesNotMatch'],
    ['a changed chunk signature', GOLDEN.replace('005562', '005563'), 'SignatureDoesNotMatch'],
    ['chunks in another order', swapped(), 'SignatureDoesNotMatch'],
    ['a truncated body', GOLDEN.slice(0, -120), 'IncompleteBody'],
    ['no last chunk', GOLDEN.slice(0, GOLDEN.indexOf('0;chunk-signature=b6')), 'IncompleteBody'],
    ['an unsigned chunk', GOLDEN.replace(/400;chunk-signature=\w+/, '400'), 'InvalidRequest'],
    ['an endless header', `1${'0'.repeat(5000)}`, 'InvalidRequest'],
    ['a chunk larger than stated', `FFFFFFFF;chunk-signature=${'0'.repeat(64)}\r\n`, 'IncompleteBody'],
    ['text behind the end', `${GOLDEN}x-more:1\r\n`, 'MalformedTrailerError'],
    ['an endless trailer', GOLDEN + 'x'.repeat(9000), 'MalformedTrailerError'],
  ])('refuses %s', async (_, body, code) => {
    await expect(decode(body, GOLDEN_HEADERS, SEED)).rejects.toMatchObject({ code })
  })

  function swapped(): string {
    const second = GOLDEN.indexOf('400;')
    const last = GOLDEN.indexOf('0;chunk-signature=b6')
    return GOLDEN.slice(second, last) + GOLDEN.slice(0, second) + GOLDEN.slice(last)
  }

  it('needs the verified signature', async () => {
    await expect(decode(GOLDEN, GOLDEN_HEADERS)).rejects.toMatchObject({ code: 'AccessDenied' })
  })

  it('needs the stated length to be the decoded one', async () => {
    const headers = { ...GOLDEN_HEADERS, 'x-amz-decoded-content-length': '66561' }
    await expect(decode(GOLDEN, headers, SEED)).rejects.toMatchObject({ code: 'IncompleteBody' })
  })
})

describe('checksums', () => {
  const of = (algorithm: ChecksumAlgorithm, text: string | Buffer) => {
    const checksum = createChecksum(algorithm)
    checksum.update(Buffer.from(text))
    return checksum.digest()
  }
  const hex = (text: string) => Buffer.from(text, 'hex').toString('base64')

  it('give the published check values', () => {
    expect(of('crc32', '123456789')).toBe(hex('cbf43926'))
    expect(of('crc32c', '123456789')).toBe(hex('e3069283'))
    expect(of('crc32c', Buffer.alloc(32))).toBe(hex('8a9136aa'))
    expect(of('crc64nvme', '123456789')).toBe(hex('ae8b14860a799888'))
    // NVM Express NVM Command Set Specification, figure "64b CRC Test Cases".
    expect(of('crc64nvme', Buffer.alloc(4096))).toBe(hex('6482d367eb22b64e'))
    expect(of('crc64nvme', Buffer.alloc(4096, 0xff))).toBe(hex('c0ddba7302eca3ac'))
    expect(of('crc64nvme', Buffer.from(Uint8Array.from({ length: 4096 }, (_, i) => i & 0xff)))).toBe(
      hex('3e729f5f6750449c'),
    )
    expect(of('sha1', 'abc')).toBe(hex('a9993e364706816aba3e25717850c26c9cd0d89d'))
    expect(of('sha256', 'abc')).toBe(hex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'))
  })

  it.each(CHECKSUM_ALGORITHMS)('%s is verified as an unsigned trailer and as a header', async (algorithm) => {
    const name = `x-amz-checksum-${algorithm}`
    const chunked = (value: string) => `5\r\nhello\r\n1\r\n!\r\n0\r\n${name}:${value}\r\n\r\n`
    const trailer = {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '6',
      'x-amz-trailer': name,
    }
    const good = of(algorithm, 'hello!')
    const bad = of(algorithm, 'hello?')
    expect(await decode(chunked(good), trailer)).toMatchObject({
      data: Buffer.from('hello!'),
      summary: {
        checksum: { algorithm, value: good },
      },
    })
    await expect(decode(chunked(bad), trailer)).rejects.toMatchObject({ code: 'BadDigest' })
    await expect(decode(chunked('AAA'), trailer)).rejects.toMatchObject({ code: 'InvalidRequest' })
    await expect(decode('6\r\nhello!\r\n0\r\n\r\n', trailer)).rejects.toMatchObject({ code: 'MalformedTrailerError' })
    expect((await decode('hello!', { [name]: good })).summary.checksum).toEqual({ algorithm, value: good })
    await expect(decode('hello!', { [name]: bad })).rejects.toMatchObject({ code: 'BadDigest' })
  })
})

describe('a plain body', () => {
  const sha = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
  it('is held against its digest, Content-MD5 and length', async () => {
    const headers = { 'x-amz-content-sha256': sha, 'content-md5': 'XUFAKrxLKna5cZ2REBfFkg==', 'content-length': '5' }
    expect((await decode('hello', headers)).summary).toEqual({
      length: 5,
      md5: 'XUFAKrxLKna5cZ2REBfFkg==',
      checksum: undefined,
    })
    await expect(decode('hellO', headers)).rejects.toMatchObject({ code: 'XAmzContentSHA256Mismatch' })
    await expect(decode('hell', headers)).rejects.toMatchObject({ code: 'IncompleteBody' })
    await expect(decode('hellO', { 'content-md5': headers['content-md5'] })).rejects.toMatchObject({
      code: 'BadDigest',
    })
  })

  it('has no MD5 where nobody wants one, and is held against one that is stated all the same', async () => {
    const open = async (text: string, md5?: string) => {
      const headers = headerValues(md5 === undefined ? [] : ['content-md5', md5])
      const spec = readBodySpec({ mode: 'unsigned', hash: 'UNSIGNED-PAYLOAD' }, headers)
      const opened = openBody(pieces(text, 2), spec, { defaultChecksum: 'crc32', withoutMd5: true })
      await buffer(opened.stream)
      return opened.summary()
    }
    expect(await open('hello')).toEqual({
      length: 5,
      md5: undefined,
      checksum: { algorithm: 'crc32', value: 'NhCmhg==' },
    })
    expect((await open('hello', 'XUFAKrxLKna5cZ2REBfFkg==')).md5).toBe('XUFAKrxLKna5cZ2REBfFkg==')
    await expect(open('hellO', 'XUFAKrxLKna5cZ2REBfFkg==')).rejects.toMatchObject({ code: 'BadDigest' })
  })

  it.each([
    [{ 'content-md5': 'x' }, 'InvalidDigest'],
    [{ 'x-amz-checksum-crc32': 'x' }, 'InvalidRequest'],
    [{ 'x-amz-checksum-crc32': 'AAAAAA==', 'x-amz-checksum-sha1': 'x' }, 'InvalidRequest'],
    [{ 'x-amz-trailer': 'x-amz-checksum-crc32' }, 'InvalidRequest'],
    [
      { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-decoded-content-length': '1' },
      'InvalidRequest',
    ],
    [{ 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }, 'MissingContentLength'],
    [{ 'content-length': '-1' }, 'InvalidArgument'],
  ])('is refused before it is read: %o is %s', async (headers, code) => {
    await expect(decode('', headers as Record<string, string>)).rejects.toMatchObject({ code })
  })

  it('fails when the client goes away, and leaves the request undestroyed on a fault', async () => {
    const gone = new Readable({ read() {} })
    const opened = openBody(gone, readBodySpec({ mode: 'unsigned', hash: '' }, headerValues([])))
    gone.push('half')
    setImmediate(() => gone.destroy())
    await expect(buffer(opened.stream)).rejects.toMatchObject({ code: 'IncompleteBody' })

    const source = new Readable({ read() {} })
    const chunked = openBody(
      source,
      readBodySpec({ mode: 'signedChunks', hash: '' }, headerValues(Object.entries(GOLDEN_HEADERS).flat())),
      { seed: SEED },
    )
    source.push('nonsense\r\n')
    await expect(buffer(chunked.stream)).rejects.toBeInstanceOf(ServiceFault)
    expect(source.destroyed).toBe(false)
  })

  it('holds its producer back when nobody reads', async () => {
    let produced = 0
    const source = new Readable({
      read() {
        produced += 65_536
        this.push(Buffer.alloc(65_536))
      },
    })
    const opened = openBody(source, readBodySpec({ mode: 'unsigned', hash: '' }, headerValues([])))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(produced).toBeLessThan(1_000_000)
    opened.stream.destroy()
    source.destroy()
  })
})

it('decodes what is encoded, in any chunks and any pieces, and fails only with faults on any bytes', async () => {
  const data = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(data, fc.integer({ min: 1, max: 200 }), fc.nat(), async (chunks, size, cut) => {
      const signatures = new ChunkSignatures(SEED)
      const { createHash } = await import('node:crypto')
      const encoded = [...chunks, new Uint8Array()].map((chunk) => {
        const signature = signatures.next(createHash('sha256').update(chunk).digest('hex'))
        return Buffer.concat([
          Buffer.from(`${chunk.length.toString(16)};chunk-signature=${signature}\r\n`),
          chunk,
          Buffer.from('\r\n'),
        ])
      })
      const plain = Buffer.concat(chunks)
      const body = Buffer.concat(encoded)
      const headers = { ...GOLDEN_HEADERS, 'x-amz-decoded-content-length': String(plain.length) }
      expect((await decode(body, headers, SEED, size)).data.equals(plain)).toBe(true)
      const damaged = Buffer.from(body)
      const at = cut % (body.length - 2)
      damaged[at] = (damaged[at] as number) ^ 0x40
      await expect(decode(damaged, headers, SEED, size)).rejects.toBeInstanceOf(ServiceFault)
    }),
    { numRuns: 100 },
  )
})
