/** URI encoding as Signature Version 4 wants it: RFC 3986, unreserved `A-Za-z0-9-_.~`, upper-case hex. */

export function uriEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Undefined for a percent sign without two digits and for bytes that are no UTF-8. A plus stays a plus. */
export function uriDecode(text: string): string | undefined {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

export interface QueryParameter {
  readonly name: string
  readonly value: string
}

/** The decoded query in the order sent; undefined when it can not be decoded. */
export function parseRawQuery(rawQuery: string): QueryParameter[] | undefined {
  const parameters: QueryParameter[] = []
  if (rawQuery === '') return parameters
  for (const pair of rawQuery.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = uriDecode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : uriDecode(pair.slice(equals + 1))
    if (name === undefined || value === undefined) return undefined
    parameters.push({ name, value })
  }
  return parameters
}

/** `/a?b` → path and query as they were sent, without the fragment no client should send. */
export function splitUrl(rawUrl: string): { path: string; query: string } {
  const mark = rawUrl.indexOf('?')
  return mark < 0 ? { path: rawUrl, query: '' } : { path: rawUrl.slice(0, mark), query: rawUrl.slice(mark + 1) }
}
