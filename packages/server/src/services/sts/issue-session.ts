/** Makes temporary credentials and keeps the session behind them. */

import type { Credentials } from '@aws-sdk/client-sts'
import type { SessionFacts } from '../../principals/tables.ts'
import { newSecretKey, uniqueId } from '../../principals/unique-ids.ts'
import type { StsDeps } from './operation.ts'

export interface NewSession {
  readonly kind: 'assumedRole' | 'federatedUser' | 'sessionToken'
  readonly account: string
  /** The role, or the user who asked; null: the root user. */
  readonly entityId: string | null
  readonly facts: SessionFacts
  readonly time: number
  readonly seconds: number
}

export async function issueSession(session: NewSession, deps: StsDeps): Promise<Credentials> {
  const accessKeyId = uniqueId('sessionKey')
  const secret = newSecretKey()
  // Whole seconds, as the answer prints it: a token must not outlive what was promised.
  const expiresAt = Math.floor(session.time / 1000) * 1000 + session.seconds * 1000
  await deps.store.db
    .insertInto('sts_sessions')
    .values({
      access_key_id: accessKeyId,
      account_id: session.account,
      kind: session.kind,
      entity_id: session.entityId,
      secret_sealed: deps.keySealer.seal(secret),
      issued_at: session.time,
      expires_at: expiresAt,
      facts: JSON.stringify(session.facts),
    })
    .execute()
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secret,
    SessionToken: deps.tokens.issue(accessKeyId, expiresAt),
    Expiration: new Date(expiresAt),
  }
}
