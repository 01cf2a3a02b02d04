/**
 * The servers that share a store tell each other that they are there; the sessions of one that has fallen silent have FAILED,
 * for nobody else can know what became of them.
 */

import type { Store } from '../../../store/store.ts'
import { changeSession, closeStatements, type SessionSchema, sessionsTopic } from './rows.ts'

type SessionStore = Store<SessionSchema>

const open = ['PROVISIONING', 'READY', 'STOPPING'] as const

/** Says that this server is there. */
export async function sayPresent(store: SessionStore, name: string, time: number): Promise<void> {
  await store.db
    .insertInto('glue_session_hosts')
    .values({ name, seen_at: time })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ seen_at: time }))
    .execute()
}

/** Ends what the rows say of the sessions of a server that runs them no longer. */
export async function endSessionsOf(store: SessionStore, host: string, message: string, time: number): Promise<void> {
  const orphans = await store.db
    .selectFrom('glue_sessions')
    .select(['scope', 'id'])
    .where('host', '=', host)
    .where('status', 'in', open)
    .execute()
  for (const { scope, id } of orphans) {
    await store.write(sessionsTopic(scope), async (db) => {
      await closeStatements(db, scope, id, time)
      const ended_at = time
      if (await changeSession(db, scope, id, ['STOPPING'], { status: 'STOPPED', ended_at })) return
      await changeSession(db, scope, id, open, { status: 'FAILED', error_message: message, ended_at })
    })
  }
}

/** `since`: whoever has said nothing after this moment is gone. */
export async function endSessionsOfSilent(store: SessionStore, since: number, time: number): Promise<void> {
  const silent = await store.db.selectFrom('glue_session_hosts').select('name').where('seen_at', '<', since).execute()
  for (const { name } of silent) {
    await endSessionsOf(store, name, 'The server that ran this session is gone.', time)
    await store.db.deleteFrom('glue_session_hosts').where('name', '=', name).where('seen_at', '<', since).execute()
  }
}
