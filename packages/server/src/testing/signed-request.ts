/** A raw signed request, for what no SDK client can send: other protocols' operations, and requests that are wrong. */

import { signRequest } from '@scopedown/wire'
import type { Keys } from './test-server.ts'

export interface RawRequest {
  readonly method?: string
  /** Path and query. */
  readonly path?: string
  readonly service: string
  readonly region?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface RawResponse {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export async function sendSigned(url: string, keys: Keys, request: RawRequest): Promise<RawResponse> {
  const { method = 'POST', path = '/', service, region = 'us-east-1', body } = request
  const headers = signRequest(
    {
      method,
      rawUrl: path,
      headers: { host: new URL(url).host, ...request.headers },
      ...(body === undefined ? {} : { body }),
    },
    keys,
    { region, service, now: Date.now() },
  )
  const { host: _, ...sent } = headers
  const response = await fetch(`${url}${path}`, { method, headers: sent, ...(body === undefined ? {} : { body }) })
  return { status: response.status, headers: response.headers, text: await response.text() }
}
