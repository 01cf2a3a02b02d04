/**
 * Scopedown's own pages under `/_scopedown/`: the console, health, Prometheus metrics, and where a denial's message points.
 * They are open to everybody and tell nothing of who may do what.
 */

import type { IncomingMessage } from 'node:http'
import type { WireResponse } from '@scopedown/wire'
import { collectDefaultMetrics, Registry } from 'prom-client'
import { CallMetrics } from './call-metrics.ts'
import { ConsoleFiles } from './console-files.ts'
import type { Exchanged } from './exchange.ts'

const root = '/_scopedown'
const prefix = `${root}/`

export class OwnPages {
  readonly #registry = new Registry()
  readonly #calls = new CallMetrics(this.#registry)
  readonly #console: ConsoleFiles

  constructor(console = new ConsoleFiles()) {
    this.#console = console
    collectDefaultMetrics({ register: this.#registry, prefix: 'scopedown_' })
  }

  observe({ service, operation, errorCode }: Exchanged, seconds: number): void {
    this.#calls.observe(service, operation, errorCode ?? '', seconds)
  }

  /** Undefined for every other path. */
  answer(request: IncomingMessage): WireResponse | Promise<WireResponse> | undefined {
    const url = request.url ?? ''
    if (!url.startsWith(root)) return undefined
    const path = url.split('?', 1)[0] ?? ''
    if (path !== root && !path.startsWith(prefix)) return undefined
    request.resume()
    if (path === root) return { status: 308, headers: { location: prefix }, body: '' }
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
