/**
 * AWS's protocols from the server's side: awsJson, awsQuery and restXml in both directions, and Signature Version 4.
 * Knows no service: schemas, constraints, regions and keys come as arguments.
 */
export { asFault, type FaultOptions, type Protocol, ServiceFault } from './fault.ts'
export { JSON_BOUNDS, type JsonBounds, readJson } from './json/read.ts'
export { jsonOperation, parseTarget, unknownOperation } from './json/target.ts'
export { type JsonVersion, writeJson, writeJsonFault } from './json/write.ts'
export { invalidAction, queryOperation } from './query/action.ts'
export { QUERY_BOUNDS, type QueryBounds, readParameters } from './query/parameters.ts'
export { readQuery } from './query/read.ts'
export { writeQuery, writeQueryFault } from './query/write.ts'
export { requestId, s3HostId, s3RequestId } from './request-id.ts'
export type { WireResponse } from './response.ts'
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
export type { Constraint, ConstraintTable, MemberConstraints } from './validate/constraints.ts'
export { assertValid, type ValidationFault, type ValidationOptions, validateInput } from './validate/validate.ts'
