/**
 * Reads awsQuery parameters into an operation's input: `Name.member.N`, `Name.entry.N.key`, `Name.N` where flattened.
 * Smithy, "AWS query protocol", "Query key resolution". The SDK has only the writer of this form.
 */
import { ServiceFault } from '../fault.ts'
import { readBlob, readBoolean, readNumber, readTimestamp } from '../scalar.ts'
import type { Member, ScalarShape, Shape, StructureShape } from '../schema/shape.ts'
import type { Traits } from '../schema/tuple.ts'
import { malformedQuery } from './parameters.ts'

/** A parameter name's dots as a tree. An index is a key like any other, so `member.999999999` costs one entry. */
interface Node {
  text?: string
  children?: Map<string, Node>
}

const MAX_SEGMENTS = 40
/** `Action` and `Version` route; the rest is how a GET request carries its signature. */
const NOT_INPUT =
  /^(?:Action|Version|X-Amz-(?:Algorithm|Credential|Date|Expires|SignedHeaders|Signature|Security-Token))$/

/** The decoded input. Throws `MalformedQueryString` or `InvalidParameterValue` (400). Unknown names stay, by their key. */
export function readQuery(shape: StructureShape, parameters: ReadonlyMap<string, string>): Record<string, unknown> {
  return readStructure(shape, treeOf(parameters), '')
}

function treeOf(parameters: ReadonlyMap<string, string>): Node {
  const root: Node = {}
  for (const [name, text] of parameters) {
    if (NOT_INPUT.test(name)) continue
    const segments = name.split('.', MAX_SEGMENTS + 1)
    if (segments.length > MAX_SEGMENTS) throw malformedQuery('A parameter name has too many parts')
    let node = root
    for (const segment of segments) {
      node.children ??= new Map()
      let next = node.children.get(segment)
      if (!next) {
        next = {}
        node.children.set(segment, next)
      }
      node = next
    }
    node.text = text
  }
  return root
}

function readStructure(shape: StructureShape, node: Node, path: string): Record<string, unknown> {
  const output: Record<string, unknown> = Object.create(null)
  if (!node.children) return output
  const names = wireNames(shape)
  for (const [wireName, child] of node.children) {
    const member = names.get(wireName)
    if (member) output[member.name] = readMember(member.shape, member.traits, child, join(path, wireName))
    else output[wireName] = child.text ?? ''
  }
  return output
}

const wireNameCache = new WeakMap<StructureShape, Map<string, Member>>()

function wireNames(shape: StructureShape): Map<string, Member> {
  let names = wireNameCache.get(shape)
  if (!names) {
    names = new Map([...shape.members.values()].map((member) => [xmlName(member.traits) ?? member.name, member]))
    wireNameCache.set(shape, names)
  }
  return names
}

function xmlName(traits: Traits): string | undefined {
  return typeof traits.xmlName === 'string' ? traits.xmlName : undefined
}

function readMember(shape: Shape, traits: Traits, node: Node, path: string): unknown {
  switch (shape.kind) {
    case 'structure':
      if (node.text) throw invalid(path, 'a structure')
      return readStructure(shape, node, path)
    case 'list': {
      const element = xmlName(shape.member.traits) ?? 'member'
      return numbered(node, traits, element, path, 'a list').map(([index, item]) =>
        readMember(shape.member.shape, shape.member.traits, item, join(path, index)),
      )
    }
    case 'map': {
      const output: Record<string, unknown> = Object.create(null)
      for (const [index, entry] of numbered(node, traits, 'entry', path, 'a map')) {
        const key = entry.children?.get(xmlName(shape.key.traits) ?? 'key')?.text
        const value = entry.children?.get(xmlName(shape.value.traits) ?? 'value')
        if (key === undefined || !value || key in output) throw invalid(join(path, index), 'a map entry')
        output[key] = readMember(shape.value.shape, shape.value.traits, value, join(path, index))
      }
      return output
    }
    default:
      if (node.text === undefined || node.children) throw invalid(path, `a ${shape.kind}`)
      return readScalar(shape, node.text, path)
  }
}

/** The items of a list or map in the order of their numbers. `Name=` is how clients write the empty one. */
function numbered(node: Node, traits: Traits, element: string, path: string, what: string): [string, Node][] {
  if (node.text) throw invalid(path, what)
  if (!node.children) return []
  const items = traits.xmlFlattened ? node : node.children.get(element)
  if (!items?.children || (items !== node && node.children.size > 1)) throw invalid(path, what)
  const entries = [...items.children]
  if (entries.some(([index]) => !/^[1-9]\d{0,9}$/.test(index))) throw invalid(path, what)
  return entries.sort(([a], [b]) => Number(a) - Number(b))
}

function readScalar(shape: ScalarShape, text: string, path: string): unknown {
  const value = scalar(shape, text)
  if (value === undefined) throw invalid(path, `a ${shape.kind}`)
  return value
}

function scalar(shape: ScalarShape, text: string): unknown {
  switch (shape.kind) {
    case 'string':
      return text
    case 'number':
      return readNumber(text)
    case 'boolean':
      return readBoolean(text)
    case 'timestamp':
      return readTimestamp(text, shape.timestampFormat ?? 'dateTime')
    case 'blob':
      return readBlob(text)
    default:
      return undefined
  }
}

function join(path: string, name: string): string {
  return path ? `${path}.${name}` : name
}

/** The value itself is not repeated: it may be a secret in the wrong place. */
function invalid(path: string, what: string): ServiceFault {
  return new ServiceFault('InvalidParameterValue', `The value of parameter ${path} can not be read as ${what}.`, {
    status: 400,
  })
}
