/**
 * A stream of text → the text of each case, without holding more than one. docs/cases.md: a file is a JSON array of
 * cases, a stream is one case per line (JSON Lines, RFC 8259 values parted by newlines); the first character tells which.
 */

import { Unusable } from '../unusable.ts'

export interface CaseText {
  readonly text: string
  /** `line 7` or `case 7`, counted from 1. */
  readonly place: string
}

const quote = 0x22
const backslash = 0x5c
const newline = 0x0a

export class CaseSplitter {
  readonly #maxLength: number
  #form: 'undecided' | 'lines' | 'array' | 'closed' = 'undecided'
  /** What came of the present case in earlier chunks. */
  #parts: string[] = []
  #partsLength = 0
  /** Lines finished, or cases begun. */
  #count = 0
  #expects: 'caseOrEnd' | 'case' | 'commaOrEnd' = 'caseOrEnd'
  #depth = 0
  #inString = false
  #escaped = false

  /** `maxLength`: characters of one case. */
  constructor(maxLength = 16 * 1024 * 1024) {
    this.#maxLength = maxLength
  }

  *push(chunk: string): Generator<CaseText> {
    let at = 0
    if (this.#form === 'undecided') {
      at = this.#decide(chunk)
      if (at === -1) return
    }
    if (this.#form === 'lines') yield* this.#lines(chunk, at)
    else yield* this.#items(chunk, at)
  }

  *end(): Generator<CaseText> {
    if (this.#form === 'array') throw new Unusable('the array of cases is not closed')
    if (this.#form !== 'lines') return
    const last = this.#take('')
    if (last.trim() !== '') yield { text: last, place: `line ${this.#count + 1}` }
  }

  /** Index of the first character that is no white space, or -1. */
  #decide(chunk: string): number {
    for (let at = 0; at < chunk.length; at += 1) {
      const code = chunk.charCodeAt(at)
      if (code === newline) this.#count += 1
      if (isSpace(code)) continue
      if (chunk[at] !== '[') {
        this.#form = 'lines'
        return at
      }
      this.#form = 'array'
      this.#count = 0
      return at + 1
    }
    return -1
  }

  *#lines(chunk: string, from: number): Generator<CaseText> {
    let start = from
    for (let end = chunk.indexOf('\n', start); end !== -1; end = chunk.indexOf('\n', start)) {
      const text = this.#take(chunk.slice(start, end))
      this.#count += 1
      start = end + 1
      if (text.trim() !== '') yield { text, place: `line ${this.#count}` }
    }
    this.#keep(chunk.slice(start), `line ${this.#count + 1}`)
  }

  *#items(chunk: string, from: number): Generator<CaseText> {
    let at = from
    while (at < chunk.length) {
      if (this.#depth > 0) {
        const end = this.#scan(chunk, at)
        if (end === -1) {
          this.#keep(chunk.slice(at), `case ${this.#count}`)
          return
        }
        yield { text: this.#take(chunk.slice(at, end)), place: `case ${this.#count}` }
        this.#expects = 'commaOrEnd'
        at = end
      } else if (isSpace(chunk.charCodeAt(at))) at += 1
      else at = this.#between(chunk, at)
    }
  }

  /** A character outside of every case; gives the place to go on from. */
  #between(chunk: string, at: number): number {
    const character = chunk[at]
    if (this.#form === 'closed') throw new Unusable('something follows the array of cases')
    if (character === ']' && this.#expects !== 'case') this.#form = 'closed'
    else if (character === ',' && this.#expects === 'commaOrEnd') this.#expects = 'case'
    else if (character === '{' && this.#expects !== 'commaOrEnd') {
      this.#count += 1
      this.#depth = 1
      this.#parts = ['{']
      this.#partsLength = 1
    } else {
      const wanted = { caseOrEnd: '`{` or `]`', case: '`{`', commaOrEnd: '`,` or `]`' }[this.#expects]
      throw new Unusable(`after case ${this.#count} there should be ${wanted}, not ${JSON.stringify(character)}`)
    }
    return at + 1
  }

  /** Index after the brace that closes the present case, or -1. */
  #scan(chunk: string, from: number): number {
    let depth = this.#depth
    let inString = this.#inString
    let escaped = this.#escaped
    let at = from
    for (; at < chunk.length && depth > 0; at += 1) {
      const code = chunk.charCodeAt(at)
      if (inString) {
        if (escaped) escaped = false
        else if (code === quote) inString = false
        else if (code === backslash) escaped = true
      } else if (code === quote) inString = true
      else if (code === 0x7b || code === 0x5b) depth += 1
      else if (code === 0x7d || code === 0x5d) depth -= 1
    }
    this.#depth = depth
    this.#inString = inString
    this.#escaped = escaped
    return depth === 0 ? at : -1
  }

  #keep(part: string, place: string): void {
    if (part === '') return
    this.#parts.push(part)
    this.#partsLength += part.length
    if (this.#partsLength > this.#maxLength) {
      throw new Unusable(`${place} has more than ${this.#maxLength} characters`)
    }
  }

  #take(last: string): string {
    if (this.#parts.length === 0) return last
    const text = this.#parts.join('') + last
    this.#parts = []
    this.#partsLength = 0
    return text
  }
}

const isSpace = (code: number): boolean => code === 0x20 || code === newline || code === 0x0d || code === 0x09
