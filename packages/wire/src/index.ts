/**
 * AWS's protocols from the server's side: awsJson, awsQuery and restXml in both directions, and Signature Version 4.
 * Knows no service: schemas, constraints, regions and keys come as arguments.
 */

export { type BodySummary, type OpenedBody, openBody } from './chunked/body.ts'
export { type BodySpec, readBodySpec } from './chunked/body-spec.ts'
export {
  CHECKSUM_ALGORITHMS,
  type Checksum,
  type ChecksumAlgorithm,
  checksumAlgorithmOf,
  checksumHeader,
  createChecksum,
  isChecksumValue,
} from './chunked/checksum.ts'
export { type ChunkSeed, ChunkSignatures } from './chunked/chunk-signature.ts'
export { AwsChunkedDecoder, type ChunkedOptions } from './chunked/decoder.ts'
export { collectBody } from './collect.ts'
export { asFault, deniedFault, type FaultOptions, type Protocol, ServiceFault, unimplementedFault } from './fault.ts'
export { JSON_BOUNDS, type JsonBounds, readJson } from './json/read.ts'
export { jsonOperation, parseTarget, unknownOperation } from './json/target.ts'
export { type JsonVersion, writeJson, writeJsonFault } from './json/write.ts'
export { invalidAction, queryOperation } from './query/action.ts'
export { QUERY_BOUNDS, type QueryBounds, readParameters } from './query/parameters.ts'
export { readQuery } from './query/read.ts'
export { writeQuery, writeQueryFault } from './query/write.ts'
export { requestId, s3HostId, s3RequestId } from './request-id.ts'
export type { WireResponse } from './response.ts'
export { type PayloadKind, payloadKind, readRest } from './restxml/read.ts'
export { headersOf, queryValues, type RestRequest } from './restxml/request.ts'
export { methodNotAllowed, type RestMatch, routeRest } from './restxml/route.ts'
export { type RestFaultContext, type RestResponseIds, writeRest, writeRestFault } from './restxml/write.ts'
export {
  type ErrorModel,
  type HttpTrait,
  type OperationModel,
  type ServiceModel,
  serviceModel,
} from './schema/service-model.ts'
export {
  type ListShape,
  type MapShape,
  Member,
  type ScalarShape,
  type Shape,
  type StructureShape,
  shapeOf,
} from './schema/shape.ts'
export type { SchemaRef, Traits } from './schema/tuple.ts'
export { EMPTY_SHA256, type Scope, sha256Hex } from './sigv4/canonical.ts'
export { type HeaderValues, headerText, headerValues, single } from './sigv4/headers.ts'
export type { Payload, PayloadMode } from './sigv4/payload.ts'
export { renderSignatureFault } from './sigv4/render.ts'
export {
  presignRequest,
  type SigningContext,
  type SigningCredentials,
  signRequest,
  type UnsignedRequest,
} from './sigv4/sign.ts'
export type { SignatureFault, SignatureFaultKind } from './sigv4/signature-fault.ts'
export { SigningKeyCache } from './sigv4/signing-key.ts'
export { parseRawQuery, type QueryParameter, splitUrl, uriDecode, uriEncode } from './sigv4/uri.ts'
export {
  type AccessKey,
  type KeyLookup,
  type SignatureRules,
  type SignedRequest,
  type Verification,
  type VerifiedSignature,
  verifySignature,
} from './sigv4/verify.ts'
export type { Constraint, ConstraintTable, MemberConstraints } from './validate/constraints.ts'
export { assertValid, type ValidationFault, type ValidationOptions, validateInput } from './validate/validate.ts'
export type { Validated } from './validate/validated.ts'
export { parseXml, XML_BOUNDS, type XmlBounds, type XmlElement, XmlSyntaxError } from './xml/parse.ts'
export { malformedXml } from './xml/read.ts'
