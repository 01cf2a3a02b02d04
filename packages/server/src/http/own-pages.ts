/**
 * Scopedown's own pages under `/_scopedown/`: the console, health, Prometheus metrics, and where a denial's message points.
 * They are open to everybody and tell nothing of who may do what.
 */

import type { IncomingMessage } from 'node:http'
import type { WireResponse } from '@scopedown/wire'
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { ConsoleFiles } from './console-files.ts'
import type { Exchanged } from './exchange.ts'

const prefix = '/_scopedown/'

export class OwnPages {
  readonly #registry = new Registry()
  readonly #calls: Counter<'service' | 'operation' | 'error'>
  readonly #seconds: Histogram<'service'>
  readonly #console: ConsoleFiles

  constructor(console = new ConsoleFiles()) {
    this.#console = console
    collectDefaultMetrics({ register: this.#registry, prefix: 'scopedown_' })
    this.#calls = new Counter({
      name: 'scopedown_calls_total',
      help: 'API calls answered, by service, operation and error code (empty: none)',
      labelNames: ['service', 'operation', 'error'],
      registers: [this.#registry],
    })
    this.#seconds = new Histogram({
      name: 'scopedown_call_seconds',
      help: 'Time from a request to its answer, in seconds',
      labelNames: ['service'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers: [this.#registry],
    })
  }

  observe({ service, operation, errorCode }: Exchanged, seconds: number): void {
    this.#calls.inc({ service, operation, error: errorCode ?? '' })
    this.#seconds.observe({ service }, seconds)
  }

  /** Undefined for every other path. */
  answer(request: IncomingMessage): WireResponse | Promise<WireResponse> | undefined {
    const url = request.url ?? ''
    if (!url.startsWith(prefix) && url.split('?', 1)[0] !== '/_scopedown') return undefined
    request.resume()
    const path = url.split('?', 1)[0] ?? ''
    if (path === '/_scopedown') return { status: 308, headers: { location: prefix }, body: '' }
    if (path === prefix) return this.#console.page()
    if (path === `${prefix}health`) return json(200, { status: 'ok' })
    if (path === `${prefix}metrics`) return this.#metrics()
    const id = /^\/_scopedown\/authorizations\/([0-9a-z]{1,64})$/.exec(path)?.[1]
    if (id !== undefined && wantsPage(request)) return seeOther(`${prefix}#/denials/${id}`)
    if (id !== undefined) return howToExplain(id)
    const file = this.#console.file(path.slice(prefix.length))
    if (file !== undefined) return file
    return json(404, { message: 'no such page' })
  }

  async #metrics(): Promise<WireResponse> {
    return {
      status: 200,
      headers: { 'content-type': this.#registry.contentType },
      body: await this.#registry.metrics(),
    }
  }
}

function json(status: number, value: unknown): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: `${JSON.stringify(value)}\n` }
}

/** A person who follows the link of a message in a browser. */
function wantsPage(request: IncomingMessage): boolean {
  return request.headers.accept?.includes('text/html') === true
}

function seeOther(location: string): WireResponse {
  return { status: 303, headers: { location, 'cache-control': 'no-store' }, body: '' }
}

/** The same whether the id exists or not. */
function howToExplain(id: string): WireResponse {
  const body = [
    'Why this call was denied is told to principals of its account who may ask:',
    '',
    `  scopedown explain ${id}`,
    `  aws sts decode-authorization-message --encoded-message ${id}`,
    '',
    'Or open it in the console of this server, signed in as one of them:',
    '',
    `  ${prefix}#/denials/${id}`,
    '',
  ].join('\n')
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}
