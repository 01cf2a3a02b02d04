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

const defaulted = /^([^\s,']+), '([^']*)'$/

/** Pieces in order; neighbouring texts are joined. */
export function readTemplate(text: string, options: TemplateOptions): Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  const flush = () => {
    if (plain !== '') pieces.push({ kind: 'text', text: plain })
    plain = ''
  }
  let at = 0
  while (at < text.length) {
    const character = text.charAt(at)
    const end = options.variables && text.startsWith('${', at) ? closingBrace(text, at + 2) : -1
    if (end !== -1) {
      const inner = text.slice(at + 2, end)
      if (inner === '*' || inner === '?' || inner === '$') plain += inner
      else {
        flush()
        pieces.push(readVariable(inner))
      }
      at = end + 1
      continue
    }
    if (options.wildcards && (character === '*' || character === '?')) {
      flush()
      pieces.push({ kind: character === '*' ? 'any' : 'one' })
    } else plain += character
    at += 1
  }
  flush()
  return pieces
}

/** A default may hold a brace between its quotes. */
function closingBrace(text: string, from: number): number {
  const brace = text.indexOf('}', from)
  const quote = text.indexOf(", '", from)
  if (quote === -1 || quote > brace) return brace
  const close = text.indexOf("'}", quote + 3)
  return close === -1 ? brace : close + 1
}

function readVariable(inner: string): Piece {
  const withDefault = defaulted.exec(inner)
  if (withDefault !== null) return { kind: 'variable', key: withDefault[1] ?? '', fallback: withDefault[2] ?? '' }
  if (inner !== '' && !/[\s,']/.test(inner)) return { kind: 'variable', key: inner, fallback: undefined }
  return { kind: 'malformed', text: inner }
}
