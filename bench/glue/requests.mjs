/** Signed Glue requests as bytes, and as many of them at once as there are connections. */

import { connect } from 'node:net'
import { signRequest } from '../../packages/wire/dist/index.js'

export function glueRequest(url, keys, operation, input) {
  const body = JSON.stringify(input)
  const { host } = new URL(url)
  const headers = signRequest(
    {
      method: 'POST',
      rawUrl: '/',
      headers: { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSGlue.${operation}` },
      body,
    },
    keys,
    { region: 'us-east-1', service: 'glue', now: Date.now() },
  )
  const head = Object.entries({ ...headers, host, 'content-length': Buffer.byteLength(body) })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')
  return Buffer.from(`POST / HTTP/1.1\r\n${head}\r\n${body}`)
}

/** One connection, made again where the server closes it; `send` answers status, body and milliseconds. */
export async function connection(url) {
  const port = Number(new URL(url).port)
  let waiting
  let socket
  const open = () =>
    new Promise((resolve, reject) => {
      const next = connect(port, '127.0.0.1', () => resolve(next))
      next.setNoDelay(true)
      let received = Buffer.alloc(0)
      next.on('data', (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
        const end = received.indexOf('\r\n\r\n')
        if (end === -1) return
        const head = received.toString('latin1', 0, end)
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN)
        if (Number.isNaN(length)) throw new Error(`an answer without content-length: ${head}`)
        if (received.length < end + 4 + length) return
        const body = received.toString('utf8', end + 4, end + 4 + length)
        received = received.subarray(end + 4 + length)
        // Werkzeug, moto's server, closes after every answer.
        if (head.startsWith('HTTP/1.0') || /connection: close/i.test(head)) next.destroy()
        waiting.resolve({ status: Number(head.slice(9, 12)), body, milliseconds: performance.now() - waiting.sent })
      })
      next.on('error', (error) => {
        reject(error)
        waiting?.reject(error)
      })
    })
  socket = await open()
  return {
    send: async (bytes) => {
      if (socket.destroyed) socket = await open()
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject, sent: performance.now() }
        socket.write(bytes)
      })
    },
    close: () => socket.destroy(),
  }
}

/** Requests a second over `connections`, from a source that says undefined when there are no more. */
export async function rate(url, connections, seconds, next) {
  const until = performance.now() + seconds * 1000
  let answered = 0
  const started = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const line = await connection(url)
      for (let bytes = next(); bytes !== undefined && performance.now() < until; bytes = next()) {
        const { status, body } = await line.send(bytes)
        if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`)
        answered += 1
      }
      line.close()
    }),
  )
  return answered / ((performance.now() - started) / 1000)
}
