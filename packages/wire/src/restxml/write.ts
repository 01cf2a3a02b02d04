/**
 * Writes restXml responses and S3's error document. Smithy, "AWS restXml protocol"; S3 API reference, "Error responses".
 */
import { XmlShapeSerializer } from '@aws-sdk/core/protocols'
import { XmlNode } from '@aws-sdk/xml-builder'
import { asFault, ServiceFault } from '../fault.ts'
import { prepareOutput, wholeSeconds } from '../output.ts'
import { type WireResponse, wireResponse } from '../response.ts'
import type { OperationModel, ServiceModel } from '../schema/service-model.ts'
import type { Member, StructureShape } from '../schema/shape.ts'
import { type SchemaRef, structureSchema } from '../schema/tuple.ts'
import { splitUrl } from '../sigv4/uri.ts'
import { xmlNameOf } from '../xml/read.ts'
import { contentWriter, escaped as escapeAttribute } from '../xml/write.ts'
import { isBodyMember } from './read.ts'

export interface RestResponseIds {
  /** For `x-amz-request-id`. */
  readonly requestId: string
  /** For `x-amz-id-2`. */
  readonly hostId: string
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'

function encode(schema: SchemaRef, value: unknown, xmlNamespace = ''): string {
  const serializer = new XmlShapeSerializer({
    timestampFormat: { useTrait: true, default: 5 },
    httpBindings: true,
    serviceNamespace: 'scopedown',
    xmlNamespace,
  })
  serializer.write(schema, prepareOutput(value, true))
  return DECLARATION + String(serializer.flush())
}

/**
 * The answer to an operation. `status` overrides the model's (206 for a range). A stream member is passed through; its
 * length stands in the output's own Content-Length member.
 */
export function writeRest(
  operation: OperationModel,
  output: unknown,
  ids: RestResponseIds,
  xmlNamespace: string,
  status = operation.http?.status ?? 200,
): WireResponse {
  const values = (output ?? {}) as Readonly<Record<string, unknown>>
  const headers = idHeaders(ids)
  for (const member of operation.output.members.values()) bindHeaders(member, values[member.name], headers)
  if (operation.http?.method === 'HEAD') return { status, headers, body: undefined }
  const body = bodyOf(operation, values, headers, xmlNamespace)
  return wireResponse(status, headers, body ?? '')
}

function idHeaders({ requestId, hostId }: RestResponseIds): Record<string, string> {
  return { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId }
}

function bindHeaders(member: Member, value: unknown, headers: Record<string, string>): void {
  if (value === undefined || value === null) return
  const { httpHeader, httpPrefixHeaders } = member.traits
  if (typeof httpHeader === 'string') headers[httpHeader.toLowerCase()] = headerValue(member, value)
  else if (typeof httpPrefixHeaders === 'string') {
    for (const [name, item] of Object.entries(value)) {
      if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) throw invalidHeader()
      headers[httpPrefixHeaders.toLowerCase() + name.toLowerCase()] = safe(String(item))
    }
  }
}

function headerValue(member: Member, value: unknown): string {
  if (value instanceof Date) {
    const date = wholeSeconds(value)
    const { shape } = member
    const iso = shape.kind === 'timestamp' && shape.timestampFormat === 'dateTime'
    return iso ? date.toISOString().replace('.000Z', 'Z') : date.toUTCString()
  }
  return safe(Array.isArray(value) ? value.join(', ') : String(value))
}

/** Text goes out as the bytes of its UTF-8, which node writes from Latin-1; a line break would be another header. */
function safe(text: string): string {
  if (/[^\t\P{Cc}]/u.test(text)) throw invalidHeader()
  return /[^\t -~]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}

function invalidHeader(): ServiceFault {
  return new ServiceFault('InvalidArgument', 'A value can not be sent in a response header.', { status: 400 })
}

