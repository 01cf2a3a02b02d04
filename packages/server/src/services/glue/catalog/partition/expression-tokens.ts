/** The words of a GetPartitions expression. API reference, GetPartitions: "SQL syntax similar to the SQL WHERE filter clause". */

import { invalidInput } from '../../faults.ts'

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'string' | 'number'; readonly text: string }
  | { readonly kind: 'symbol'; readonly text: string }

/** Each alternative begins with a character of its own, so that reading takes one pass. */
const token =
  /\s+|([A-Za-z_][\w$#-]*)|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|'((?:[^']|'')*)'|([+-]?(?:\d+(?:\.\d*)?|\.\d+))|(<>|!=|<=|>=|[=<>(),])/y

export function tokens(text: string): Token[] {
  const found: Token[] = []
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    if (match === null) throw unreadable(text.slice(at, at + 20))
    const [, word, double, back, string, number, symbol] = match
    if (word !== undefined) found.push({ kind: 'word', text: word, quoted: false })
    else if (double !== undefined) found.push({ kind: 'word', text: double.replaceAll('""', '"'), quoted: true })
    else if (back !== undefined) found.push({ kind: 'word', text: back.replaceAll('``', '`'), quoted: true })
    else if (string !== undefined) found.push({ kind: 'string', text: string.replaceAll("''", "'") })
    else if (number !== undefined) found.push({ kind: 'number', text: number })
    else if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol === '!=' ? '<>' : symbol })
  }
  return found
}

export function unreadable(near: string): Error {
  return invalidInput(`Unsupported expression: it cannot be read near '${near}'.`)
}
