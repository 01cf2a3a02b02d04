/** The HTTP server: node:http with limits, the exchange behind it, health and metrics beside it. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { WireResponse } from '@scopedown/wire'
import { BodyBudget } from './body.ts'
import { type ExchangeDeps, exchange } from './exchange.ts'
import { awaitContinue } from './expect-continue.ts'
import { lingerFor } from './linger.ts'
import type { OwnPages } from './own-pages.ts'
import { writeTogether } from './write-together.ts'

export interface HttpServerOptions extends Omit<ExchangeDeps, 'budget'> {
  readonly host: string
  readonly port: number
  readonly pages: OwnPages
}

export class HttpServer {
  readonly #server: Server
  readonly #options: HttpServerOptions
  readonly #deps: ExchangeDeps
  readonly #sockets = new Set<Socket>()
  #closing = false

  constructor(options: HttpServerOptions) {
    this.#options = options
    this.#deps = { ...options, budget: new BodyBudget(options.limits.bufferedBytes) }
    const { limits } = options
    this.#server = createServer({ maxHeaderSize: limits.headerBytes, connectionsCheckingInterval: 1_000 })
    this.#server.headersTimeout = limits.headersMilliseconds
    // Bodies have their own clock: an upload that keeps moving may take as long as it needs.
    this.#server.requestTimeout = 0
    this.#server.keepAliveTimeout = limits.keepAliveMilliseconds
    this.#server.maxConnections = limits.connections
    this.#server.timeout = limits.silenceMilliseconds
    this.#server.on('request', (request, response) => void this.#answer(request, response))
    this.#server.on('checkContinue', (request, response) => {
      awaitContinue(request, response)
      void this.#answer(request, response)
    })
    this.#server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(error, socket as Socket))
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  async listen(): Promise<string> {
    const { host, port } = this.#options
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, host, resolve)
    })
    const address = this.#server.address() as AddressInfo
    const name = address.family === 'IPv6' ? `[${address.address}]` : address.address
    return `http://${name}:${address.port}`
  }

  /** The same door for requests that come by another socket: a session's gateway. */
  readonly listener = (request: IncomingMessage, response: ServerResponse): void => {
    void this.#answer(request, response)
  }

  /** Takes no new request, finishes those that are under way, then closes; after `milliseconds` without mercy. */
  async close(milliseconds: number): Promise<void> {
    this.#closing = true
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#server.closeIdleConnections()
    const timer = setTimeout(() => this.#server.closeAllConnections(), milliseconds)
    await closed
    clearTimeout(timer)
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const failed = (error: unknown) => {
      this.#options.onBug(error, '')
      request.socket.destroy()
    }
    try {
      if (this.#closing) response.setHeader('connection', 'close')
      const page = this.#options.pages.answer(request)
      if (page !== undefined) {
        await send(request, response, await page, failed)
        return
      }
      const started = performance.now()
      const exchanged = await exchange(request, this.#deps)
      if (exchanged === undefined) {
        request.socket.destroy()
        return
      }
      const sending = send(request, response, exchanged.response, failed)
      if (sending !== undefined) await sending
      this.#options.pages.observe(exchanged, (performance.now() - started) / 1000)
    } catch (error) {
      failed(error)
    }
  }
}

/** Without a promise for what most answers are: a text at hand, for a request that was read. */
function send(
  request: IncomingMessage,
  response: ServerResponse,
  wire: WireResponse,
  failed: (error: unknown) => void,
): Promise<void> | undefined {
  const { status, headers, body } = wire
  if (typeof body !== 'string' || !request.complete || request.method === 'HEAD' || !('content-length' in headers)) {
    return sendOther(request, response, wire)
  }
  writeTogether(() => {
    response.writeHead(status, headers)
    response.end(body)
  }, failed)
  return undefined
}

async function sendOther(request: IncomingMessage, response: ServerResponse, wire: WireResponse): Promise<void> {
  const { status, body } = wire
  const headers: Record<string, string | number> = { ...wire.headers }
  // A body that was refused unread would be taken for the next request.
  if (!request.complete) headers.connection = 'close'
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    // A HEAD's length is that of the body it would have had.
    if (status !== 204 && status !== 304) headers['content-length'] ??= sizeOf(body)
    response.writeHead(status, headers)
    if (!request.complete && request.method !== 'HEAD') {
      response.write(body ?? '')
      await lingerFor(request)
      response.end()
    } else if (request.method === 'HEAD' || body === undefined) response.end()
    // Node writes head and body in one system call only if both are text.
    else if (typeof body !== 'string' && body.length <= smallBody) response.end(latin1(body), 'latin1')
    else response.end(body)
    return
  }
  response.writeHead(status, headers)
  try {
    await pipeline(body, response)
  } catch (error) {
    // A client that has seen enough hangs up; that is no fault of ours.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

const smallBody = 16 * 1024

function sizeOf(body: string | Uint8Array | undefined): number {
  if (body === undefined) return 0
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length
}

/** Each byte as one character: what goes out is the same bytes. */
function latin1(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1')
}

/** What node could not read as HTTP at all: told once in plain words, and the connection ends. */
function refuse(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request'
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
