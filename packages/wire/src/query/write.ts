/**
 * Writes awsQuery responses and faults. The envelope is a schema around the output's, so no XML is concatenated.
 * Smithy, "AWS query protocol", "Response serialization" and "Operation error serialization".
 */
import { XmlShapeSerializer } from '@aws-sdk/core/protocols'
import { asFault } from '../fault.ts'
import { prepareOutput } from '../output.ts'
import { type WireResponse, wireResponse } from '../response.ts'
import type { ErrorModel, OperationModel, ServiceModel } from '../schema/service-model.ts'
import { type SchemaRef, structureSchema } from '../schema/tuple.ts'
import { contentWriter, element, escaped } from '../xml/write.ts'

const METADATA = structureSchema('ResponseMetadata', [['RequestId', 0]])

function encode(schema: SchemaRef, value: unknown, xmlNamespace: string): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: false,
    xmlNamespace,
    serviceNamespace: 'scopedown',
  })
  serializer.write(schema, prepareOutput(value, true))
  return String(serializer.flush())
}

/** The 200 answer; `xmlNamespace` is e.g. `https://iam.amazonaws.com/doc/2010-05-08/`. */
export function writeQuery(
  operation: OperationModel,
  output: unknown,
  requestId: string,
  xmlNamespace: string,
): WireResponse {
  const body = compiledAnswer(operation, output, requestId, xmlNamespace)
  if (body !== undefined) {
    // Written out, for spreading headers costs more than the rest of an answer.
    const headers = {
      'content-type': contentType,
      'x-amzn-requestid': requestId,
      'content-length': String(Buffer.byteLength(body)),
    }
    return { status: 200, headers, body }
  }
  const value = { [`${operation.name}Result`]: output ?? {}, ResponseMetadata: { RequestId: requestId } }
  return wireResponse(200, headersFor(requestId), encode(responseSchema(operation), value, xmlNamespace))
}

/** The same bytes five times as fast; undefined where the output has something that the compiled writer leaves to the SDK. */
function compiledAnswer(
  operation: OperationModel,
  output: unknown,
  requestId: string,
  xmlNamespace: string,
): string | undefined {
  const { opening, result, write, closing } = frameOf(operation, xmlNamespace)
  if (write === undefined) return undefined
  const content = result === '' ? '' : element(result, write(output ?? {}))
  return `${opening}${content}<ResponseMetadata><RequestId>${escaped(requestId)}${closing}`
}

/** What is the same in every answer of an operation. */
interface Frame {
  readonly xmlNamespace: string
  readonly opening: string
  /** The element of the output; empty where there is none. */
  readonly result: string
  readonly write: ReturnType<typeof contentWriter>
  readonly closing: string
}

const frames = new WeakMap<OperationModel, Frame>()

function frameOf(operation: OperationModel, xmlNamespace: string): Frame {
  const known = frames.get(operation)
  if (known?.xmlNamespace === xmlNamespace) return known
  const { name, output, outputSchema } = operation
  const frame = {
    xmlNamespace,
    opening: `<${name}Response xmlns="${escaped(xmlNamespace)}">`,
    result: outputSchema === undefined ? '' : `${name}Result`,
    write: contentWriter(output, output.members.values()),
    closing: `</RequestId></ResponseMetadata></${name}Response>`,
  }
  frames.set(operation, frame)
  return frame
}

/** Any thrown value as an ErrorResponse; code and status from the model's `awsQueryError`. */
export function writeQueryFault(
  thrown: unknown,
  requestId: string,
  xmlNamespace: string,
  model?: ServiceModel,
): WireResponse {
  const fault = asFault(thrown, 'awsQuery')
  const error = model?.errors.get(fault.code)
  const status = fault.status ?? error?.queryStatus ?? 400
  const value = {
    Error: {
      ...fault.members,
      Type: status < 500 ? 'Sender' : 'Receiver',
      Code: error?.queryCode ?? fault.code,
      Message: fault.message,
    },
    RequestId: requestId,
  }
  const body = encode(faultSchema(error), value, xmlNamespace)
  return wireResponse(status, { ...headersFor(requestId), ...fault.headers }, body)
}

const contentType = 'text/xml'

function headersFor(requestId: string): Record<string, string> {
  return { 'content-type': contentType, 'x-amzn-requestid': requestId }
}

const responseSchemas = new WeakMap<OperationModel, SchemaRef>()

function responseSchema(operation: OperationModel): SchemaRef {
  const known = responseSchemas.get(operation)
  if (known) return known
  const { name, output } = operation
  // An output that is modelled without members still has its element: the Go SDK, Terraform's, insists on it.
  const empty = operation.outputSchema === undefined
  const schema = structureSchema(`${name}Response`, [
    ...(empty ? [] : ([[`${name}Result`, output.schema]] as const)),
    ['ResponseMetadata', METADATA],
  ])
  responseSchemas.set(operation, schema)
  return schema
}

const faultSchemas = new WeakMap<ErrorModel, SchemaRef>()
const bareFault = schemaOf([])

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
  const error = structureSchema('Error', [['Type', 0], ['Code', 0], ['Message', 0], ...members])
  return structureSchema('ErrorResponse', [
    ['Error', error],
    ['RequestId', 0],
  ])
}
