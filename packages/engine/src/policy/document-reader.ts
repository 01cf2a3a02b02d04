/** Walks JSON nodes and collects diagnostics: what every part of the policy reader needs in order to point at a fault. */

import type { Diagnostic } from './diagnostic.ts'
import { type JsonMember, type JsonNode, pointerTo, type SpanFinder, shorten } from './json.ts'
import type { Span } from './policy.ts'

/** A JSON value and where it stands in the document. */
export interface Place {
  readonly node: JsonNode
  readonly pointer: string
}

/** One string among an element's values. */
export interface TextAt {
  readonly text: string
  readonly place: Place
}

/** Nobody reads further, and a document of nothing but faults would fill the memory. */
const maxDiagnostics = 10_000

export class DocumentReader {
  readonly diagnostics: Diagnostic[] = []
  readonly #finder: SpanFinder
  #failed = false

  constructor(finder: SpanFinder) {
    this.#finder = finder
  }

  get failed(): boolean {
    return this.#failed
  }

  span(node: { readonly start: number; readonly end: number }): Span {
    return this.#finder.span(node.start, node.end)
  }

  error(code: string, message: string, place: Place): void {
    this.#report('error', code, message, place.pointer, this.span(place.node))
  }

  errorAt(code: string, message: string, pointer: string, start: number, end: number): void {
    this.#report('error', code, message, pointer, this.#finder.span(start, end))
  }

  warn(code: string, message: string, place: Place): void {
    this.#report('warning', code, message, place.pointer, this.span(place.node))
  }

  #report(severity: Diagnostic['severity'], code: string, message: string, pointer: string, span: Span): void {
    if (severity === 'error') this.#failed = true
    if (this.diagnostics.length < maxDiagnostics) this.diagnostics.push({ severity, code, message, pointer, span })
    else if (this.diagnostics.length === maxDiagnostics) this.#refuseTheRest(pointer, span)
  }

  /** An error whatever came: the one that refuses the document may be among those left out. */
  #refuseTheRest(pointer: string, span: Span): void {
    this.#failed = true
    const message = `the document has more than ${maxDiagnostics} faults; the rest is not told`
    this.diagnostics.push({ severity: 'error', code: 'too-many-faults', message, pointer, span })
  }

  /** Members of an object by name; unknown ones are faults, with the spelling that was probably meant. */
  members(place: Place, known: readonly string[], what: string): Map<string, Place> | undefined {
    if (place.node.type !== 'object') {
      this.error('wrong-type', `${what} must be a JSON object, not ${describe(place.node)}`, place)
      return undefined
    }
    const found = new Map<string, Place>()
    for (const member of place.node.members) {
      const pointer = pointerTo(place.pointer, member.key)
      if (known.includes(member.key)) found.set(member.key, { node: member.value, pointer })
      else this.#unknownMember(member, pointer, known, what)
    }
    return found
  }

  #unknownMember(member: JsonMember, pointer: string, known: readonly string[], what: string): void {
    const meant = known.find((name) => name.toLowerCase() === member.key.toLowerCase())
    const advice =
      meant === undefined ? `it has ${list(known)}` : `write \`${meant}\`; names of elements are case-sensitive`
    const message = `${what} has no element \`${shorten(member.key)}\`: ${advice}`
    this.errorAt('unknown-element', message, pointer, member.keyStart, member.keyEnd)
  }

  text(place: Place, what: string): string | undefined {
    if (place.node.type === 'string') return place.node.value
    this.error('wrong-type', `${what} must be a string, not ${describe(place.node)}`, place)
    return undefined
  }

  /** A string or a list of strings; an empty list is legal and matches nothing. */
  texts(place: Place, what: string): TextAt[] {
    return this.#each(place, (item) => {
      const text = this.text(item, `each value of ${what}`)
      return text === undefined ? undefined : { text, place: item }
    })
  }

  /** As `texts`, where numbers and booleans count as the text they are written in. */
  scalars(place: Place, what: string): TextAt[] {
    return this.#each(place, (item) => {
      const node = item.node
      if (node.type === 'string') return { text: node.value, place: item }
      if (node.type === 'number') return { text: node.text, place: item }
      if (node.type === 'boolean') return { text: String(node.value), place: item }
      this.error('wrong-type', `each value of ${what} must be a string, number or boolean, not ${describe(node)}`, item)
      return undefined
    })
  }

  #each(place: Place, read: (item: Place) => TextAt | undefined): TextAt[] {
    const items = place.node.type === 'array' ? place.node.items : [place.node]
    const single = place.node.type !== 'array'
    const found: TextAt[] = []
    for (const [index, node] of items.entries()) {
      const text = read({ node, pointer: single ? place.pointer : pointerTo(place.pointer, index) })
      if (text !== undefined) found.push(text)
    }
    return found
  }
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')

export function describe(node: JsonNode): string {
  if (node.type === 'array' || node.type === 'object') return `an ${node.type}`
  return node.type === 'null' ? 'null' : `a ${node.type}`
}
