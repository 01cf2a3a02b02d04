/**
 * Splits `a=b&c=d` into parameters under bounds, refusing what could be read in two ways: a name that occurs twice, a
 * percent sign without two digits, bytes that are no UTF-8. WHATWG URL, "application/x-www-form-urlencoded parsing".
 */
import { ServiceFault } from '../fault.ts'

export interface QueryBounds {
  readonly maxBytes: number
  readonly maxParameters: number
}

export const QUERY_BOUNDS: QueryBounds = { maxBytes: 4 * 1024 * 1024, maxParameters: 20_000 }

/** Names to values, in the order they came. Throws `MalformedQueryString` (400). */
export function readParameters(text: string, bounds: QueryBounds = QUERY_BOUNDS): Map<string, string> {
  if (text.length > bounds.maxBytes) throw malformedQuery(`The request exceeds ${bounds.maxBytes} bytes`)
  const parameters = new Map<string, string>()
  let pairs = 0
  for (let start = 0, end = 0; end < text.length; start = end + 1) {
    end = text.indexOf('&', start)
    if (end === -1) end = text.length
    pairs += 1
    if (pairs > bounds.maxParameters) {
      throw malformedQuery(`The request has more than ${bounds.maxParameters} parameters`)
    }
    if (end === start) continue
    const pair = text.slice(start, end)
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    if (parameters.has(name)) throw malformedQuery('The request names a parameter twice')
    parameters.set(name, equals < 0 ? '' : decode(pair.slice(equals + 1)))
  }
  return parameters
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw malformedQuery('The request is not valid form encoding in UTF-8')
  }
}

export function malformedQuery(message: string): ServiceFault {
  return new ServiceFault('MalformedQueryString', message, { status: 400 })
}
