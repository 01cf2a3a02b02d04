/**
 * Binds a restXml request to its operation's input: labels, query, headers, prefix headers and payload.
 * Smithy, "HTTP binding traits"; wrong values are S3's `InvalidArgument`.
 */
import { ServiceFault } from '../fault.ts'
import { readBoolean, readNumber, readTimestamp } from '../scalar.ts'
import type { OperationModel } from '../schema/service-model.ts'
import type { Member, ScalarShape, Shape } from '../schema/shape.ts'
import type { XmlBounds } from '../xml/parse.ts'
import { malformedXml, readXml, xmlNameOf } from '../xml/read.ts'
import { headersOf, prefixedHeaders, queryValues, type RestRequest } from './request.ts'
import type { RestMatch } from './route.ts'

/**
 * How an operation wants its body: `stream` is handed over as it comes, `text` and `xml` are collected first, `none` is
 * not read.
 */
export type PayloadKind = 'stream' | 'text' | 'xml' | 'none'

export function payloadKind(operation: OperationModel): PayloadKind {
  const payload = payloadMember(operation)
  if (!payload) return bodyMembers(operation).length > 0 ? 'xml' : 'none'
  const { kind } = payload.shape
  if (kind === 'structure') return 'xml'
  return kind === 'string' ? 'text' : 'stream'
}

/** The body as `payloadKind` wants it: collected bytes, or whatever stream the caller has. */
export function readRest(
  match: RestMatch,
  request: RestRequest,
  body: unknown,
  bounds?: XmlBounds,
): Record<string, unknown> {
  const { operation, labels } = match
  const input: Record<string, unknown> = Object.create(null)
  for (const member of operation.input.members.values()) {
    const value = bound(member, request, labels)
    if (value !== undefined) input[member.name] = value
  }
  readBody(operation, body, input, bounds)
  return input
}

function bound(member: Member, request: RestRequest, labels: Readonly<Record<string, string>>): unknown {
  const { traits, name } = member
  if (traits.httpLabel) return Object.hasOwn(labels, name) ? labels[name] : undefined
  if (typeof traits.httpQuery === 'string')
    return fromTexts(member, queryValues(request, traits.httpQuery), traits.httpQuery, 'dateTime')
  if (typeof traits.httpHeader === 'string')
    return fromTexts(member, headersOf(request, traits.httpHeader), traits.httpHeader, 'httpDate')
  if (typeof traits.httpPrefixHeaders === 'string') return prefixed(request, traits.httpPrefixHeaders)
  return undefined
}

function prefixed(request: RestRequest, prefix: string): Record<string, string> | undefined {
  const found = prefixedHeaders(request, prefix)
  if (found.size === 0) return undefined
  const output: Record<string, string> = Object.create(null)
  for (const [name, values] of found) output[name] = values.map((value) => value.trim()).join(',')
  return output
}

function fromTexts(
  member: Member,
  texts: readonly string[],
  wireName: string,
  timestamps: 'dateTime' | 'httpDate',
): unknown {
  if (texts.length === 0) return undefined
  const { shape } = member
  if (shape.kind === 'list') {
    const items = texts.flatMap((text) => text.split(',')).map((text) => text.trim())
    return items.map((item) => scalarOf(shape.member.shape, item, wireName, timestamps))
  }
  const [text = ''] = texts
  if (texts.length > 1) throw invalidArgument(wireName, 'is given more than once')
  return scalarOf(shape, timestamps === 'httpDate' ? text.trim() : text, wireName, timestamps)
}

function scalarOf(shape: Shape, text: string, wireName: string, timestamps: 'dateTime' | 'httpDate'): unknown {
  const value = scalar(shape as ScalarShape, text, timestamps)
  if (value !== undefined) return value
  // RFC 9110, section 13.1: a recipient must ignore a date condition that is not a valid HTTP date.
  if (shape.kind === 'timestamp' && /(^|-)if-/i.test(wireName)) return undefined
  throw invalidArgument(wireName, `can not be read as a ${shape.kind}`)
}

function scalar(shape: ScalarShape, text: string, timestamps: 'dateTime' | 'httpDate'): unknown {
  switch (shape.kind) {
    case 'string':
      return text
    case 'number':
      return readNumber(text)
    case 'boolean':
      return readBoolean(text)
    case 'timestamp':
      return readTimestamp(text, shape.timestampFormat ?? timestamps)
    default:
      return undefined
  }
}

function readBody(operation: OperationModel, body: unknown, input: Record<string, unknown>, bounds?: XmlBounds): void {
  const payload = payloadMember(operation)
  const kind = payloadKind(operation)
  if (kind === 'none') return
  if (kind === 'stream') {
    if (payload && body !== undefined) input[payload.name] = body
    return
  }
  const bytes = body instanceof Uint8Array ? body : new Uint8Array()
  if (bytes.byteLength === 0) return
  if (kind === 'text') {
    if (payload) input[payload.name] = textOf(bytes)
  } else if (payload?.shape.kind === 'structure') {
    input[payload.name] = readXml(payload.shape, xmlNameOf(payload.traits, payload.shape.name), bytes, bounds)
  } else {
    const shape = operation.input
    Object.assign(input, readXml(shape, xmlNameOf(shape.traits, shape.name), bytes, bounds))
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw malformedXml()
  }
}

export function payloadMember(operation: OperationModel): Member | undefined {
  return [...operation.input.members.values()].find(({ traits }) => traits.httpPayload)
}

const BINDINGS = [
  'httpLabel',
  'httpQuery',
  'httpHeader',
  'httpPrefixHeaders',
  'httpQueryParams',
  'httpPayload',
  'httpResponseCode',
]

export function isBodyMember({ traits }: Member): boolean {
  return BINDINGS.every((binding) => !traits[binding])
}

function bodyMembers(operation: OperationModel): Member[] {
  return [...operation.input.members.values()].filter(isBodyMember)
}

function invalidArgument(wireName: string, what: string): ServiceFault {
  return new ServiceFault('InvalidArgument', `The value of ${wireName} ${what}.`, {
    status: 400,
    members: { ArgumentName: wireName },
  })
}
