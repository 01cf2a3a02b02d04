/**
 * Reads an awsJson 1.0/1.1 request body into the operation's input, strictly: every value must have the JSON type of its
 * shape. Smithy, "AWS JSON 1.1 protocol". Unknown members are kept for the validator to name.
 */
import { ServiceFault } from '../fault.ts'
import { dateOfSeconds, readBlob, readTimestamp } from '../scalar.ts'
import type { Member, Shape, StructureShape } from '../schema/shape.ts'
import { scanJson } from './scan.ts'

export interface JsonBounds {
  /** Bytes of the body. */
  readonly maxBytes: number
  /** Nested arrays and objects. */
  readonly maxDepth: number
}

export const JSON_BOUNDS: JsonBounds = { maxBytes: 8 * 1024 * 1024, maxDepth: 64 }

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The decoded input. Throws `SerializationException` (400) for anything that is not JSON of the shape's types. */
export function readJson(
  shape: StructureShape,
  body: Uint8Array,
  bounds: JsonBounds = JSON_BOUNDS,
): Record<string, unknown> {
  const parsed = parse(body, bounds)
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw malformed('Unexpected value at the start of the request body: it must be a JSON object')
  }
  return readStructure(shape, parsed, '')
}

function parse(body: Uint8Array, bounds: JsonBounds): unknown {
  if (body.byteLength > bounds.maxBytes) throw malformed(`The request body exceeds ${bounds.maxBytes} bytes`)
  if (body.byteLength === 0) return {}
  let text: string
  try {
    text = utf8.decode(body)
  } catch {
    throw malformed('The request body is not valid UTF-8')
  }
  const fault = scanJson(text, bounds.maxDepth)
  if (fault === 'tooDeep') throw malformed(`The request body is nested deeper than ${bounds.maxDepth} levels`)
  if (fault === 'duplicateName') throw malformed('The request body names a member twice')
  try {
    return JSON.parse(text)
  } catch {
    throw malformed('The request body is not valid JSON')
  }
}

function malformed(message: string): ServiceFault {
  return new ServiceFault('SerializationException', message, { status: 400 })
}

function readStructure(shape: StructureShape, json: object, path: string): Record<string, unknown> {
  const output: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(json)) {
    // Clients may mark a union's or document's type; the SDK's reader would let the mark leak into the input.
    if (name === '__type' || value === null) continue
    const member = shape.members.get(name)
    output[name] = member ? readMember(member, value, path ? `${path}.${name}` : name) : value
  }
  return output
}

function readMember(member: Member, json: unknown, path: string): unknown {
  const { shape } = member
  if (json === null && shape.kind !== 'document') return null
  switch (shape.kind) {
    case 'structure':
      if (!isObject(json)) throw wrongType(json, 'structure', path)
      return readStructure(shape, json, path)
    case 'list':
      if (!Array.isArray(json)) throw wrongType(json, 'list', path)
      return json.map((item, i) => readMember(shape.member, item, `${path}.${i + 1}`))
    case 'map': {
      if (!isObject(json)) throw wrongType(json, 'map', path)
      const output: Record<string, unknown> = Object.create(null)
      for (const [key, value] of Object.entries(json)) output[key] = readMember(shape.value, value, `${path}.${key}`)
      return output
    }
    default:
      return readScalar(shape, json, path)
  }
}

function readScalar(shape: Shape, json: unknown, path: string): unknown {
  let value: unknown
  switch (shape.kind) {
    case 'string':
    case 'number':
    case 'boolean':
      value = typeof json === shape.kind ? json : undefined
      break
    case 'timestamp':
      if (typeof json === 'number') value = dateOfSeconds(json)
      else if (typeof json === 'string' && shape.timestampFormat) value = readTimestamp(json, shape.timestampFormat)
      break
    case 'blob':
    case 'stream':
      value = typeof json === 'string' ? readBlob(json) : undefined
      break
    case 'document':
      return json
    default:
      value = undefined
  }
  if (value === undefined) throw wrongType(json, shape.kind, path)
  return value
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const JAVA_NAMES: Readonly<Record<string, string>> = {
  string: 'a String',
  number: 'a Number',
  boolean: 'a Boolean',
  timestamp: 'a Timestamp',
  blob: 'a Blob',
}

function wrongType(json: unknown, wanted: string, path: string): ServiceFault {
  const found = Array.isArray(json)
    ? 'Start of list'
    : typeof json === 'object'
      ? 'Start of structure or map'
      : undefined
  if (found) return malformed(`${found} found where not expected at '${path}'`)
  const token =
    typeof json === 'boolean' ? (json ? 'TRUE_VALUE' : 'FALSE_VALUE') : `${(typeof json).toUpperCase()}_VALUE`
  return malformed(`${token} can not be converted to ${JAVA_NAMES[wanted] ?? `a ${wanted}`} at '${path}'`)
}
