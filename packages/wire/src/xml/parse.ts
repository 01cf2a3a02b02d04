/**
 * A strict, non-recursive XML reader for request bodies: one root, bounded depth and size, the five predefined entities and
 * nothing else. A DOCTYPE is refused, so there is nothing to expand. W3C XML 1.0, fifth edition; what S3 needs of it.
 */

export interface XmlElement {
  readonly name: string
  /** Attributes but for namespace declarations. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: XmlElement[]
  /** Character data directly inside, CDATA included. */
  text: string
}

export interface XmlBounds {
  readonly maxBytes: number
  readonly maxDepth: number
  readonly maxElements: number
}

export const XML_BOUNDS: XmlBounds = { maxBytes: 8 * 1024 * 1024, maxDepth: 32, maxElements: 200_000 }

export class XmlSyntaxError extends Error {}

const NAME = /[A-Za-z_][\w.:-]*/y
const SPACE = /[ \t\r\n]*/y
const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u

/** The root element; throws `XmlSyntaxError`. */
export function parseXml(text: string, bounds: XmlBounds = XML_BOUNDS): XmlElement {
  if (text.length > bounds.maxBytes) throw new XmlSyntaxError('the document is too large')
  if (ILLEGAL.test(text)) throw new XmlSyntaxError('the document holds a character that XML forbids')
  return new Reader(text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n'), bounds).document()
}

class Reader {
  readonly #text: string
  readonly #bounds: XmlBounds
  #at = 0

  constructor(text: string, bounds: XmlBounds) {
    this.#text = text
    this.#bounds = bounds
  }

  document(): XmlElement {
    if (this.#starts('<?xml ')) this.#skipPast('?>')
    let root: XmlElement | undefined
    const open: XmlElement[] = []
    let count = 0
    while (this.#at < this.#text.length) {
      const parent = open[open.length - 1]
      if (this.#text[this.#at] !== '<') this.#characters(parent)
      else if (this.#starts('<!--')) this.#comment()
      else if (this.#starts('<![CDATA[')) this.#cdata(parent)
      else if (this.#starts('<?')) this.#skipPast('?>')
      else if (this.#starts('<!')) throw new XmlSyntaxError('a document type declaration is not allowed')
      else if (this.#starts('</')) this.#close(open)
      else {
        if (root && !parent) throw new XmlSyntaxError('there is more than one root element')
        if (open.length >= this.#bounds.maxDepth) throw new XmlSyntaxError('the document is nested too deep')
        if (++count > this.#bounds.maxElements) throw new XmlSyntaxError('the document has too many elements')
        const { element, empty } = this.#open()
        root ??= element
        parent?.children.push(element)
        if (!empty) open.push(element)
      }
    }
    if (!root || open.length > 0) throw new XmlSyntaxError('the document ends too early')
    return root
  }

  #starts(token: string): boolean {
    return this.#text.startsWith(token, this.#at)
  }

  #skipPast(token: string): string {
    const end = this.#text.indexOf(token, this.#at)
    if (end < 0) throw new XmlSyntaxError('the document ends too early')
    const skipped = this.#text.slice(this.#at, end)
    this.#at = end + token.length
    return skipped
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0] ?? ''
    this.#at += found.length
    return found
  }

  #comment(): void {
    this.#at += 4
    if (this.#skipPast('-->').includes('--')) throw new XmlSyntaxError('a comment holds two hyphens')
  }

  #cdata(parent: XmlElement | undefined): void {
    if (!parent) throw new XmlSyntaxError('there is text outside the root element')
    this.#at += 9
    parent.text += this.#skipPast(']]>')
  }

  #characters(parent: XmlElement | undefined): void {
    const next = this.#text.indexOf('<', this.#at)
    const end = next < 0 ? this.#text.length : next
    const raw = this.#text.slice(this.#at, end)
    this.#at = end
    if (parent) parent.text += decodeEntities(raw)
    else if (/[^ \t\n]/.test(raw)) throw new XmlSyntaxError('there is text outside the root element')
  }

  #close(open: XmlElement[]): void {
    this.#at += 2
    const name = this.#match(NAME)
    this.#match(SPACE)
    if (open.pop()?.name !== name || this.#text[this.#at] !== '>') throw new XmlSyntaxError('the tags do not match')
    this.#at++
  }

  #open(): { element: XmlElement; empty: boolean } {
    this.#at++
    const name = this.#match(NAME)
    if (name === '') throw new XmlSyntaxError('a tag has no name')
    const attributes = new Map<string, string>()
    for (;;) {
      const space = this.#match(SPACE)
      const empty = this.#starts('/>')
      if (empty || this.#text[this.#at] === '>') {
        this.#at += empty ? 2 : 1
        for (const key of attributes.keys()) if (/^xmlns(:|$)/.test(key)) attributes.delete(key)
        return { element: { name, attributes, children: [], text: '' }, empty }
      }
      if (space === '') throw new XmlSyntaxError('a tag is malformed')
      this.#attribute(attributes)
    }
  }

  #attribute(attributes: Map<string, string>): void {
    const name = this.#match(NAME)
    this.#match(SPACE)
    const equals = this.#text[this.#at++]
    this.#match(SPACE)
    const quote = this.#text[this.#at++]
    if (name === '' || equals !== '=' || (quote !== '"' && quote !== "'") || attributes.has(name)) {
      throw new XmlSyntaxError('an attribute is malformed')
    }
    const value = this.#skipPast(quote)
    if (value.includes('<')) throw new XmlSyntaxError('an attribute is malformed')
    attributes.set(name, decodeEntities(value))
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function decodeEntities(raw: string): string {
  if (!raw.includes('&')) return raw
  return raw.replace(/&([^&;]{0,12};?)/g, (_, body: string) => {
    const name = body.endsWith(';') ? body.slice(0, -1) : ''
    const decoded = ENTITIES[name] ?? character(name)
    if (decoded === undefined || ILLEGAL.test(decoded)) throw new XmlSyntaxError('an entity is unknown or forbidden')
    return decoded
  })
}

function character(name: string): string | undefined {
  const match = /^#(?:x([0-9A-Fa-f]{1,6})|(\d{1,7}))$/.exec(name)
  if (!match) return undefined
  const code = match[1] ? Number.parseInt(match[1], 16) : Number(match[2])
  return code > 0x10ffff ? undefined : String.fromCodePoint(code)
}
