/** What a protocol writer hands to the HTTP server: nothing about sockets, everything about bytes. */

export interface WireResponse {
  readonly status: number
  /** Lower-case names. Has `content-length` unless the body is a stream, whose length only the handler knows. */
  readonly headers: Readonly<Record<string, string>>
  /** A stream body (S3 GetObject) is passed through as the handler gave it. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined
}

/** Fills in `content-length` where the body is at hand; HEAD, 204 and 304 say nothing of a body they do not have. */
export function wireResponse(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: WireResponse['body'],
): WireResponse {
  if ('content-length' in headers || status === 204 || status === 304) return { status, headers, body }
  if (typeof body === 'string' || body instanceof Uint8Array) {
    return { status, headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) }, body }
  }
  return { status, headers, body }
}
