/** One wire protocol as the HTTP server drives it. Each declares its own answers; the server branches on none. */

import type { IncomingMessage } from 'node:http'
import type { AccessKey, VerifiedSignature, WireResponse } from '@scopedown/wire'
import type { ProtocolName } from '../kernel/protocol-name.ts'
import type { BoundOperation, BoundService, Registry } from '../kernel/service.ts'
import type { HttpLimits } from './limits.ts'
import type { Head } from './route.ts'

export interface Incoming {
  readonly request: IncomingMessage
  readonly head: Head
  readonly registry: Registry
  readonly limits: HttpLimits
  /** Reads the body whole, under the server's limits; the same bytes each time. */
  body(maxBytes: number): Promise<Buffer>
}

/** What a request names. */
export interface Routed {
  readonly service: BoundService
  readonly operation: BoundOperation
  /** Undefined where the signature does not cover the body itself (S3). */
  readonly bodyHash: string | undefined
  /** The operation's input, perhaps a promise of it; called only once the caller is known. */
  readonly parse: (verified: VerifiedSignature<AccessKey>) => unknown
}

export interface HttpProtocol {
  readonly name: ProtocolName
  newRequestId(): string
  route(incoming: Incoming): Promise<Routed>
  write(routed: Routed, output: unknown, requestId: string): WireResponse
  /** `service`: as far as the request was understood. */
  writeFault(thrown: unknown, requestId: string, service: BoundService | undefined, head: Head): WireResponse
}
