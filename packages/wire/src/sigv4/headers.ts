/** The headers of a request as they were sent: node's `rawHeaders` keep the repetitions that `headers` joins or drops. */

/** Lower-case names to their values in the order sent. */
export type HeaderValues = ReadonlyMap<string, readonly string[]>

/** `rawHeaders` is the flat list of node:http: name, value, name, value, … */
export function headerValues(rawHeaders: readonly string[]): HeaderValues {
  const headers = new Map<string, string[]>()
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase()
    const value = rawHeaders[i + 1] ?? ''
    const values = headers.get(name)
    if (values) values.push(value)
    else headers.set(name, [value])
  }
  return headers
}

/** The value of a header that was sent exactly once. */
export function single(headers: HeaderValues, name: string): string | undefined {
  const values = headers.get(name)
  return values?.length === 1 ? values[0] : undefined
}

/**
 * Node gives header bytes as Latin-1. A client that sent UTF-8 signed the UTF-8 text, so text is restored where the bytes
 * are UTF-8; hashing it then gives the bytes that were sent.
 */
export function headerText(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value)) return value
  const bytes = Buffer.from(value, 'latin1')
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return value
  }
}
