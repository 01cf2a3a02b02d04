/** authenticate: Signature Version 4 to a caller. Wire checks the signature; who the key belongs to is ours. */

import type { IncomingMessage } from 'node:http'
import {
  type AccessKey,
  type Protocol,
  renderSignatureFault,
  type Verification,
  type VerifiedSignature,
  verifySignature,
} from '@scopedown/wire'
import type { Caller } from '../kernel/caller.ts'
import { faultProtocol, type ProtocolName } from '../kernel/protocol-name.ts'
import type { BoundService, ServiceDefinition } from '../kernel/service.ts'
import type { Credential, Credentials, SessionTokens } from '../principals/credentials.ts'
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

  /** Throws the fault, at once or later. Without a promise for a key that is known already. */
  verify(
    request: IncomingMessage,
    service: BoundService,
    bodyHash: string | undefined,
    now: number,
  ): VerifiedSignature<CallerKey> | Promise<VerifiedSignature<CallerKey>> {
    const { definition } = service
    const result = verifySignature(
      {
        method: request.method ?? 'GET',
        rawUrl: request.url ?? '/',
        rawHeaders: request.rawHeaders,
        now,
        bodyHash,
      },
      {
        service: definition.signingName ?? definition.name,
        regions: this.#regions[definition.scope],
        protocol: signatureProtocol(definition.protocol),
      },
      (id, token) => this.#lookup(id, token),
    )
    return result instanceof Promise
      ? result.then((verification) => this.#accept(verification, definition, now))
      : this.#accept(result, definition, now)
  }

  #accept(
    result: Verification<CallerKey>,
    definition: ServiceDefinition<unknown>,
    now: number,
  ): VerifiedSignature<CallerKey> {
    if (!result.ok) throw renderSignatureFault(result.fault, faultProtocol(definition.protocol))
    const { key, scope } = result.verified
    this.#lastUsed.note(key.caller, definition.name, scope.region, now)
    return result.verified
  }

  #lookup(accessKeyId: string, token: string | undefined): CallerKey | undefined | Promise<CallerKey | undefined> {
    const credential = this.#credentials.find(accessKeyId)
    return credential instanceof Promise
      ? credential.then((found) => this.#keyOf(found, accessKeyId, token))
      : this.#keyOf(credential, accessKeyId, token)
  }

  #keyOf(credential: Credential | undefined, accessKeyId: string, token: string | undefined): CallerKey | undefined {
    if (credential === undefined || !credential.active) return undefined
    const { secret: secretAccessKey, caller, expiresAt } = credential
    if (expiresAt === undefined) return { secretAccessKey, caller }
    const genuine = token !== undefined && this.#tokens.verify(token, accessKeyId)
    return { secretAccessKey, caller, expiresAt, sessionToken: genuine ? token : noSuchToken }
  }
}
