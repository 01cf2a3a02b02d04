/**
 * Signs requests, in the Authorization header or in the query: for internal clients and for tests of the verifier.
 * IAM User Guide, "Create a signed AWS API request"; S3 API reference, "Authenticating Requests: Using Query Parameters".
 */
import { ALGORITHM, canonicalRequest, type Scope, scopeText, sha256Hex, stringToSign } from './canonical.ts'
import { isoBasic } from './clock.ts'
import { headerValues } from './headers.ts'
import { hmacHex } from './hmac.ts'
import { deriveSigningKey } from './signing-key.ts'
import { parseRawQuery, type QueryParameter, splitUrl, uriEncode } from './uri.ts'

export interface SigningCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

export interface SigningContext {
  readonly region: string
  readonly service: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface UnsignedRequest {
  readonly method: string
  /** Path and query, encoded as they will be sent. */
  readonly rawUrl: string
  /** Lower-case names; must hold `host`. All are signed. */
  readonly headers: Readonly<Record<string, string>>
  /** A body to digest, or the payload hash itself (`{ hash: 'UNSIGNED-PAYLOAD' }`). Default: the empty body. */
  readonly body?: string | Uint8Array | { readonly hash: string }
}

/** The request's headers with `x-amz-date`, a session token if any, on S3 the payload hash, and `authorization`. */
export function signRequest(
  request: UnsignedRequest,
  credentials: SigningCredentials,
  context: SigningContext,
): Record<string, string> {
  const payloadHash = hashOf(request.body)
  const headers: Record<string, string> = { ...request.headers, 'x-amz-date': isoBasic(context.now) }
  if (credentials.sessionToken !== undefined) headers['x-amz-security-token'] = credentials.sessionToken
  if (context.service === 's3') headers['x-amz-content-sha256'] ??= payloadHash
  const { path, query } = splitUrl(request.rawUrl)
  const { signedHeaders, signature, scope } = signature4({
    method: request.method,
    path,
    query: decoded(query),
    headers,
    payloadHash,
    credentials,
    context,
  })
  const credential = `${credentials.accessKeyId}/${scopeText(scope)}`
  headers.authorization = `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`
  return headers
}

/** The raw URL with the signature in its query, good for `expires` seconds. The body stays unsigned on S3. */
export function presignRequest(
  request: UnsignedRequest,
  credentials: SigningCredentials,
  context: SigningContext & { readonly expires: number },
): string {
  const { path, query: rawQuery } = splitUrl(request.rawUrl)
  const scope = scopeOf(context)
  const query: QueryParameter[] = [
    ...decoded(rawQuery),
    { name: 'X-Amz-Algorithm', value: ALGORITHM },
    { name: 'X-Amz-Credential', value: `${credentials.accessKeyId}/${scopeText(scope)}` },
    { name: 'X-Amz-Date', value: isoBasic(context.now) },
    { name: 'X-Amz-Expires', value: String(context.expires) },
    { name: 'X-Amz-SignedHeaders', value: Object.keys(request.headers).sort().join(';') },
  ]
  if (credentials.sessionToken !== undefined)
    query.push({ name: 'X-Amz-Security-Token', value: credentials.sessionToken })
  const payloadHash = context.service === 's3' ? 'UNSIGNED-PAYLOAD' : hashOf(request.body)
  const { signature } = signature4({
    method: request.method,
    path,
    query,
    headers: request.headers,
    payloadHash,
    credentials,
    context,
  })
  query.push({ name: 'X-Amz-Signature', value: signature })
  return `${path}?${query.map(({ name, value }) => `${uriEncode(name)}=${uriEncode(value)}`).join('&')}`
}

interface Parts {
  readonly method: string
  readonly path: string
  readonly query: readonly QueryParameter[]
  readonly headers: Readonly<Record<string, string>>
  readonly payloadHash: string
  readonly credentials: SigningCredentials
  readonly context: SigningContext
}

function signature4(parts: Parts): { signedHeaders: string; signature: string; scope: Scope } {
  const { method, path, query, headers, payloadHash, credentials, context } = parts
  const scope = scopeOf(context)
  const signedHeaders = Object.keys(headers).sort()
  const signedNames = signedHeaders.join(';')
  const canonical = canonicalRequest({
    method,
    path,
    query,
    headers: headerValues(Object.entries(headers).flat()),
    signedHeaders,
    signedNames,
    payloadHash,
    pathAsSent: context.service === 's3',
  })
  const key = deriveSigningKey(credentials.secretAccessKey, scope)
  return {
    signedHeaders: signedNames,
    signature: hmacHex(key, stringToSign(isoBasic(context.now), scope, canonical)),
    scope,
  }
}

function scopeOf({ now, region, service }: SigningContext): Scope {
  return { date: isoBasic(now).slice(0, 8), region, service }
}

function decoded(rawQuery: string): QueryParameter[] {
  const query = parseRawQuery(rawQuery)
  if (!query) throw new TypeError('the query to sign is not valid percent-encoded UTF-8')
  return query
}

function hashOf(body: UnsignedRequest['body']): string {
  if (typeof body === 'object' && 'hash' in body) return body.hash
  return sha256Hex(body ?? '')
}
