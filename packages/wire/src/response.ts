/** What a protocol writer hands to the HTTP server: nothing about sockets, everything about bytes. */

export interface WireResponse {
  readonly status: number
  /** Lower-case names. `content-length` is left to the HTTP server unless the protocol fixes it. */
  readonly headers: Readonly<Record<string, string>>
  /** A stream body (S3 GetObject) is passed through as the handler gave it. */
  readonly body: string | Uint8Array | AsyncIterable<Uint8Array> | undefined
}
