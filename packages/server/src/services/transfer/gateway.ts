/** What the control plane asks of whatever serves SFTP. */

export interface GatewayServer {
  readonly id: string
  readonly account: string
  readonly region: string
}

export interface ProviderTestQuestion {
  readonly user: string
  readonly password: string
  readonly protocol: string
  readonly sourceIp: string
}

/** Answer of an identity provider to one question, as TestIdentityProvider tells it. */
export interface ProviderTest {
  readonly statusCode: number
  readonly url: string
  /** The raw JSON text; empty where the user was not accepted. */
  readonly response: string
  readonly message: string
}

export interface Gateway {
  /** Whether there are file systems for the domain EFS. */
  readonly offersEfs: boolean
  /** Begins to listen; answers the port. Rejects where it cannot. */
  start(server: GatewayServer): Promise<number>
  /** Ends every session. Resolves when the port is free. */
  stop(serverId: string): Promise<void>
  /** `host:port`, where it listens. */
  endpoint(serverId: string): string | undefined
  /** Settings changed: they hold for the next connection. A disabled user's sessions end. */
  changed(serverId: string, user?: string): Promise<void>
  /** Asks the server's identity provider; opens no session. */
  testProvider(server: GatewayServer, question: ProviderTestQuestion): Promise<ProviderTest>
}
