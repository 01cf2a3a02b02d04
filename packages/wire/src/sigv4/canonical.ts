/**
 * The canonical request and the string to sign. IAM User Guide, "Create a signed AWS API request", steps 1 to 3; S3's
 * exceptions (path encoded once and never normalized) from the S3 API reference, "Signature Calculations".
 */
import { hash } from 'node:crypto'
import { type HeaderValues, headerText } from './headers.ts'
import { type QueryParameter, uriEncode } from './uri.ts'

export const ALGORITHM = 'AWS4-HMAC-SHA256'
export const TERMINATOR = 'aws4_request'
export const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

export interface CanonicalParts {
  readonly method: string
  /** As sent, e.g. `/a%20b`. */
  readonly path: string
  readonly query: readonly QueryParameter[]
  readonly headers: HeaderValues
  /** Lower case, sorted. */
  readonly signedHeaders: readonly string[]
  /** The same, joined by `;`. */
  readonly signedNames: string
  readonly payloadHash: string
  /** S3 takes the path as it was sent; every other service normalizes it and encodes it once more. */
  readonly pathAsSent: boolean
}

export function canonicalRequest(parts: CanonicalParts): string {
  const { method, path, query, headers, signedHeaders, signedNames, payloadHash, pathAsSent } = parts
  let text = `${method}\n${pathAsSent ? path || '/' : canonicalPath(path)}\n${canonicalQuery(query)}\n`
  for (const name of signedHeaders) text += `${name}:${canonicalHeader(headers.get(name) ?? [])}\n`
  return `${text}\n${signedNames}\n${payloadHash}`
}

/** Dots and double slashes resolved by RFC 3986, section 5.2.4, then every segment encoded. */
function canonicalPath(path: string): string {
  if (path === '/' || path === '') return '/'
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(uriEncode(segment))
  }
  const slash = segments.length > 0 && /\/\.{0,2}$/.test(path) ? '/' : ''
  return `/${segments.join('/')}${slash}`
}

function canonicalQuery(query: readonly QueryParameter[]): string {
  if (query.length === 0) return ''
  return query
    .filter(({ name }) => name !== 'X-Amz-Signature')
    .map(({ name, value }) => [uriEncode(name), uriEncode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Visible ASCII with single spaces inside: it stands as it was sent. */
const settled = /^(?:[!-~]+(?: [!-~]+)*)?$/

function canonicalHeader(values: readonly string[]): string {
  const [only = ''] = values
  if (values.length === 1 && settled.test(only)) return only
  return values.map((value) => headerText(value).trim().replace(/\s+/g, ' ')).join(',')
}

export interface Scope {
  /** `20260102`. */
  readonly date: string
  readonly region: string
  readonly service: string
}

export function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/${TERMINATOR}`
}

/** `amzDate` is ISO basic time: `20260102T030405Z`. */
export function stringToSign(amzDate: string, scope: Scope, canonical: string): string {
  return `${ALGORITHM}\n${amzDate}\n${scopeText(scope)}\n${sha256Hex(canonical)}`
}

export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex')
}
