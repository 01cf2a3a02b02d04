/**
 * Looks over JSON text before `JSON.parse` gets it: bounds the nesting, which the SDK's recursive reader would otherwise turn
 * into a RangeError, and finds member names that occur twice, of which `JSON.parse` would silently keep the last.
 * RFC 8259, section 4: names within an object should be unique.
 */

export type ScanFault = 'tooDeep' | 'duplicateName'

/** Undefined when the text is fit to be parsed; syntax is left to `JSON.parse`. */
export function scanJson(text: string, maxDepth: number): ScanFault | undefined {
  /** One entry per open container: the names seen in an object, or undefined for an array. */
  const open: (Set<string> | undefined)[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x22) {
      const end = endOfString(text, i)
      if (end < 0) return undefined
      const names = open[open.length - 1]
      if (names && isName(text, end)) {
        const name = text.slice(i, end)
        const plain = name.includes('\\') ? unescaped(name) : name
        if (names.has(plain)) return 'duplicateName'
        names.add(plain)
      }
      i = end - 1
    } else if (c === 0x7b || c === 0x5b) {
      if (open.length >= maxDepth) return 'tooDeep'
      open.push(c === 0x7b ? new Set() : undefined)
    } else if (c === 0x7d || c === 0x5d) {
      open.pop()
    }
  }
  return undefined
}

/** The index behind the closing quote, or -1. */
function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x5c) i++
    else if (c === 0x22) return i + 1
  }
  return -1
}

/** A string is a member's name when a colon follows it. */
function isName(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c !== 0x20 && c !== 0x09 && c !== 0x0a && c !== 0x0d) return c === 0x3a
  }
  return false
}

function unescaped(quoted: string): string {
  try {
    return JSON.stringify(JSON.parse(quoted))
  } catch {
    return quoted
  }
}
