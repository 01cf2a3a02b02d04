/** What a client may cost before it is known. */

export interface HttpLimits {
  /** Request line and headers together. */
  readonly headerBytes: number
  /** Until the headers are complete. */
  readonly headersMilliseconds: number
  /** Until a body that is read whole is complete. */
  readonly bodyMilliseconds: number
  /** Of silence in the middle of a body that is streamed. */
  readonly streamIdleMilliseconds: number
  readonly keepAliveMilliseconds: number
  /** Of silence on a connection with a call under way: a client that never reads its answer is let go. */
  readonly silenceMilliseconds: number
  /** Bodies that are read whole, of all calls at once: more are asked to come again. */
  readonly bufferedBytes: number
  readonly connections: number
}

export const defaultLimits: HttpLimits = {
  headerBytes: 64 * 1024,
  headersMilliseconds: 15_000,
  bodyMilliseconds: 30_000,
  streamIdleMilliseconds: 60_000,
  keepAliveMilliseconds: 30_000,
  silenceMilliseconds: 120_000,
  bufferedBytes: 256 * 1024 * 1024,
  connections: 4096,
}

export const defaultBodyBytes = 1024 * 1024
