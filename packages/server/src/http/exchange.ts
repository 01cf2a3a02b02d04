/**
 * One HTTP request, from its head to its answer: route → authenticate → parse → (kernel: validate → resolve → enforce →
 * handle) → serialize → audit.
 */

import type { IncomingMessage } from 'node:http'
import { asFault, type WireResponse } from '@scopedown/wire'
import type { HttpHead, Origin } from '../kernel/call.ts'
import type { Asked, Kernel, Progress } from '../kernel/kernel.ts'
import { faultProtocol } from '../kernel/protocol-name.ts'
import type { Registry } from '../kernel/service.ts'
import type { Authenticator } from './authenticate.ts'
import { type BodyBudget, BodyShare, ClientGone, readBody } from './body.ts'
import type { HttpLimits } from './limits.ts'
import type { HttpProtocol, Incoming, Routed } from './protocol.ts'
import { type Head, headOf } from './route.ts'

export interface ExchangeDeps {
  readonly kernel: Kernel
  readonly authenticator: Authenticator
  readonly protocolOf: (request: IncomingMessage, head: Head) => HttpProtocol
  readonly limits: HttpLimits
  readonly budget: BodyBudget
  /** A bug of ours: told to the operator with the request's id, never to the client. */
  readonly onBug: (error: unknown, requestId: string) => void
}

/** What became of a request, for the metrics. */
export interface Exchanged {
  readonly response: WireResponse
  readonly service: string
  readonly operation: string
  readonly errorCode: string | undefined
}

/** Answers whatever comes; undefined only for a client that is gone. */
export async function exchange(request: IncomingMessage, deps: ExchangeDeps): Promise<Exchanged | undefined> {
  const share = new BodyShare(deps.budget)
  const { kernel } = deps
  const head = headOf(request)
  const protocol = deps.protocolOf(request, head)
  const requestId = protocol.newRequestId()
  const origin = originOf(request)
  const asked: Unfinished = {
    operation: undefined,
    caller: undefined,
    origin,
    requestId,
    time: kernel.clock(),
    region: kernel.region,
  }
  const progress: Progress = { input: undefined, verdict: undefined, authorizationId: undefined }
  let routed: Routed | undefined
  let response: WireResponse
  let thrown: unknown
  try {
    routed = await protocol.route(new IncomingRequest(request, head, deps, share))
    asked.operation = routed.operation
    // Awaited only where there is something to wait for: each promise on this way is paid by every call.
    const verifying = deps.authenticator.verify(request, routed.service, routed.bodyHash, asked.time)
    const verified = verifying instanceof Promise ? await verifying : verifying
    asked.caller = verified.key.caller
    asked.region = verified.scope.region
    const parsing = routed.parse(verified)
    const input = parsing instanceof Promise ? await parsing : parsing
    const full: Asked = {
      operation: routed.operation,
      input,
      caller: asked.caller,
      origin: asked.origin,
      region: asked.region,
      requestId,
      time: asked.time,
      http: new RequestHead(request, head),
    }
    response = protocol.write(routed, await kernel.perform(full, progress), requestId)
  } catch (error) {
    if (error instanceof ClientGone) return undefined
    thrown = error
    if (asFault(error, faultProtocol(protocol.name)) !== error) deps.onBug(error, requestId)
    response = protocol.writeFault(error, requestId, routed?.service ?? undefined, head)
  } finally {
    share.release()
  }
  const full = kernel.record(asked, progress, thrown)
  if (full !== undefined) await full
  return {
    response,
    service: routed?.service.definition.name ?? '',
    operation: routed?.operation.operation.name ?? '',
    errorCode: thrown === undefined ? undefined : asFault(thrown, faultProtocol(protocol.name)).code,
  }
}

interface Unfinished {
  operation: Asked['operation'] | undefined
  caller: Asked['caller'] | undefined
  readonly origin: Origin
  readonly requestId: string
  readonly time: number
  region: string
}

class IncomingRequest implements Incoming {
  readonly request: IncomingMessage
  readonly head: Head
  readonly registry: Registry
  readonly limits: HttpLimits
  readonly #share: BodyShare
  #read: Promise<Buffer> | undefined

  constructor(request: IncomingMessage, head: Head, { kernel, limits }: ExchangeDeps, share: BodyShare) {
    this.request = request
    this.head = head
    this.registry = kernel.registry
    this.limits = limits
    this.#share = share
  }

  body(maxBytes: number): Promise<Buffer> {
    this.#read ??= readBody(this.request, maxBytes, this.limits.bodyMilliseconds, this.#share)
    return this.#read
  }
}

function originOf(request: IncomingMessage): Origin {
  const address = request.socket.remoteAddress
  return {
    ip: address?.startsWith('::ffff:') ? address.slice(7) : address,
    userAgent: request.headers['user-agent'],
    referer: request.headers.referer,
    secure: 'encrypted' in request.socket,
  }
}

/** Headers are put into their joined form only for whoever looks: most services never do. */
class RequestHead implements HttpHead {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly #request: IncomingMessage
  #headers: Record<string, string> | undefined

  constructor(request: IncomingMessage, { method, path, query }: Head) {
    this.method = method
    this.path = path
    this.query = query
    this.#request = request
  }

  get headers(): Readonly<Record<string, string>> {
    if (this.#headers !== undefined) return this.#headers
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(this.#request.headers)) {
      if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value
    }
    this.#headers = headers
    return headers
  }
}
