/** Large objects in little memory, and many clients at once, against a server in a process of its own. Runs the built code. */

import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { signRequest } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ChildServer, startChildServer } from '../../testing/child-server.ts'
import { type Keys, readCredentials } from '../../testing/test-server.ts'

let data: string
let server: ChildServer
let keys: Keys
const agent = new Agent({ keepAlive: true, maxSockets: 200 })

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'scopedown-load-'))
  server = await startChildServer({ data })
  keys = readCredentials(server.credentialsFile)
  expect((await send('PUT', '/load', Readable.from([]), 0)).status).toBe(200)
})
afterAll(async () => {
  agent.destroy()
  await server.kill('SIGTERM')
  rmSync(data, { recursive: true, force: true })
})

interface Answer {
  readonly status: number
  readonly bytes: number
  readonly md5: string
  readonly etag: string | undefined
}

/** An unsigned payload of a stated length; the answer is digested as it comes. */
function send(method: string, path: string, body: Readable, length: number): Promise<Answer> {
  const { hostname, port, host } = new URL(server.url)
  const headers = signRequest({ method, rawUrl: path, headers: { host }, body: { hash: 'UNSIGNED-PAYLOAD' } }, keys, {
    region: 'us-east-1',
    service: 's3',
    now: Date.now(),
  })
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { method, path, hostname, port, agent, headers: { ...headers, 'content-length': String(length) } },
      (response) => {
        const hash = createHash('md5')
        let bytes = 0
        const sink = new Writable({
          write(chunk: Buffer, _, done) {
            bytes += chunk.length
            hash.update(chunk)
            done()
          },
        })
        pipeline(response, sink).then(
          () =>
            resolve({ status: response.statusCode ?? 0, bytes, md5: hash.digest('hex'), etag: response.headers.etag }),
          reject,
        )
      },
    )
    pipeline(body, outgoing).catch(reject)
  })
}

const block = randomBytes(1024 * 1024)
const blocks = (count: number) =>
  Readable.from(
    (function* () {
      for (let i = 0; i < count; i += 1) yield block
    })(),
  )

/** The most that the process ever had in memory, in MiB. Linux; proc(5). */
const peak = () =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))?.[1]) / 1024

describe('a large object', () => {
  it('needs no more memory than small ones', async () => {
    const smallMiB = 8
    const largeMiB = 768
    for (let i = 0; i < 12; i += 1) {
      await send('PUT', `/load/small-${i}`, blocks(smallMiB), smallMiB * block.length)
      await send('GET', `/load/small-${i}`, Readable.from([]), 0)
    }
    const before = peak()
    const put = await send('PUT', '/load/large', blocks(largeMiB), largeMiB * block.length)
    expect(put.status).toBe(200)
    const got = await send('GET', '/load/large', Readable.from([]), 0)
    expect(got).toMatchObject({ status: 200, bytes: largeMiB * block.length, etag: put.etag })
    expect(`"${got.md5}"`).toBe(put.etag)
    // What grows is the collector's leeway, not the object.
    expect(peak() - before).toBeLessThan(64)
  })
})

describe('two hundred clients', () => {
  it('put, read and replace at once, each getting what somebody put', async () => {
    const small = (text: string) => Readable.from([Buffer.from(text.padEnd(1000, '.'))])
    const md5 = (text: string) => createHash('md5').update(text.padEnd(1000, '.')).digest('hex')
    const shared = new Set(Array.from({ length: 200 }, (_, i) => md5(`client ${i}`)))
    await send('PUT', '/load/shared', small('client 0'), 1000)
    await Promise.all(
      Array.from({ length: 200 }, async (_, i) => {
        const own = await send('PUT', `/load/own-${i}`, small(`own ${i}`), 1000)
        const mine = await send('GET', `/load/own-${i}`, Readable.from([]), 0)
        const put = await send('PUT', '/load/shared', small(`client ${i}`), 1000)
        const read = await send('GET', '/load/shared', Readable.from([]), 0)
        expect([own.status, mine.status, put.status, read.status]).toEqual([200, 200, 200, 200])
        expect(mine.md5).toBe(md5(`own ${i}`))
        expect(shared.has(read.md5)).toBe(true)
      }),
    )
  })
})
