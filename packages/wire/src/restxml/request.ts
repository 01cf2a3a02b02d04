/** A restXml request as routing and binding see it. The caller has already told the bucket from the path. */
import { type HeaderValues, headerText } from '../sigv4/headers.ts'
import type { QueryParameter } from '../sigv4/uri.ts'

export interface RestRequest {
  readonly method: string
  /** Labels that stand outside the templates, decoded: S3's `Bucket`, from host or path. */
  readonly labels: Readonly<Record<string, string>>
  /** The raw path behind those labels, with its leading slash: `/` or `/a%20key`. */
  readonly path: string
  /** Decoded, in the order sent. */
  readonly query: readonly QueryParameter[]
  readonly headers: HeaderValues
}

/**
 * A header's values. Presigners move `x-amz-*` headers into the query, where the signature covers them as well; S3 reads
 * them there ("Authenticating Requests: Using Query Parameters").
 */
export function headersOf(request: RestRequest, name: string): readonly string[] {
  const lower = name.toLowerCase()
  const sent = request.headers.get(lower)
  if (sent) return sent.map(headerText)
  if (!lower.startsWith('x-amz-')) return []
  return request.query.filter((parameter) => parameter.name.toLowerCase() === lower).map(({ value }) => value)
}

/** All headers with a prefix, by the rest of their lower-case name. */
export function prefixedHeaders(request: RestRequest, prefix: string): Map<string, readonly string[]> {
  const lower = prefix.toLowerCase()
  const found = new Map<string, readonly string[]>()
  const names = [...request.headers.keys(), ...request.query.map(({ name }) => name.toLowerCase())]
  for (const name of names) {
    if (name.startsWith(lower)) {
      const values = headersOf(request, name)
      if (values.length > 0) found.set(name.slice(lower.length), values)
    }
  }
  return found
}

export function queryValues(request: RestRequest, name: string): readonly string[] {
  return request.query.filter((parameter) => parameter.name === name).map(({ value }) => value)
}
