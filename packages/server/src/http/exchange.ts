/**
 * One HTTP request, from its head to its answer: route → authenticate → parse → (kernel: validate → resolve → enforce →
 * handle) → serialize → audit.
 */

import type { IncomingMessage } from 'node:http'
import { asFault, type WireResponse } from '@scopedown/wire'
import type { HttpHead, Origin } from '../kernel/call.ts'
import type { Asked, Kernel, Progress } from '../kernel/kernel.ts'
import { faultProtocol } from '../kernel/protocol-name.ts'
import type { Authenticator } from './authenticate.ts'
import { type BodyBudget, type BodyShare, ClientGone, readBody } from './body.ts'
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
  const share = deps.budget.share()
  try {
    return await answer(request, deps, share)
  } finally {
    share.release()
  }
}

async function answer(request: IncomingMessage, deps: ExchangeDeps, share: BodyShare): Promise<Exchanged | undefined> {
  const { kernel } = deps
  const head = headOf(request)
  const protocol = deps.protocolOf(request, head)
  const requestId = protocol.newRequestId()
  const asked: Unfinished = { origin: originOf(request), requestId, time: kernel.clock(), region: kernel.region }
  const progress: Progress = { input: undefined, verdict: undefined, authorizationId: undefined }
  let routed: Routed | undefined
  let response: WireResponse
  let thrown: unknown
  try {
    routed = await protocol.route(incoming(request, head, deps, share))
    asked.operation = routed.operation
    const verified = await deps.authenticator.verify(request, routed.service, routed.bodyHash, asked.time)
    asked.caller = verified.key.caller
    asked.region = verified.scope.region
    const input = await routed.parse(verified)
    const full: Asked = {
      ...asked,
      operation: routed.operation,
      caller: asked.caller,
      input,
      http: httpHead(request, head),
    }
    response = protocol.write(routed, await kernel.perform(full, progress), requestId)
  } catch (error) {
    if (error instanceof ClientGone) return undefined
    thrown = error
    if (asFault(error, faultProtocol(protocol.name)) !== error) deps.onBug(error, requestId)
    response = protocol.writeFault(error, requestId, routed?.service ?? undefined, head)
  }
  await kernel.record(asked, progress, thrown)
  return {
    response,
    service: routed?.service.definition.name ?? '',
    operation: routed?.operation.operation.name ?? '',
    errorCode: thrown === undefined ? undefined : asFault(thrown, faultProtocol(protocol.name)).code,
  }
}

type Unfinished = { -readonly [K in keyof Asked]?: Asked[K] } & { origin: Origin; requestId: string; time: number }

function incoming(request: IncomingMessage, head: Head, { kernel, limits }: ExchangeDeps, share: BodyShare): Incoming {
  let read: Promise<Buffer> | undefined
  return {
    request,
    head,
    registry: kernel.registry,
    limits,
    body: (maxBytes) => {
      read ??= readBody(request, maxBytes, limits.bodyMilliseconds, share)
      return read
    },
  }
}

function originOf(request: IncomingMessage): Origin {
  const address = request.socket.remoteAddress
  return {
    ip: address?.startsWith('::ffff:') ? address.slice(7) : address,
    userAgent: request.headers['user-agent'],
    secure: 'encrypted' in request.socket,
  }
}

function httpHead(request: IncomingMessage, head: Head): HttpHead {
  return {
    method: head.method,
    path: head.path,
    query: head.query,
    get headers() {
      const headers: Record<string, string> = {}
      for (const [name, value] of Object.entries(request.headers)) {
        if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(',') : value
      }
      return headers
    },
  }
}
