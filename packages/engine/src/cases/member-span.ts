/** Where the value of one member stands in the text of a JSON object (RFC 8259), found without parsing the rest. */

export interface MemberSpan {
  readonly start: number
  readonly end: number
}

/**
 * The last one where the member stands twice, as `JSON.parse` has it. Right on well-formed text; on any other it ends, with
 * a span or without, and the text before a span's start is what a reader of JSON would have read by then.
 */
export function memberSpan(text: string, name: string): MemberSpan | undefined {
  let found: MemberSpan | undefined
  let depth = 0
  let expectsKey = false
  let wanted = false
  let from = -1
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0x22) {
      const end = stringEnd(text, at)
      if (end === -1) return found
      if (depth === 1 && expectsKey) {
        wanted = keyIs(text.slice(at + 1, end), name)
        expectsKey = false
      }
      at = end
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth === 1) expectsKey = true
    } else if (code === 0x7d || code === 0x5d || (code === 0x2c && depth === 1)) {
      if (depth === 1 && wanted && from !== -1) found = trimmed(text, from, at)
      if (code === 0x2c) expectsKey = true
      else depth -= 1
    } else if (code === 0x3a && depth === 1) from = at + 1
  }
  return found
}

/** A key may be written with escapes. */
function keyIs(written: string, name: string): boolean {
  if (!written.includes('\\')) return written === name
  try {
    return JSON.parse(`"${written}"`) === name
  } catch {
    return false
  }
}

function trimmed(text: string, from: number, to: number): MemberSpan {
  let [start, end] = [from, to]
  while (start < end && isSpace(text.charCodeAt(start))) start += 1
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1
  return { start, end }
}

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

/** Index of the quote that closes the string, or -1. */
function stringEnd(text: string, quote: number): number {
  for (let end = text.indexOf('"', quote + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes += 1
    if (slashes % 2 === 0) return end
  }
  return -1
}
