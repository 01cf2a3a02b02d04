/**
 * JSON with positions: RFC 8259, read into nodes that remember where they stood, keep numbers as written and report a
 * repeated key. Bounded in depth, and never throws: policy text comes from strangers.
 */

import type { Span } from './policy.ts'

export type JsonNode =
  | { readonly type: 'string'; readonly value: string; readonly start: number; readonly end: number }
  | { readonly type: 'number'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly type: 'boolean'; readonly value: boolean; readonly start: number; readonly end: number }
  | { readonly type: 'null'; readonly start: number; readonly end: number }
  | { readonly type: 'array'; readonly items: readonly JsonNode[]; readonly start: number; readonly end: number }
  | { readonly type: 'object'; readonly members: readonly JsonMember[]; readonly start: number; readonly end: number }

export interface JsonMember {
  readonly key: string
  readonly keyStart: number
  readonly keyEnd: number
  readonly value: JsonNode
}

export interface JsonFault {
  readonly code: 'invalid-json' | 'too-deep' | 'too-many-values' | 'duplicate-key'
  readonly message: string
  readonly start: number
  readonly end: number
  readonly pointer: string
}

export type JsonResult =
  | { readonly node: JsonNode; readonly faults: readonly JsonFault[] }
  | { readonly node: undefined; readonly faults: readonly [JsonFault, ...JsonFault[]] }

/** A policy needs nine levels; this leaves room and keeps recursion bounded. */
export const maxJsonDepth = 64

/** A hundred thousand statements of twenty values each; beyond that a text of nothing but brackets would fill the memory. */
export const maxJsonValues = 2_000_000

export function parseJson(text: string): JsonResult {
  const reader = new Reader(text)
  try {
    const node = reader.document()
    return { node, faults: reader.faults }
  } catch (error) {
    if (error instanceof SyntaxStop) return { node: undefined, faults: [error.fault, ...reader.faults] }
    throw error
  }
}