function bodyOf(
  operation: OperationModel,
  values: Readonly<Record<string, unknown>>,
  headers: Record<string, string>,
  xmlNamespace: string,
): WireResponse['body'] {
  const members = [...operation.output.members.values()]
  const payload = members.find(({ traits }) => traits.httpPayload)
  if (payload) return payloadOf(payload, values[payload.name], headers, xmlNamespace)
  const inBody = members.filter(isBodyMember)
  if (inBody.length === 0) return undefined
  headers['content-type'] = 'application/xml'
  const rootName = xmlNameOf(operation.output.traits, operation.output.name)
  return (
    unwrapped(inBody, rootName, values, xmlNamespace) ??
    documentOf(operation.output, rootName, inBody, values, xmlNamespace)
  )
}

function payloadOf(
  payload: Member,
  value: unknown,
  headers: Record<string, string>,
  xmlNamespace: string,
): WireResponse['body'] {
  if (value === undefined || value === null) return undefined
  const { shape } = payload
  if (shape.kind !== 'structure') return value as WireResponse['body']
  headers['content-type'] = 'application/xml'
  const rootName = xmlNameOf(payload.traits, shape.name)
  return documentOf(shape, rootName, [...shape.members.values()], value, xmlNamespace)
}

function documentOf(
  shape: StructureShape,
  rootName: string,
  members: readonly Member[],
  value: unknown,
  xmlNamespace: string,
): string {
  const content = contentWriter(shape, members)
  if (content === undefined) return encode(documentSchema(shape, rootName, members), value, xmlNamespace)
  const inside = content(value)
  const open = xmlNamespace === '' ? rootName : `${rootName} xmlns="${escapeAttribute(xmlNamespace)}"`
  return inside === '' ? `${DECLARATION}<${open}/>` : `${DECLARATION}<${open}>${inside}</${rootName}>`
}

const documentSchemas = new WeakMap<StructureShape, SchemaRef>()

function documentSchema(shape: StructureShape, rootName: string, members: readonly Member[]): SchemaRef {
  const known = documentSchemas.get(shape)
  if (known) return known
  const schema = structureSchema(
    rootName,
    members.map(({ name, schema }) => [name, schema] as const),
  )
  documentSchemas.set(shape, schema)
  return schema
}

/** GetBucketLocation answers its one scalar as the root's own text (Smithy, `s3UnwrappedXmlOutput`). */
function unwrapped(
  members: readonly Member[],
  rootName: string,
  values: Readonly<Record<string, unknown>>,
  xmlNamespace: string,
): string | undefined {
  const [only] = members
  if (members.length !== 1 || only?.name !== rootName || only.shape.kind !== 'string') return undefined
  const text = values[rootName]
  const node =
    text === undefined || text === null
      ? new XmlNode(rootName)
      : XmlNode.of(rootName, String(prepareOutput(text, true)))
  return DECLARATION + node.addAttribute('xmlns', xmlNamespace).toString()
}

export interface RestFaultContext {
  readonly method: string
  /** The URL of the request, for `<Resource>`; its query is left out, for it may hold a signature and a token. */
  readonly resource?: string
}

/** Any thrown value as S3's error document; a HEAD request gets the status alone. */
export function writeRestFault(
  thrown: unknown,
  ids: RestResponseIds,
  context: RestFaultContext,
  model?: ServiceModel,
): WireResponse {
  const fault = asFault(thrown, 'restXml')
  const status = fault.status ?? model?.errors.get(fault.code)?.httpStatus ?? 400
  const headers = { ...idHeaders(ids), ...fault.headers }
  const bodiless = context.method === 'HEAD' || status === 304
  if (bodiless) return { status, headers, body: undefined }
  const value: Record<string, string> = { Code: fault.code, Message: fault.message }
  for (const [name, member] of Object.entries(fault.members)) value[name] = String(member)
  if (context.resource !== undefined) value.Resource ??= splitUrl(context.resource).path
  value.RequestId = ids.requestId
  value.HostId = ids.hostId
  const schema = structureSchema(
    'Error',
    Object.keys(value).map((name) => [name, 0] as const),
  )
  return wireResponse(status, { ...headers, 'content-type': 'application/xml' }, encode(schema, value))
}
