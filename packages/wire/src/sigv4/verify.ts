/**
 * Verifies a Signature Version 4 request. Pure but for the key lookup: time, body hash and headers come as arguments, and
 * what is wrong comes back as a value. Order of the checks: ours, from what the request says to what only we know.
 * IAM User Guide, "Create a signed AWS API request" and "Troubleshoot Signature Version 4 signing".
 */
import { hash, timingSafeEqual } from 'node:crypto'
import { canonicalRequest, EMPTY_SHA256, type Scope, stringToSign } from './canonical.ts'
import { type HeaderValues, headerValues, single } from './headers.ts'
import { hmacHex } from './hmac.ts'
import { type Payload, readPayload } from './payload.ts'
import { type PresentedSignature, readPresented } from './presented.ts'
import { checkScope, checkSignedHeaders, checkTime } from './rules.ts'
import { type SignatureFault, signatureFault } from './signature-fault.ts'
import { SigningKeyCache } from './signing-key.ts'
import { parseRawQuery, type QueryParameter, splitUrl } from './uri.ts'

/** What protocol and service demand of a signature. */
export interface SignatureRules {
  /** The credential scope's service, e.g. `glue`, `iam`, `s3`. */
  readonly service: string
  /** Regions that the scope may name; IAM's is `us-east-1`. */
  readonly regions: readonly string[]
  readonly protocol: 'awsJson' | 'awsQuery' | 'restXml'
}

