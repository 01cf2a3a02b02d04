/** What can be wrong with a request's signature, before any protocol gives it a name. */

export type SignatureFaultKind =
  /** No mechanism at all. On S3 that is an anonymous request, which a bucket policy may still allow. */
  | 'missing'
  /** A header and a query signature, or two headers. */
  | 'multipleMechanisms'
  /** Signature Version 2 or another algorithm. */
  | 'unsupportedMechanism'
  | 'malformedHeader'
  | 'malformedQuery'
  /** A header that must be signed is not. */
  | 'unsignedHeader'
  | 'scopeDate'
  | 'scopeRegion'
  | 'scopeService'
  | 'scopeTerminator'
  | 'skew'
  /** A presigned request after its end. */
  | 'presignedExpired'
  | 'missingPayloadHash'
  | 'malformedPayloadHash'
  | 'unknownKey'
  | 'invalidToken'
  | 'signatureMismatch'
  | 'sessionExpired'

export interface SignatureFault {
  readonly kind: SignatureFaultKind
  readonly message: string
  /** Elements that S3 adds to its error document; never a secret, never the expected signature. */
  readonly members: Readonly<Record<string, string>>
}

export function signatureFault(
  kind: SignatureFaultKind,
  message: string,
  members: Readonly<Record<string, string>> = {},
): SignatureFault {
  return { kind, message, members }
}
