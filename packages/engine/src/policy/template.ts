/**
 * Policy variables and wildcards in one value. IAM User Guide, "IAM policy elements: Variables and tags"
 * (reference_policies_variables): `${key}`, `${key, 'default'}`, and `${*}`, `${?}`, `${$}` for the characters themselves.
 */

export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `*` */
  | { readonly kind: 'any' }
  /** `?` */
  | { readonly kind: 'one' }
  | { readonly kind: 'variable'; readonly key: string; readonly fallback: string | undefined }
  /** Looks like a variable and is none: it never has a value. */
  | { readonly kind: 'malformed'; readonly text: string }

export interface TemplateOptions {
  readonly variables: boolean
  readonly wildcards: boolean
}

const [dollar, star, mark] = [0x24, 0x2a, 0x3f]

const defaulted = /^([^\s,']+), '([^']*)'$/

/** Pieces in order; neighbouring texts are joined. */
export function readTemplate(text: string, options: TemplateOptions): Piece[] {
  const pieces: Piece[] = []
  const closingBrace = options.variables && text.includes('${') ? braceFinder(text) : undefined
  let plain = ''
  let from = 0
  const flush = (to: number) => {
    plain += text.slice(from, to)
    if (plain !== '') pieces.push({ kind: 'text', text: plain })
    plain = ''
  }
  let at = 0
  while (at < text.length) {
    const code = text.charCodeAt(at)
    const opens = closingBrace !== undefined && code === dollar && text.startsWith('${', at)
    const end = opens ? closingBrace(at + 2) : -1
    if (end !== -1) {
      const inner = text.slice(at + 2, end)
      if (inner === '*' || inner === '?' || inner === '$') plain += text.slice(from, at) + inner
      else {
        flush(at)
        pieces.push(readVariable(inner))
      }
      at = end + 1
      from = at
      continue
    }
    if (options.wildcards && (code === star || code === mark)) {
      flush(at)
      pieces.push({ kind: code === star ? 'any' : 'one' })
      from = at + 1
    }
    at += 1
  }
  flush(at)
  return pieces
}

/** Where the variable that begins before `from` ends, else -1. A default may hold a brace between its quotes. */
function braceFinder(text: string): (from: number) => number {
  const braceFrom = forwardSearch(text, '}')
  const quoteFrom = forwardSearch(text, ", '")
  const closeFrom = forwardSearch(text, "'}")
  return (from) => {
    const brace = braceFrom(from)
    if (brace === -1) return -1
    const quote = quoteFrom(from)
    if (quote === -1 || quote > brace) return brace
    const close = closeFrom(quote + 3)
    return close === -1 ? brace : close + 1
  }
}

/** `indexOf` for places that only go forward: the text is read once, however often it is asked. */
function forwardSearch(text: string, wanted: string): (from: number) => number {
  let found = -2
  return (from) => {
    if (found !== -1 && found < from) found = text.indexOf(wanted, from)
    return found
  }
}

function readVariable(inner: string): Piece {
  const withDefault = defaulted.exec(inner)
  if (withDefault !== null) return { kind: 'variable', key: withDefault[1] ?? '', fallback: withDefault[2] ?? '' }
  if (inner !== '' && !/[\s,']/.test(inner)) return { kind: 'variable', key: inner, fallback: undefined }
  return { kind: 'malformed', text: inner }
}
