/** GetSession, ListSessions, StopSession, DeleteSession. Glue Web API Reference, "Interactive sessions API". */

import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../../kernel/requirement.ts'
import { scopeKey } from '../arns.ts'
import { concurrentModification } from '../faults.ts'
import { type GlueDeps, operation } from '../operation.ts'
import { pageOf } from '../page.ts'
import { factsTopic } from '../resource-facts.ts'
import { dropTags } from '../tag-rows.ts'
import { sessionShape } from './definition.ts'
import {
  changeSession,
  deleteSessionRows,
  findSession,
  hasEnded,
  type SessionDb,
  type SessionRow,
  sessionsTopic,
} from './rows.ts'
import type { SessionTables } from './tables.ts'

export const sessionDb = (deps: Pick<GlueDeps, 'store'>): SessionDb => deps.store.db.withTables<SessionTables>()

export async function sessionNamed(db: SessionDb, scope: string, id: string): Promise<SessionRow> {
  const row = await findSession(db, scope, id)
  if (row === undefined) throw new ServiceFault('EntityNotFoundException', 'Session ID not found.')
  return row
}

export const getSession = operation('GetSession', {
  authorize: ({ input, arn }) => [requires('glue:GetSession', arn.session(input.Id))],
  handle: async ({ input, caller, region, time }, deps) => {
    const row = await sessionNamed(sessionDb(deps), scopeKey({ account: caller.account, region }), input.Id)
    return { Session: sessionShape(row, time) }
  },
})

const pageSize = 1000

export const listSessions = operation('ListSessions', {
  authorize: () => [requires('glue:ListSessions', '*')],
  handle: async (call, deps) => {
    const { input, arn, time } = call
    const scope = scopeKey({ account: call.caller.account, region: call.region })
    const wanted = Object.entries(input.Tags ?? {})
    const { listOnlyReadable } = deps.sessions.settings
    const keep = async ({ id }: SessionRow): Promise<boolean> => {
      if (listOnlyReadable && !(await call.permits(requires('glue:GetSession', arn.session(id))))) return false
      if (wanted.length === 0) return true
      const tags = await deps.facts.tags(scope, `session/${id}`)
      return wanted.every(([key, value]) => tags.get(key) === value)
    }
    const size = input.MaxResults ?? pageSize
    const { rows, NextToken } = await pageOf(
      { operation: 'ListSessions', scope, filter: wanted, token: input.NextToken, size },
      {
        fetch: (after, limit) =>
          sessionDb(deps)
            .selectFrom('glue_sessions')
            .selectAll()
            .where('scope', '=', scope)
            .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
            .orderBy('id')
            .limit(limit)
            .execute(),
        keyOf: ({ id }) => id,
        ...(listOnlyReadable || wanted.length > 0 ? { keep } : {}),
      },
    )
    return { Ids: rows.map(({ id }) => id), Sessions: rows.map((row) => sessionShape(row, time)), ...NextToken }
  },
})

export const stopSession = operation('StopSession', {
  authorize: ({ input, arn }) => [requires('glue:StopSession', arn.session(input.Id))],
  handle: async ({ input, caller, region }, deps) => {
    const scope = scopeKey({ account: caller.account, region })
    await beginStop(deps, scope, input.Id, deps.sessions.settings.strictStop)
    return { Id: input.Id }
  },
})

export const deleteSession = operation('DeleteSession', {
  authorize: ({ input, arn }) => [requires('glue:DeleteSession', arn.session(input.Id))],
  handle: async ({ input, caller, region }, deps) => {
    const scope = scopeKey({ account: caller.account, region })
    await beginStop(deps, scope, input.Id, false)
    await deps.sessions.settle(scope, input.Id)
    await deps.store.write(factsTopic(scope), async (transaction) => {
      const db = transaction.withTables<SessionTables>()
      const row = await findSession(db, scope, input.Id)
      if (row !== undefined && !hasEnded(row)) throw changing()
      await deleteSessionRows(db, scope, input.Id)
      await dropTags(db, scope, [`session/${input.Id}`])
    })
    return { Id: input.Id }
  },
})

const changing = () => concurrentModification('Another change of this session is under way.')

/** STOPPING is what the session's host waits for; an ended session stays as it is. */
async function beginStop(deps: GlueDeps, scope: string, id: string, strict: boolean): Promise<void> {
  await deps.store.write(sessionsTopic(scope), async (transaction) => {
    const db = transaction.withTables<SessionTables>()
    const row = await sessionNamed(db, scope, id)
    if (row.status === 'STOPPING') throw changing()
    if (strict && hasEnded(row)) {
      throw new ServiceFault('IllegalSessionStateException', `Session is in ${row.status} status`)
    }
    await changeSession(db, scope, id, ['PROVISIONING', 'READY'], { status: 'STOPPING' })
  })
}
