/** One signed question to a running server. IAM Toolbox API, GetRequestAuthorizationDetails. */

import { type Explanation, printable } from '@scopedown/engine'
import { Unusable } from '../unusable.ts'
import type { AccessKey } from './credentials.ts'

export interface ServerAddress {
  /** `http://127.0.0.1:4566` */
  readonly endpoint: string
  readonly region: string
}

interface Answer {
  readonly status: number
  readonly fault: string
  readonly body: { readonly message?: unknown; readonly explanation?: unknown }
}

/** What IAM, which is one for all regions, signs for. */
const globalRegion = 'us-east-1'
const milliseconds = 15_000

/** The engine's explanation of a denial that a server keeps; why there is none is told as an `Unusable`. */
export async function explanationOf(
  id: string,
  { endpoint, region }: ServerAddress,
  key: AccessKey,
): Promise<Explanation> {
  let answer = await ask(endpoint, id, key, region)
  // A denial is known in its own region: a regional service's in the server's, IAM's in the global one.
  if (answer.fault === 'ResourceNotFoundException' && region !== globalRegion) {
    answer = await ask(endpoint, id, key, globalRegion)
  }
  const { status, fault, body } = answer
  if (status === 200 && isExplanation(body.explanation)) return body.explanation
  if (status === 200) throw new Unusable(`scopedown: ${printable(endpoint)} answered without an explanation`)
  const reason = typeof body.message === 'string' ? body.message : `status ${status}`
  throw new Unusable(
    `scopedown: cannot explain ${printable(id)}: ${printable([fault, reason].filter(Boolean).join(': '))}`,
  )
}

async function ask(endpoint: string, id: string, key: AccessKey, region: string): Promise<Answer> {
  const { signRequest } = await import('@scopedown/wire')
  const base = endpointUrl(endpoint)
  const rawUrl = `/authorization-details/${encodeURIComponent(id)}`
  const { host: _, ...headers } = signRequest({ method: 'GET', rawUrl, headers: { host: base.host } }, key, {
    region,
    service: 'iam',
    now: Date.now(),
  })
  try {
    const response = await fetch(new URL(rawUrl, base), {
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(milliseconds),
    })
    const body = asObject(await response.text())
    return { status: response.status, fault: response.headers.get('x-amzn-errortype') ?? '', body }
  } catch (error) {
    throw new Unusable(`scopedown: no answer from ${printable(base.origin)}: ${printable(whyUnreachable(error))}`)
  }
}

function endpointUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url
  throw new Unusable(`scopedown: the URL must be of http or https, not \`${printable(text)}\``)
}

function asObject(text: string): Answer['body'] {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** `fetch` says only that it failed; the reason lies beneath. */
function whyUnreachable(error: unknown): string {
  const { name, message, cause } = error as Error
  if (name === 'TimeoutError') return `it took longer than ${milliseconds / 1000} seconds`
  const { code, message: reason } = (cause ?? {}) as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'nothing listens there; is the server running?'
  return reason || code || message
}

/** Enough of its form for the drawing to rely on: what answers at an endpoint may be another program. */
function isExplanation(value: unknown): value is Explanation {
  if (typeof value !== 'object' || value === null) return false
  const { outcome, by, request, layers, stillNeeded, conditionKeys } = value as Partial<Explanation>
  return (
    typeof outcome === 'string' &&
    typeof request === 'object' &&
    typeof conditionKeys === 'object' &&
    [by, layers, stillNeeded, conditionKeys?.missing].every(Array.isArray)
  )
}
