/** A load generator as plain as can be: keep-alive connections, one request in flight on each, latencies of all. */

import { connect } from 'node:net'

export interface LoadResult {
  /** Answers received. */
  readonly calls: number
  readonly requestsPerSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Answers by status. */
  readonly statuses: ReadonlyMap<string, number>
}

export interface LoadOptions {
  readonly port: number
  /** The request's bytes; the same every time. */
  readonly request: Buffer
  readonly connections: number
  readonly seconds: number
}

export async function load({ port, request, connections, seconds }: LoadOptions): Promise<LoadResult> {
  const latencies: number[] = []
  const statuses = new Map<string, number>()
  const started = performance.now()
  const end = started + seconds * 1000
  const one = () =>
    new Promise<void>((resolve, reject) => {
      let sent = 0
      let done = false
      const open = () => {
        const socket = connect(port, '127.0.0.1')
        let received = Buffer.alloc(0)
        socket.setNoDelay(true)
        const next = () => {
          sent = performance.now()
          socket.write(request)
        }
        socket.once('connect', next)
        socket.once('error', reject)
        // A server that ends the connection after each answer is met again on a new one.
        socket.once('close', () => (done ? resolve() : open()))
        socket.on('data', (chunk) => {
          received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
          const length = answerLength(received)
          if (length === undefined || received.length < length) return
          const head = received.toString('latin1', 0, length)
          const status = head.slice(9, 12)
          statuses.set(status, (statuses.get(status) ?? 0) + 1)
          received = received.subarray(length)
          const now = performance.now()
          latencies.push(now - sent)
          done = now >= end
          if (done || head.startsWith('HTTP/1.0') || /^connection: close\r$/im.test(head)) socket.destroy()
          else next()
        })
      }
      open()
    })
  await Promise.all(Array.from({ length: connections }, one))
  const took = (performance.now() - started) / 1000
  latencies.sort((left, right) => left - right)
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0
  return { calls: latencies.length, requestsPerSecond: latencies.length / took, p50: at(0.5), p99: at(0.99), statuses }
}

const headEnd = Buffer.from('\r\n\r\n')

function answerLength(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(headEnd)
  if (end === -1) return undefined
  const length = /content-length: (\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1]
  if (length === undefined) throw new Error('an answer without content-length')
  return end + headEnd.length + Number(length)
}
