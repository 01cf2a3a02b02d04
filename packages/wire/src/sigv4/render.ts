/**
 * Gives a signature fault the code, status and text of the protocol that answers. Services' "Common errors" pages; S3 API
 * reference, "Error responses".
 */
import { type Protocol, ServiceFault } from '../fault.ts'
import type { SignatureFault, SignatureFaultKind } from './signature-fault.ts'

type CodeAndStatus = readonly [code: string, status: number]
type Row = Readonly<Record<Protocol, CodeAndStatus>>

const row = (awsJson: CodeAndStatus, awsQuery: CodeAndStatus, restXml: CodeAndStatus): Row => ({
  awsJson,
  awsQuery,
  restXml,
})

const INCOMPLETE_JSON = ['IncompleteSignatureException', 400] as const
const INCOMPLETE = ['IncompleteSignature', 400] as const
const INVALID_JSON = ['InvalidSignatureException', 400] as const
const MISMATCH = ['SignatureDoesNotMatch', 403] as const
const S3_HEADER = ['AuthorizationHeaderMalformed', 400] as const
const S3_QUERY = ['AuthorizationQueryParametersError', 400] as const

const malformed = (restXml: CodeAndStatus) => row(INCOMPLETE_JSON, INCOMPLETE, restXml)
const scope = row(INVALID_JSON, MISMATCH, S3_HEADER)

const TABLE: Readonly<Record<SignatureFaultKind, Row>> = {
  missing: row(
    ['MissingAuthenticationTokenException', 400],
    ['MissingAuthenticationToken', 403],
    ['AccessDenied', 403],
  ),
  multipleMechanisms: malformed(['InvalidArgument', 400]),
  unsupportedMechanism: malformed(['InvalidRequest', 400]),
  malformedHeader: malformed(S3_HEADER),
  malformedQuery: malformed(S3_QUERY),
  unsignedHeader: row(INVALID_JSON, MISMATCH, ['AccessDenied', 403]),
  scopeDate: scope,
  scopeRegion: scope,
  scopeService: scope,
  scopeTerminator: scope,
  skew: row(INVALID_JSON, MISMATCH, ['RequestTimeTooSkewed', 403]),
  presignedExpired: row(INVALID_JSON, MISMATCH, ['AccessDenied', 403]),
  missingPayloadHash: malformed(['InvalidRequest', 400]),
  malformedPayloadHash: malformed(['InvalidArgument', 400]),
  unknownKey: row(['UnrecognizedClientException', 400], ['InvalidClientTokenId', 403], ['InvalidAccessKeyId', 403]),
  invalidToken: row(['UnrecognizedClientException', 400], ['InvalidClientTokenId', 403], ['InvalidToken', 400]),
  signatureMismatch: row(INVALID_JSON, MISMATCH, MISMATCH),
  sessionExpired: row(['ExpiredTokenException', 400], ['ExpiredToken', 403], ['ExpiredToken', 400]),
}

const S3_MESSAGES: Partial<Readonly<Record<SignatureFaultKind, string>>> = {
  missing: 'Access Denied',
  unknownKey: 'The AWS Access Key Id you provided does not exist in our records.',
  invalidToken: 'The provided token is malformed or otherwise invalid.',
  signatureMismatch:
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  sessionExpired: 'The provided token has expired.',
}

/** The fault to throw; its extra members are S3's alone, for the others have no place for them. */
export function renderSignatureFault(fault: SignatureFault, protocol: Protocol): ServiceFault {
  const [code, status] = TABLE[fault.kind][protocol]
  if (protocol !== 'restXml') {
    const missingOnJson = protocol === 'awsJson' && fault.kind === 'missing'
    return new ServiceFault(code, missingOnJson ? 'Missing Authentication Token' : fault.message, { status })
  }
  const prefix = code === S3_HEADER[0] ? 'The authorization header is malformed; ' : ''
  const message = S3_MESSAGES[fault.kind] ?? prefix + fault.message
  return new ServiceFault(code, message, { status, members: fault.members })
}
