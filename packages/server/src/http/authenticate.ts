/** authenticate: Signature Version 4 to a caller. Wire checks the signature; who the key belongs to is ours. */

import type { IncomingMessage } from 'node:http'
import {
  type AccessKey,
  type Protocol,
  renderSignatureFault,
  type VerifiedSignature,
  verifySignature,
} from '@scopedown/wire'
import type { Caller } from '../kernel/caller.ts'
import { faultProtocol, type ProtocolName } from '../kernel/protocol-name.ts'
import type { BoundService, ServiceDefinition } from '../kernel/service.ts'
import type { Credentials, SessionTokens } from '../principals/credentials.ts'
import type { LastUsed } from '../principals/last-used.ts'

export interface CallerKey extends AccessKey {
  readonly caller: Caller
}

/** IAM is one for all regions and signs for this one. */
const globalRegion = 'us-east-1'

/** Equal to no token that a client can send: a header cannot hold it. */
const noSuchToken = '\u0000'

/** REST JSON signs like query: no target to cover, the body by its digest. */
function signatureProtocol(protocol: ProtocolName): Protocol {
  return protocol === 'restJson' ? 'awsQuery' : protocol
}

export class Authenticator {
  readonly #credentials: Credentials
  readonly #tokens: SessionTokens
  readonly #lastUsed: LastUsed
  readonly #regions: Readonly<Record<ServiceDefinition<unknown>['scope'], readonly string[]>>

  constructor(credentials: Credentials, tokens: SessionTokens, lastUsed: LastUsed, region: string) {
    this.#lastUsed = lastUsed
    this.#credentials = credentials
    this.#tokens = tokens
    this.#regions = { global: [globalRegion], regional: [region], both: [region, globalRegion] }
  }

  async verify(
    request: IncomingMessage,
    service: BoundService,
    bodyHash: string | undefined,
    now: number,
  ): Promise<VerifiedSignature<CallerKey>> {
    const { definition } = service
    const result = await verifySignature(
      {
        method: request.method ?? 'GET',
        rawUrl: request.url ?? '/',
        rawHeaders: request.rawHeaders,
        now,
        ...(bodyHash === undefined ? {} : { bodyHash }),
      },
      {
        service: definition.signingName ?? definition.name,
        regions: this.#regions[definition.scope],
        protocol: signatureProtocol(definition.protocol),
      },
      (id, token) => this.#lookup(id, token),
    )
    if (result.ok) {
      const { key, scope } = result.verified
      this.#lastUsed.note(key.caller, definition.name, scope.region, now)
      return result.verified
    }
    throw renderSignatureFault(result.fault, faultProtocol(definition.protocol))
  }

  async #lookup(accessKeyId: string, token: string | undefined): Promise<CallerKey | undefined> {
    const credential = await this.#credentials.find(accessKeyId)
    if (credential === undefined || !credential.active) return undefined
    const { secret: secretAccessKey, caller, expiresAt } = credential
    if (expiresAt === undefined) return { secretAccessKey, caller }
    const genuine = token !== undefined && this.#tokens.verify(token, accessKeyId)
    return { secretAccessKey, caller, expiresAt, sessionToken: genuine ? token : noSuchToken }
  }
}
