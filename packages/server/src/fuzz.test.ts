import { connect } from 'node:net'
import { signRequest } from '@scopedown/wire'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

/** Ten thousand under CI; fewer while somebody works. */
const total = Number(process.env.SCOPEDOWN_FUZZ_REQUESTS ?? (process.env.CI === 'true' ? 10_000 : 1500))

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server.remove()
})

const bodies = [
  'Action=GetCallerIdentity&Version=2011-06-15',
  'Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fx&RoleSessionName=s1&Tags.member.1.Key=a&Tags.member.1.Value=b',
  'Action=CreateUser&Version=2010-05-08&UserName=alice&Tags.member.1.Key=a&Tags.member.1.Value=b',
  'Action=PutUserPolicy&Version=2010-05-08&UserName=alice&PolicyName=p&PolicyDocument=%7B%22Version%22%3A%222012-10-17%22%7D',
  'Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument=%7B%7D',
]

const token = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '',
    '%',
    '%zz',
    '&',
    '=',
    '.member.',
    'member.1',
    '.entry.1.key',
    '9'.repeat(400),
    '\u0000',
    'é',
    '{',
    '[',
    '__proto__',
  ),
)

/** A valid body, cut up: pieces are removed, doubled and replaced. */
const body = fc
  .tuple(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(300), fc.nat(40), token), { maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((now, [at, length, put]) => now.slice(0, at) + put + now.slice(at + length), text),
  )

const header = fc.oneof(
  fc.record({
    name: fc.constantFrom(
      'authorization',
      'x-amz-date',
      'x-amz-target',
      'content-type',
      'x-amz-security-token',
      'host',
    ),
    value: token,
  }),
  fc.record({ name: fc.constantFrom('x-a', 'accept', 'expect'), value: token }),
)

interface Fuzzed {
  readonly method: string
  readonly path: string
  readonly signed: boolean
  readonly body: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
}

/** Mostly what a client would send: what is wrong with a request should be one thing at a time, so that it gets far. */
const requests: fc.Arbitrary<Fuzzed> = fc.record({
  method: fc.oneof(
    { weight: 9, arbitrary: fc.constant('POST') },
    { weight: 1, arbitrary: fc.constantFrom('GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH') },
  ),
  path: fc.oneof(
    { weight: 9, arbitrary: fc.constant('/') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '/?Action=GetUser&Version=2010-05-08',
        '/%',
        '//',
        '/a/b?c=%zz',
        '/authorization-details/%00',
      ),
    },
  ),
  signed: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  body,
  headers: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(header, { maxLength: 3 }) },
  ),
})

const printable = (text: string) => text.replace(/[^\x20-\x7e]/g, '?')

function bytesOf({ method, path, signed, body, headers }: Fuzzed): Buffer {
  const content = Buffer.from(body)
  const base: Record<string, string> = {
    host: new URL(server.url).host,
    'content-type': 'application/x-www-form-urlencoded',
  }
  for (const { name, value } of headers) base[name] = printable(value)
  const service = body.includes('2010-05-08') ? 'iam' : 'sts'
  // What cannot even be signed is sent unsigned.
  const sent =
    signed && !path.includes('%')
      ? signRequest({ method, rawUrl: path, headers: base, body: content }, server.administrator, {
          region: 'us-east-1',
          service,
          now: Date.now(),
        })
      : base
  const head = Object.entries({ ...sent, 'content-length': String(content.length), connection: 'close' })
  return Buffer.concat([
    Buffer.from(
      `${method} ${path} HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
      'latin1',
    ),
    content,
  ])
}

/** The status, or undefined where the server closed the connection without an answer. */
function send(bytes: Buffer): Promise<number | undefined> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.setTimeout(10_000, () => socket.destroy())
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () =>
      resolve(Number(/^HTTP\/1\.1 (\d{3})(?! Continue)/m.exec(text)?.[1] ?? Number.NaN) || undefined),
    )
    socket.end(bytes)
  })
}

describe('malformed requests', () => {
  it(`${total} of them get no 5xx and do not grow the server`, async () => {
    const statuses = new Map<number | undefined, number>()
    // The server runs in this process: its memory is ours.
    const before = process.memoryUsage().heapUsed
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        const status = await send(bytesOf(request))
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        expect(status, JSON.stringify(request)).toBeDefined()
        // S3's own word for what is well formed and not offered, a preflight here.
        if (status === 501) expect(request.method, JSON.stringify(request)).toBe('OPTIONS')
        else expect(status, JSON.stringify(request)).toBeLessThan(500)
      }),
      { numRuns: total },
    )
    expect(server.log).toEqual([])
    // Enough got through to the operations, and enough did not, for the run to mean something.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(total / 100)
    expect(statuses.get(400) ?? 0).toBeGreaterThan(total / 10)
    globalThis.gc?.()
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024)
  }, 300_000)

  it('raw bytes that are no HTTP, too large a head, half a request: a 4xx or a closed connection', async () => {
    const cases: [string, (number | undefined)[]][] = [
      ['\u0000\u0001\u0002\r\n\r\n', [400]],
      ['GET / HTTP/9.9\r\n\r\n', [400]],
      [`GET / HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`, [431, undefined]],
      ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc', [undefined, 400, 403, 405]],
      ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n', [400]],
      ['POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc', [400]],
      [
        'POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 99999999\r\n\r\n',
        [413],
      ],
    ]
    for (const [text, wanted] of cases)
      expect([text.slice(0, 60), ...wanted]).toContain(await send(Buffer.from(text, 'latin1')))
    expect(server.log).toEqual([])
  })
})