/** RFC 6901. */
export const pointerTo = (parent: string, key: string | number): string =>
  `${parent}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Turns offsets into lines and columns (both from 1, columns in UTF-16 units) with one pass over the text. */
export class SpanFinder {
  #lineStarts: number[] | undefined
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  span(start: number, end: number): Span {
    const [line, column] = this.#locate(start)
    const [endLine, endColumn] = this.#locate(end)
    return { start, end, line, column, endLine, endColumn }
  }

  #locate(offset: number): [number, number] {
    const starts = (this.#lineStarts ??= lineStartsOf(this.#text))
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return [low + 1, offset - (starts[low] ?? 0) + 1]
  }
}

function lineStartsOf(text: string): number[] {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

class SyntaxStop extends Error {
  readonly fault: JsonFault
  constructor(fault: JsonFault) {
    super(fault.message)
    this.fault = fault
  }
}

const simpleEscapes: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
})

/** What a JSON string may hold as it stands: everything but quote, backslash and control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: RFC 8259 forbids them unescaped, so they are named here
const plainRun = /[^"\\\u0000-\u001f]*/y
const numberForm = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

class Reader {
  readonly faults: JsonFault[] = []
  readonly #text: string
  #at = 0
  #values = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonNode {
    this.#space()
    const node = this.#value(0, '')
    this.#space()
    if (this.#at < this.#text.length) {
      this.#stop('unexpected text after the end of the document; a policy is one JSON object', '')
    }
    return node
  }

  #value(depth: number, pointer: string): JsonNode {
    this.#count(pointer)
    const character = this.#text[this.#at]
    if (character === '{') return this.#object(depth, pointer)
    if (character === '[') return this.#array(depth, pointer)
    if (character === '"') {
      const start = this.#at
      return { type: 'string', value: this.#string(pointer), start, end: this.#at }
    }
    for (const [word, value] of literals) {
      if (this.#text.startsWith(word, this.#at)) {
        const start = this.#at
        this.#at += word.length
        if (value === null) return { type: 'null', start, end: this.#at }
        return { type: 'boolean', value, start, end: this.#at }
      }
    }
    numberForm.lastIndex = this.#at
    const number = numberForm.exec(this.#text)
    if (number !== null) {
      const start = this.#at
      this.#at += number[0].length
      return { type: 'number', text: number[0], start, end: this.#at }
    }
    if (character === undefined) this.#stop('the document ends where a value was expected', pointer)
    return this.#stop(`${nameOfCharacter(this.#text, this.#at)} stands where a value was expected`, pointer)
  }

  #object(depth: number, pointer: string): JsonNode {
    const start = this.#at
    this.#enter(depth, pointer)
    const members: JsonMember[] = []
    const seen = new Set<string>()
    this.#space()
    if (this.#take('}')) return { type: 'object', members, start, end: this.#at }
    for (;;) {
      this.#space()
      const keyStart = this.#at
      if (this.#text[this.#at] !== '"') this.#stop('a member name in double quotes was expected', pointer)
      const key = this.#string(pointer)
      const keyEnd = this.#at
      const here = pointerTo(pointer, key)
      if (seen.has(key)) {
        this.faults.push({
          code: 'duplicate-key',
          message: `the key \`${shorten(key)}\` stands twice in one object; only one of them would count`,
          start: keyStart,
          end: keyEnd,
          pointer: here,
        })
      }
      seen.add(key)
      this.#space()
      if (!this.#take(':')) this.#stop(`a colon was expected after the member name \`${shorten(key)}\``, here)
      this.#space()
      members.push({ key, keyStart, keyEnd, value: this.#value(depth + 1, here) })
      this.#space()
      if (this.#take('}')) return { type: 'object', members, start, end: this.#at }
      if (!this.#take(',')) this.#stop('a comma or a closing brace was expected', pointer)
    }
  }

  #array(depth: number, pointer: string): JsonNode {
    const start = this.#at
    this.#enter(depth, pointer)
    const items: JsonNode[] = []
    this.#space()
    if (this.#take(']')) return { type: 'array', items, start, end: this.#at }
    for (;;) {
      this.#space()
      items.push(this.#value(depth + 1, pointerTo(pointer, items.length)))
      this.#space()
      if (this.#take(']')) return { type: 'array', items, start, end: this.#at }
      if (!this.#take(',')) this.#stop('a comma or a closing bracket was expected', pointer)
    }
  }

  #enter(depth: number, pointer: string): void {
    if (depth >= maxJsonDepth) {
      throw new SyntaxStop({
        code: 'too-deep',
        message: `the document nests deeper than ${maxJsonDepth} levels`,
        start: this.#at,
        end: this.#at + 1,
        pointer: pointer.slice(0, 200),
      })
    }
    this.#at += 1
  }

  #count(pointer: string): void {
    this.#values += 1
    if (this.#values <= maxJsonValues) return
    throw new SyntaxStop({
      code: 'too-many-values',
      message: `the document has more than ${maxJsonValues} values`,
      start: this.#at,
      end: this.#at + 1,
      pointer,
    })
  }

  #string(pointer: string): string {
    this.#at += 1
    let value = ''
    for (;;) {
      plainRun.lastIndex = this.#at
      const run = plainRun.exec(this.#text)?.[0] ?? ''
      value += run
      this.#at += run.length
      const character = this.#text[this.#at]
      if (character === '"') {
        this.#at += 1
        return value
      }
      if (character === undefined) this.#stop('the document ends inside a string', pointer)
      if (character !== '\\') this.#stop('a control character must be escaped inside a string', pointer)
      value += this.#escape(pointer)
    }
  }

  #escape(pointer: string): string {
    const letter = this.#text[this.#at + 1] ?? ''
    const simple = simpleEscapes[letter]
    if (simple !== undefined) {
      this.#at += 2
      return simple
    }
    if (letter === '') this.#stop('the document ends inside a string', pointer)
    const digits = this.#text.slice(this.#at + 2, this.#at + 6)
    if (letter !== 'u' || !/^[0-9a-fA-F]{4}$/.test(digits)) {
      this.#stop(
        `a backslash before ${nameOfCharacter(this.#text, this.#at + 1)} is no escape that JSON knows`,
        pointer,
      )
    }
    this.#at += 6
    return String.fromCharCode(Number.parseInt(digits, 16))
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at += 1
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false
    this.#at += 1
    return true
  }

  #stop(message: string, pointer: string): never {
    const end = Math.min(this.#at + 1, this.#text.length)
    throw new SyntaxStop({ code: 'invalid-json', message, start: this.#at, end, pointer })
  }
}

const literals: readonly (readonly [string, boolean | null])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]

/** For a message; never cuts a character in two. */
export function shorten(text: string): string {
  if (text.length <= 80) return text
  const cut = text.codePointAt(76)
  return `${text.slice(0, cut !== undefined && cut > 0xffff ? 76 : 77)}…`
}

/** As a person can see it: by its number where it shows nothing. */
function nameOfCharacter(text: string, at: number): string {
  const code = text.codePointAt(at) ?? 0
  if (code === 0xfeff) return 'a byte order mark (U+FEFF)'
  const character = String.fromCodePoint(code)
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)
    ? `\`${character}\``
    : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
