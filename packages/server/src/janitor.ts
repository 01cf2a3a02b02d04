/** Clears away what has run out: sessions a day after their end, denials after a week. */

import type { Kysely } from 'kysely'
import type { Denials } from './audit/denials.ts'
import type { IdentityTables } from './principals/tables.ts'

const every = 60 * 60 * 1000
/** An expired session is told so as long as its record is there; after that its key is unknown. */
const sessionAfterlife = 24 * 60 * 60 * 1000

export function startJanitor(
  db: Kysely<IdentityTables>,
  denials: Denials,
  clock: () => number,
  onError: (error: unknown) => void,
): () => void {
  const clear = async () => {
    const now = clock()
    await db
      .deleteFrom('sts_sessions')
      .where('expires_at', '<', now - sessionAfterlife)
      .execute()
    await denials.forgetOld(now)
  }
  const timer = setInterval(() => void clear().catch(onError), every)
  timer.unref()
  return () => clearInterval(timer)
}
