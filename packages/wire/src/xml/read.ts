/**
 * Reads an XML request body into a shape, strictly: the right root, every element known, scalars of their type.
 * Smithy, "XML bindings". S3 answers anything else with MalformedXML.
 */
import { ServiceFault } from '../fault.ts'
import { readBlob, readBoolean, readNumber, readTimestamp } from '../scalar.ts'
import type { Member, ScalarShape, Shape, StructureShape } from '../schema/shape.ts'
import type { Traits } from '../schema/tuple.ts'
import { parseXml, XML_BOUNDS, type XmlBounds, type XmlElement, XmlSyntaxError } from './parse.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The decoded structure. Throws `MalformedXML` (400). */
export function readXml(
  shape: StructureShape,
  rootName: string,
  body: Uint8Array,
  bounds: XmlBounds = XML_BOUNDS,
): Record<string, unknown> {
  let root: XmlElement
  try {
    if (body.byteLength > bounds.maxBytes) throw new XmlSyntaxError('the document is too large')
    root = parseXml(utf8.decode(body), bounds)
  } catch (error) {
    if (error instanceof XmlSyntaxError || error instanceof TypeError) throw malformedXml()
    throw error
  }
  if (root.name !== rootName) throw malformedXml()
  return readStructure(shape, root)
}

export function malformedXml(): ServiceFault {
  return new ServiceFault(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
    { status: 400 },
  )
}

export function xmlNameOf(traits: Traits, fallback: string): string {
  return typeof traits.xmlName === 'string' ? traits.xmlName : fallback
}

function readStructure(shape: StructureShape, element: XmlElement): Record<string, unknown> {
  requireNoText(element)
  const names = wireNames(shape)
  const groups = new Map<Member, XmlElement[]>()
  for (const child of element.children) {
    const member = names.get(child.name)
    if (!member) throw malformedXml()
    const group = groups.get(member)
    if (group) group.push(child)
    else groups.set(member, [child])
  }
  const output: Record<string, unknown> = Object.create(null)
  for (const [member, elements] of groups) output[member.name] = readElements(member, elements)
  for (const [name, value] of element.attributes) {
    const member = names.get(name)
    if (member?.traits.xmlAttribute) output[member.name] = value
  }
  return output
}

const wireNameCache = new WeakMap<StructureShape, Map<string, Member>>()

function wireNames(shape: StructureShape): Map<string, Member> {
  let names = wireNameCache.get(shape)
  if (!names) {
    names = new Map([...shape.members.values()].map((member) => [xmlNameOf(member.traits, member.name), member]))
    wireNameCache.set(shape, names)
  }
  return names
}

/** A flattened list or map repeats its element; anything else occurs once. */
function readElements(member: Member, elements: readonly XmlElement[]): unknown {
  const { shape, traits } = member
  if (traits.xmlFlattened && shape.kind === 'list') return elements.map((item) => readValue(shape.member.shape, item))
  if (traits.xmlFlattened && shape.kind === 'map') return readEntries(shape, elements)
  const [only] = elements
  if (!only || elements.length > 1) throw malformedXml()
  return readValue(shape, only)
}

function readValue(shape: Shape, element: XmlElement): unknown {
  switch (shape.kind) {
    case 'structure':
      return readStructure(shape, element)
    case 'list': {
      requireNoText(element)
      const name = xmlNameOf(shape.member.traits, 'member')
      return element.children.map((item) => {
        if (item.name !== name) throw malformedXml()
        return readValue(shape.member.shape, item)
      })
    }
    case 'map':
      requireNoText(element)
      if (element.children.some(({ name }) => name !== 'entry')) throw malformedXml()
      return readEntries(shape, element.children)
    default:
      if (element.children.length > 0) throw malformedXml()
      return readScalar(shape, element.text)
  }
}

function readEntries(shape: Extract<Shape, { kind: 'map' }>, entries: readonly XmlElement[]): unknown {
  const output: Record<string, unknown> = Object.create(null)
  for (const entry of entries) {
    const [key, value] = entry.children
    const wellFormed =
      entry.children.length === 2 &&
      key?.name === xmlNameOf(shape.key.traits, 'key') &&
      value?.name === xmlNameOf(shape.value.traits, 'value')
    if (!wellFormed || key.text in output) throw malformedXml()
    output[key.text] = readValue(shape.value.shape, value)
  }
  return output
}

function readScalar(shape: ScalarShape, text: string): unknown {
  const value = scalar(shape, text)
  if (value === undefined) throw malformedXml()
  return value
}

function scalar(shape: ScalarShape, text: string): unknown {
  switch (shape.kind) {
    case 'string':
      return text
    case 'number':
      return readNumber(text.trim())
    case 'boolean':
      return readBoolean(text.trim())
    case 'timestamp':
      return readTimestamp(text.trim(), shape.timestampFormat ?? 'dateTime')
    case 'blob':
      return readBlob(text.trim())
    default:
      return undefined
  }
}

function requireNoText(element: XmlElement): void {
  if (/[^ \t\n]/.test(element.text)) throw malformedXml()
}
