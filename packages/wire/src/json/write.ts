/** Writes awsJson 1.0/1.1 responses and faults with the SDK's own codec. Smithy, "AWS JSON 1.1 protocol", "Errors". */
import { JsonCodec2 } from '@aws-sdk/core/protocols'
import { asFault } from '../fault.ts'
import { prepareOutput } from '../output.ts'
import { type WireResponse, wireResponse } from '../response.ts'
import type { ErrorModel, OperationModel, ServiceModel } from '../schema/service-model.ts'
import { type SchemaRef, structureSchema } from '../schema/tuple.ts'

export type JsonVersion = '1.0' | '1.1'

const codec = new JsonCodec2({ timestampFormat: { useTrait: true, default: 7 }, jsonName: false })

function encode(schema: SchemaRef, value: unknown): Uint8Array {
  const serializer = codec.createSerializer()
  serializer.write(schema, prepareOutput(value, false))
  return serializer.flush()
}

/** The 200 answer to an operation. */
export function writeJson(
  operation: OperationModel,
  output: unknown,
  requestId: string,
  version: JsonVersion = '1.1',
): WireResponse {
  const body = operation.outputSchema === undefined ? '{}' : encode(operation.outputSchema, output ?? {})
  return wireResponse(200, headersFor(requestId, version), body)
}

/** Any thrown value as `{"__type", "Message", …modelled members}`. */
export function writeJsonFault(
  thrown: unknown,
  requestId: string,
  model?: ServiceModel,
  version: JsonVersion = '1.1',
): WireResponse {
  const fault = asFault(thrown, 'awsJson')
  const error = model?.errors.get(fault.code)
  const body = encode(faultSchema(error), { ...fault.members, __type: fault.code, Message: fault.message })
  const status = fault.status ?? error?.httpStatus ?? 400
  return wireResponse(status, { ...headersFor(requestId, version), ...fault.headers }, body)
}

function headersFor(requestId: string, version: JsonVersion): Record<string, string> {
  return { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': requestId }
}

const faultSchemas = new WeakMap<ErrorModel, SchemaRef>()
const bareFault = schemaOf([])

/** The error's own members, save its message in whichever case the model has it, behind `__type` and `Message`. */
function faultSchema(error: ErrorModel | undefined): SchemaRef {
  if (!error) return bareFault
  const known = faultSchemas.get(error)
  if (known) return known
  const members = [...error.shape.members.values()].filter(({ name }) => name.toLowerCase() !== 'message')
  const schema = schemaOf(members.map(({ name, schema }) => [name, schema] as const))
  faultSchemas.set(error, schema)
  return schema
}

function schemaOf(members: readonly (readonly [string, SchemaRef])[]): SchemaRef {
  return structureSchema('Fault', [['__type', 0], ['Message', 0], ...members])
}