export interface SignedRequest {
  readonly method: string
  /** Path and query as they stood in the request line. */
  readonly rawUrl: string
  /** node:http's flat `rawHeaders`. */
  readonly rawHeaders: readonly string[]
  /** SHA-256 of the body in lower-case hex. Not used on restXml, where the request states it and the reader checks it. */
  readonly bodyHash?: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

export interface AccessKey {
  readonly secretAccessKey: string
  /** Present exactly on temporary keys: the token that must come with them. */
  readonly sessionToken?: string
  /** Milliseconds since the epoch; only of temporary keys. */
  readonly expiresAt?: number
}

/** Undefined for a key that does not exist or is not active: a caller must not learn which. */
export type KeyLookup<K extends AccessKey> = (
  accessKeyId: string,
  sessionToken: string | undefined,
) => K | undefined | Promise<K | undefined>

export interface VerifiedSignature<K extends AccessKey> {
  readonly key: K
  readonly accessKeyId: string
  readonly mechanism: 'header' | 'query'
  readonly scope: Scope
  /** The request's own time, ISO basic; chunk signatures repeat it. */
  readonly amzDate: string
  /** Milliseconds since the epoch. */
  readonly signedAt: number
  readonly signature: string
  readonly signedHeaders: readonly string[]
  /** For the signatures of chunks; as secret as a password for a day. */
  readonly signingKey: Uint8Array
  readonly payload: Payload
}

export type Verification<K extends AccessKey> =
  | { readonly ok: true; readonly verified: VerifiedSignature<K> }
  | { readonly ok: false; readonly fault: SignatureFault }

const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'
const INVALID_TOKEN = 'The security token included in the request is invalid.'

/** An unknown key is worked through with this secret, so that its answer takes as long as a wrong signature's. */
const NOBODY = { id: '(unknown)', secret: 'no secret access key is this long or holds spaces' }

/** Without a promise where the key's lookup has none: a server knows most of its callers already. */
export function verifySignature<K extends AccessKey>(
  request: SignedRequest,
  rules: SignatureRules,
  lookup: KeyLookup<K>,
  cache: SigningKeyCache = sharedCache,
): Verification<K> | Promise<Verification<K>> {
  const headers = headerValues(request.rawHeaders)
  const { path, query: rawQuery } = splitUrl(request.rawUrl)
  const query = parseRawQuery(rawQuery)
  if (!query) return failed(signatureFault('malformedQuery', 'The query string is not valid percent-encoded UTF-8.'))
  const presented = readPresented(headers, query)
  if ('kind' in presented) return failed(presented)

  const fault =
    checkSignedHeaders(presented, headers, rules) ??
    checkScope(presented, rules) ??
    checkTime(presented, request.now, rules.protocol === 'restXml')
  if (fault) return failed(fault)
  const payload = payloadOf(request, presented, headers, query, rules)
  if ('kind' in payload) return failed(payload)

  const read: ReadRequest = { request, path, query, headers, presented, payload, s3: rules.protocol === 'restXml' }
  const found = lookup(presented.accessKeyId, presented.sessionToken)
  return found instanceof Promise ? found.then((key) => verifyWith(key, read, cache)) : verifyWith(found, read, cache)
}

/** What is left once the key is looked up. */
interface ReadRequest {
  readonly request: SignedRequest
  readonly path: string
  readonly query: readonly QueryParameter[]
  readonly headers: HeaderValues
  readonly presented: PresentedSignature
  readonly payload: Payload
  readonly s3: boolean
}

function verifyWith<K extends AccessKey>(
  found: K | undefined,
  { request, path, query, headers, presented, payload, s3 }: ReadRequest,
  cache: SigningKeyCache,
): Verification<K> {
  const canonical = canonicalRequest({
    method: request.method,
    path,
    query,
    headers,
    signedHeaders: presented.signedHeaders,
    signedNames: presented.signedNames,
    payloadHash: payload.hash,
    pathAsSent: s3,
  })
  const toSign = stringToSign(presented.amzDate, presented.scope, canonical)
  const signingKey = cache.get(
    found ? presented.accessKeyId : NOBODY.id,
    found ? found.secretAccessKey : NOBODY.secret,
    presented.scope,
  )
  const matches = equalHex(hmacHex(signingKey, toSign), presented.signature)
  const tokenMatches = equalText(found?.sessionToken ?? '', presented.sessionToken ?? '')

  if (!found) return failed(signatureFault('unknownKey', INVALID_TOKEN, { AWSAccessKeyId: presented.accessKeyId }))
  if (!tokenMatches) return failed(signatureFault('invalidToken', INVALID_TOKEN))
  if (!matches) return failed(signatureFault('signatureMismatch', MISMATCH, evidence(presented, toSign, canonical)))
  if (found.expiresAt !== undefined && found.expiresAt <= request.now) {
    return failed(signatureFault('sessionExpired', 'The security token included in the request is expired'))
  }
  const { accessKeyId, mechanism, scope, amzDate, signedAt, signature, signedHeaders } = presented
  return {
    ok: true,
    verified: {
      key: found,
      accessKeyId,
      mechanism,
      scope,
      amzDate,
      signedAt,
      signature,
      signedHeaders,
      signingKey,
      payload,
    },
  }
}

const sharedCache = new SigningKeyCache()

function failed(fault: SignatureFault): { readonly ok: false; readonly fault: SignatureFault } {
  return { ok: false, fault }
}

/** What S3 shows of a mismatch: how we read the request, never the signature we expected. */
function evidence(presented: PresentedSignature, toSign: string, canonical: string): Record<string, string> {
  return {
    AWSAccessKeyId: presented.accessKeyId,
    StringToSign: toSign,
    SignatureProvided: presented.signature,
    CanonicalRequest: canonical,
  }
}

function payloadOf(
  request: SignedRequest,
  presented: PresentedSignature,
  headers: HeaderValues,
  query: readonly QueryParameter[],
  rules: SignatureRules,
): Payload | SignatureFault {
  if (rules.protocol !== 'restXml') return { mode: 'digest', hash: request.bodyHash ?? EMPTY_SHA256 }
  // Presigners hoist headers into the query, this one among them.
  const hoisted = presented.mechanism === 'query' && !headers.has('x-amz-content-sha256')
  const stated = hoisted
    ? query.find(({ name }) => name.toLowerCase() === 'x-amz-content-sha256')?.value
    : single(headers, 'x-amz-content-sha256')
  if (stated === undefined) {
    if (hoisted) return { mode: 'unsigned', hash: 'UNSIGNED-PAYLOAD' }
    return signatureFault('missingPayloadHash', 'Missing required header for this request: x-amz-content-sha256')
  }
  return (
    readPayload(stated) ??
    signatureFault(
      'malformedPayloadHash',
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    )
  )
}

const SIGNATURE_LENGTH = 64
const expectedBytes = Buffer.alloc(SIGNATURE_LENGTH)
const presentedBytes = Buffer.alloc(SIGNATURE_LENGTH)

/** Both are hex by now; buffers of our own, for two new ones cost more than the comparison. */
function equalHex(expected: string, presented: string): boolean {
  if (expected.length !== SIGNATURE_LENGTH || presented.length !== SIGNATURE_LENGTH) return false
  expectedBytes.write(expected, 'latin1')
  presentedBytes.write(presented, 'latin1')
  return timingSafeEqual(expectedBytes, presentedBytes)
}

/** Tokens differ in length; their digests do not. */
function equalText(a: string, b: string): boolean {
  if (a === '' && b === '') return true
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}
