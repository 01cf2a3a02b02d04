/**
 * Readies a handler's output for a codec: whole-second timestamps, as AWS sends them, and no character that XML 1.0 cannot
 * carry (W3C XML 1.0, section 2.2 "Char"), for the SDK's writer would emit it raw and make the whole document unreadable.
 */

/** Everything outside `#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]`. */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u
const NOT_XML_ALL = new RegExp(NOT_XML, 'gu')

/** Copies only what changes; streams, blobs and class instances other than Date pass untouched. */
export function prepareOutput(value: unknown, forXml: boolean): unknown {
  if (typeof value === 'string') return forXml && NOT_XML.test(value) ? value.replace(NOT_XML_ALL, '\uFFFD') : value
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return wholeSeconds(value)
  if (Array.isArray(value)) return prepareEntries(value, forXml)
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? prepareEntries(value, forXml) : value
}

function prepareEntries(container: object, forXml: boolean): object {
  let copy: Record<string, unknown> | undefined
  for (const [key, value] of Object.entries(container)) {
    const prepared = prepareOutput(value, forXml)
    if (prepared === value) continue
    copy ??= (Array.isArray(container) ? [...container] : { ...container }) as Record<string, unknown>
    copy[key] = prepared
  }
  return copy ?? container
}

export function wholeSeconds(date: Date): Date {
  const ms = date.getTime()
  return ms % 1000 === 0 ? date : new Date(Math.floor(ms / 1000) * 1000)
}
