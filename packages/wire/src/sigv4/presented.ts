/**
 * Reads the signature that a request presents, from its Authorization header or its query, without judging it.
 * IAM User Guide, "Elements of an AWS API request signature"; S3 API reference, "Authenticating Requests".
 */
import { ALGORITHM, type Scope } from './canonical.ts'
import { isoBasic, parseRequestTime } from './clock.ts'
import { type HeaderValues, single } from './headers.ts'
import { type SignatureFault, signatureFault } from './signature-fault.ts'
import type { QueryParameter } from './uri.ts'

export interface PresentedSignature {
  readonly mechanism: 'header' | 'query'
  readonly accessKeyId: string
  readonly scope: Scope
  readonly terminator: string
  /** Lower case, sorted, none twice. */
  readonly signedHeaders: readonly string[]
  /** The same, joined by `;`. */
  readonly signedNames: string
  /** 64 lower-case hex digits. */
  readonly signature: string
  readonly sessionToken: string | undefined
  /** `X-Amz-Date` or `Date`, in milliseconds since the epoch. */
  readonly signedAt: number
  /** The same in ISO basic form. */
  readonly amzDate: string
  /** Seconds; only of presigned requests. */
  readonly expires: number | undefined
}

const MAX_AUTHORIZATION = 8192
const HEX_SIGNATURE = /^[0-9a-f]{64}$/
const SIGNATURE_LENGTH = 64
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** The signature, or what is malformed about it. */
export function readPresented(
  headers: HeaderValues,
  query: readonly QueryParameter[],
): PresentedSignature | SignatureFault {
  const authorizations = headers.get('authorization') ?? []
  const inQuery = query.some(({ name }) => name === 'X-Amz-Algorithm' || name === 'X-Amz-Signature')
  const version2 = query.some(({ name }) => name === 'AWSAccessKeyId') && query.some(({ name }) => name === 'Signature')
  const count = authorizations.length + (inQuery ? 1 : 0) + (version2 ? 1 : 0)
  if (count === 0) return signatureFault('missing', 'Request is missing Authentication Token')
  if (count > 1) {
    return signatureFault(
      'multipleMechanisms',
      'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified',
    )
  }
  if (version2) return unsupported()
  return inQuery ? fromQuery(query) : fromHeader(authorizations[0] ?? '', headers)
}

function unsupported(): SignatureFault {
  return signatureFault(
    'unsupportedMechanism',
    'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.',
  )
}

