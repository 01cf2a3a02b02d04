/** What a listener allows before it lets go of a client. Transfer Family User Guide, "AWS Transfer Family endpoints and quotas". */

export interface TransportLimits {
  /** From accepting a connection to the end of authentication. */
  readonly loginMilliseconds: number
  readonly idleMilliseconds: number
  /** A client that does not answer. */
  readonly unresponsiveMilliseconds: number
  readonly authenticationAttempts: number
  /** The longest that an answer waits after failures from its address or about its name. */
  readonly failureDelayMilliseconds: number
  /** Connections that have not authenticated: in all, and from one address. */
  readonly unauthenticated: number
  readonly unauthenticatedPerAddress: number
  readonly channelsPerConnection: number
  readonly sessionsPerServer: number
  readonly sessionsPerUser: number
  /** A key serves for so many bytes or so long. RFC 4253, section 9. */
  readonly rekeyBytes: number
  readonly rekeyMilliseconds: number
}

export const defaultTransportLimits: TransportLimits = {
  loginMilliseconds: 60_000,
  idleMilliseconds: 1_800_000,
  unresponsiveMilliseconds: 300_000,
  authenticationAttempts: 6,
  failureDelayMilliseconds: 5_000,
  unauthenticated: 500,
  unauthenticatedPerAddress: 100,
  channelsPerConnection: 10,
  sessionsPerServer: 10_000,
  sessionsPerUser: 1_000,
  rekeyBytes: 1024 ** 3,
  rekeyMilliseconds: 3_600_000,
}
