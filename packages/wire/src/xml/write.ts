/**
 * Writes the structures that S3's answers are made of, by a writer compiled once for each shape: a listing of a thousand keys is
 * a thousand elements, for which the SDK's serializer builds a tree. Same bytes; what this does not know is left to the SDK.
 * Smithy, "XML bindings".
 */
import { prepareOutput } from '../output.ts'
import type { MapShape, Member, Shape, StructureShape } from '../schema/shape.ts'
import type { Traits } from '../schema/tuple.ts'
import { xmlNameOf } from './read.ts'

type Write = (value: unknown) => string

const elementWriters = new WeakMap<object, Write | null>()

/** The content of an element with these members in this order; undefined where attributes or namespaces come in. */
export function contentWriter(shape: StructureShape, members: Iterable<Member>): Write | undefined {
  let write = elementWriters.get(shape)
  if (write === undefined) {
    write = structureContent([...members], new Set([shape])) ?? null
    elementWriters.set(shape, write)
  }
  return write ?? undefined
}

/** `open`: shapes on the way here; one that holds itself is left to the SDK. */
function structureContent(members: readonly Member[], open: ReadonlySet<object>): Write | undefined {
  const writers: [name: string, write: Write][] = []
  for (const member of members) {
    const write = memberWriter(member, open)
    if (write === undefined) return undefined
    writers.push([member.name, write])
  }
  return (value) => {
    const values = value as Readonly<Record<string, unknown>>
    let text = ''
    for (const [name, write] of writers) {
      const item = values[name]
      if (item !== undefined && item !== null) text += write(item)
    }
    return text
  }
}

function memberWriter({ name, shape, traits }: Member, open: ReadonlySet<object>): Write | undefined {
  if (traits.xmlAttribute || traits.xmlNamespace || traits.idempotencyToken) return undefined
  const tag = xmlNameOf(traits, name)
  if (shape.kind === 'map') return mapWriter(tag, shape, traits, open)
  if (shape.kind !== 'list') return elementWriter(tag, shape, traits, open)
  const flat = Boolean(traits.xmlFlattened)
  const { member } = shape
  if (member.traits.sparse || member.traits.xmlNamespace) return undefined
  const item = elementWriter(flat ? tag : xmlNameOf(member.traits, 'member'), member.shape, member.traits, open)
  if (item === undefined) return undefined
  const items: Write = (value) => {
    let text = ''
    for (const entry of value as readonly unknown[]) if (entry !== undefined && entry !== null) text += item(entry)
    return text
  }
  return flat ? items : (value) => element(tag, items(value))
}

function mapWriter(
  tag: string,
  { key, value }: MapShape,
  traits: Traits,
  open: ReadonlySet<object>,
): Write | undefined {
  if (value.traits.sparse || [key, value].some((part) => part.traits.xmlNamespace)) return undefined
  if (traits.xmlFlattened || value.shape.kind === 'structure') return undefined
  const keyWriter = elementWriter(xmlNameOf(key.traits, 'key'), key.shape, key.traits, open)
  const valueWriter = elementWriter(xmlNameOf(value.traits, 'value'), value.shape, value.traits, open)
  if (keyWriter === undefined || valueWriter === undefined) return undefined
  return (map) => {
    let text = ''
    for (const [name, item] of Object.entries(map as Readonly<Record<string, unknown>>)) {
      if (item !== undefined && item !== null) text += `<entry>${keyWriter(name)}${valueWriter(item)}</entry>`
    }
    return element(tag, text)
  }
}

function elementWriter(tag: string, shape: Shape, traits: Traits, open: ReadonlySet<object>): Write | undefined {
  if (shape.traits.xmlNamespace) return undefined
  switch (shape.kind) {
    case 'structure': {
      if (shape.union || open.has(shape)) return undefined
      const content = structureContent([...shape.members.values()], new Set([...open, shape]))
      return content && ((value) => element(tag, content(value)))
    }
    case 'string': {
      const [start, end] = [`<${tag}>`, `</${tag}>`]
      return (value) => start + characters(value) + end
    }
    case 'number':
    case 'boolean':
      return (value) => `<${tag}>${String(value)}</${tag}>`
    case 'timestamp': {
      const format = shape.timestampFormat ?? 'dateTime'
      if (format !== 'dateTime' || traits.timestampFormat) return undefined
      return (value) => `<${tag}>${(prepareOutput(value, true) as Date).toISOString().replace('.000Z', 'Z')}</${tag}>`
    }
    default:
      return undefined
  }
}

export function element(tag: string, content: string): string {
  return content === '' ? `<${tag}/>` : `<${tag}>${content}</${tag}>`
}

/** Visible ASCII that XML takes as it is: most of what is ever written. */
const PLAIN = /^[ !#-%(-;=?-~]*$/

function characters(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value)) return value
  return escaped(String(prepareOutput(value, true)))
}

const SPECIAL = /[&"'<>\r\n\u0085\u2028]/
const SPECIAL_ALL = new RegExp(SPECIAL, 'g')
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '"': '&quot;',
  "'": '&apos;',
  '<': '&lt;',
  '>': '&gt;',
  '\r': '&#x0D;',
  '\n': '&#x0A;',
  '\u0085': '&#x85;',
  '\u2028': '&#x2028;',
}

export function escaped(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIAL_ALL, (character) => ENTITIES[character] ?? '') : text
}