function fromHeader(authorization: string, headers: HeaderValues): PresentedSignature | SignatureFault {
  const malformed = (message: string) => signatureFault('malformedHeader', message)
  const head = authorization.slice(0, -SIGNATURE_LENGTH)
  const tail = authorization.slice(-SIGNATURE_LENGTH)
  const known = HEX_SIGNATURE.test(tail) ? knownHeads.get(head) : undefined
  const signed = known === undefined ? readAuthorization(authorization, malformed) : { signer: known, signature: tail }
  if ('kind' in signed) return signed
  const { signer, signature } = signed
  if (known === undefined && signature === tail && head.endsWith('Signature=')) remember(knownHeads, head, signer)
  const time = single(headers, 'x-amz-date') ?? (headers.has('x-amz-date') ? undefined : single(headers, 'date'))
  if (time === undefined) {
    return malformed("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
  }
  const tokens = headers.get('x-amz-security-token') ?? []
  if (tokens.length > 1) return malformed('The X-Amz-Security-Token header is repeated.')
  return assemble('header', malformed, signer, { signature, sessionToken: tokens[0], time, expires: undefined })
}

/** What stands before the signature is the same in every request that a client signs on one day. */
const knownHeads = new Map<string, Signer>()

function readAuthorization(
  authorization: string,
  malformed: (message: string) => SignatureFault,
): { readonly signer: Signer; readonly signature: string } | SignatureFault {
  if (authorization.length > MAX_AUTHORIZATION) return malformed('The authorization header is too long.')
  const algorithm = /^(\S+)\s+/.exec(authorization)
  if (algorithm?.[1] !== ALGORITHM) return unsupported()
  const fields = authorizationFields(authorization.slice(algorithm[0].length))
  if (!fields) return malformed('The authorization header is malformed; a parameter is repeated or is not name=value.')
  const wanted = ['Credential', 'SignedHeaders', 'Signature'] as const
  const absent = wanted.filter((name) => !fields.get(name))
  if (absent.length > 0) {
    return malformed(absent.map((name) => `Authorization header requires '${name}' parameter.`).join(' '))
  }
  const signer = readSigner(fields.get('Credential') ?? '', fields.get('SignedHeaders') ?? '', malformed)
  return 'kind' in signer ? signer : { signer, signature: fields.get('Signature') ?? '' }
}

/** `Credential=…, SignedHeaders=…, Signature=…`, in any order; undefined when a field is repeated or has no `=`. */
function authorizationFields(text: string): Map<string, string> | undefined {
  const fields = new Map<string, string>()
  for (const part of text.split(',')) {
    const equals = part.indexOf('=')
    const name = part.slice(0, Math.max(equals, 0)).trim()
    if (name === '' || fields.has(name)) return undefined
    fields.set(name, part.slice(equals + 1).trim())
  }
  return fields
}

function fromQuery(query: readonly QueryParameter[]): PresentedSignature | SignatureFault {
  const malformed = (message: string) => signatureFault('malformedQuery', message)
  const fields = new Map<string, string>()
  for (const { name, value } of query) {
    if (!name.startsWith('X-Amz-')) continue
    if (fields.has(name)) return malformed(`The query parameter ${name.slice(0, 64)} is repeated.`)
    fields.set(name, value)
  }
  const wanted = ['X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date']
  if (wanted.some((name) => !fields.get(name))) {
    return malformed(
      'Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.',
    )
  }
  if (fields.get('X-Amz-Algorithm') !== ALGORITHM) return malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256"')
  const expires = readExpires(fields.get('X-Amz-Expires'))
  if (typeof expires === 'string') return malformed(expires)
  const signer = readSigner(fields.get('X-Amz-Credential') ?? '', fields.get('X-Amz-SignedHeaders') ?? '', malformed)
  if ('kind' in signer) return signer
  return assemble('query', malformed, signer, {
    signature: fields.get('X-Amz-Signature') ?? '',
    sessionToken: fields.get('X-Amz-Security-Token'),
    time: fields.get('X-Amz-Date') ?? '',
    expires,
  })
}

const WEEK = 604_800

/** Seconds, or the fault's text. */
function readExpires(text: string | undefined): number | string {
  if (text === undefined || !/^-?\d{1,15}$/.test(text)) return 'X-Amz-Expires should be a number'
  const seconds = Number(text)
  if (seconds < 0) return 'X-Amz-Expires must be non-negative'
  if (seconds > WEEK) {
    return `X-Amz-Expires must be less than a week (in seconds) that is, the given X-Amz-Expires must be less than ${WEEK} seconds`
  }
  return seconds
}

/** Who signed what. */
type Signer = Pick<PresentedSignature, 'accessKeyId' | 'scope' | 'terminator' | 'signedHeaders' | 'signedNames'>

function readSigner(
  credential: string,
  names: string,
  malformed: (message: string) => SignatureFault,
): Signer | SignatureFault {
  const parts = credential.split('/')
  const [accessKeyId, date, region, service, terminator] = parts.slice(-5)
  if (parts.length !== 5 || !accessKeyId || !date || !region || !service || !terminator) {
    return malformed('The Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".')
  }
  const signedHeaders = headerNames(names)
  if (signedHeaders === undefined)
    return malformed('SignedHeaders must be lower-case header names, sorted, each once, separated by ";".')
  return { accessKeyId, scope: { date, region, service }, terminator, signedHeaders, signedNames: names }
}

interface Fields {
  readonly signature: string
  readonly sessionToken: string | undefined
  readonly time: string
  readonly expires: number | undefined
}

function assemble(
  mechanism: 'header' | 'query',
  malformed: (message: string) => SignatureFault,
  { accessKeyId, scope, terminator, signedHeaders, signedNames }: Signer,
  { signature, sessionToken, time, expires }: Fields,
): PresentedSignature | SignatureFault {
  const signedAt = parseRequestTime(time)
  if (signedAt === undefined) return malformed('The date of the request is neither ISO-8601 basic format nor RFC 1123.')
  if (!HEX_SIGNATURE.test(signature)) return malformed('The Signature must be 64 lower-case hexadecimal digits.')
  const amzDate = time.length === ISO_BASIC_LENGTH ? time : isoBasic(signedAt)
  return {
    mechanism,
    accessKeyId,
    scope,
    terminator,
    signedHeaders,
    signedNames,
    signature,
    sessionToken,
    signedAt,
    amzDate,
    expires,
  }
}

/** A time of this length that could be read is in ISO basic form already: an RFC 1123 date is longer. */
const ISO_BASIC_LENGTH = 16

/** A client signs the same headers every time. */
const knownNames = new Map<string, readonly string[]>()
const KNOWN = 1024

function remember<V>(known: Map<string, V>, text: string, value: V): void {
  if (known.size >= KNOWN) known.clear()
  known.set(text, value)
}

function headerNames(text: string): readonly string[] | undefined {
  const known = knownNames.get(text)
  if (known !== undefined) return known
  const names = text.split(';')
  const ordered = names.every((name, i) => HEADER_NAME.test(name) && (i === 0 || (names[i - 1] ?? '') < name))
  if (!ordered) return undefined
  remember(knownNames, text, names)
  return names
}
