/** RunStatement, GetStatement, ListStatements, CancelStatement. Glue Web API Reference, "Interactive sessions API". */

import type { Statement } from '@aws-sdk/client-glue'
import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../../kernel/requirement.ts'
import { scopeKey } from '../arns.ts'
import { invalidInput, limitExceeded } from '../faults.ts'
import { type GlueDeps, operation } from '../operation.ts'
import { pageOf } from '../page.ts'
import {
  changeStatement,
  findStatement,
  hasEnded,
  type SessionDb,
  type SessionRow,
  type StatementRow,
  sessionsTopic,
} from './rows.ts'
import { sessionDb, sessionNamed } from './sessions.ts'
import type { SessionTables } from './tables.ts'

function statementShape(row: StatementRow): Statement {
  const progress = row.state === 'AVAILABLE' ? 1 : 0
  return {
    Id: row.id,
    Code: row.code,
    State: row.state,
    Output: JSON.parse(row.output),
    Progress: progress,
    ...(row.started_at === null ? {} : { StartedOn: row.started_at }),
    ...(row.completed_at === null ? {} : { CompletedOn: row.completed_at }),
  }
}

/** A session that has ended shows its statements no longer. */
async function openSession(db: SessionDb, scope: string, id: string): Promise<SessionRow> {
  const session = await sessionNamed(db, scope, id)
  if (hasEnded(session)) {
    throw new ServiceFault(
      'IllegalSessionStateException',
      `Session unavailable, session_id=${id}, status=${session.status}`,
    )
  }
  return session
}

async function statementNamed(db: SessionDb, scope: string, sessionId: string, id: number): Promise<StatementRow> {
  const row = await findStatement(db, scope, sessionId, id)
  if (row === undefined) throw new ServiceFault('EntityNotFoundException', `Statement ${id} not found.`)
  return row
}

export const runStatement = operation('RunStatement', {
  authorize: ({ input, arn }) => [requires('glue:RunStatement', arn.session(input.SessionId))],
  handle: async ({ input, caller, region }, deps) => {
    const scope = scopeKey({ account: caller.account, region })
    const id = await deps.store.write(sessionsTopic(scope), async (transaction) => {
      const db = transaction.withTables<SessionTables>()
      const session = await sessionNamed(db, scope, input.SessionId)
      if (session.status !== 'READY') {
        throw invalidInput(`Session is not ready, session_id=${input.SessionId}, status=${session.status}`)
      }
      await checkQueue(db, scope, input.SessionId, deps)
      const next = session.last_statement + 1
      await db
        .updateTable('glue_sessions')
        .set({ last_statement: next })
        .where('scope', '=', scope)
        .where('id', '=', input.SessionId)
        .execute()
      await db
        .insertInto('glue_statements')
        .values({
          scope,
          session_id: input.SessionId,
          id: next,
          code: input.Code,
          state: 'WAITING',
          output: '{}',
          started_at: null,
          completed_at: null,
        })
        .execute()
      return next
    })
    return { Id: id }
  },
})

async function checkQueue(db: SessionDb, scope: string, sessionId: string, deps: GlueDeps): Promise<void> {
  const { waiting } = await db
    .selectFrom('glue_statements')
    .select((eb) => eb.fn.countAll<number>().as('waiting'))
    .where('scope', '=', scope)
    .where('session_id', '=', sessionId)
    .where('state', '=', 'WAITING')
    .executeTakeFirstOrThrow()
  const { maxQueuedStatements } = deps.sessions.settings
  if (Number(waiting) >= maxQueuedStatements) {
    throw limitExceeded(`At most ${maxQueuedStatements} statements may wait in a session.`)
  }
}

export const getStatement = operation('GetStatement', {
  authorize: ({ input, arn }) => [requires('glue:GetStatement', arn.session(input.SessionId))],
  handle: async ({ input, caller, region }, deps) => {
    const scope = scopeKey({ account: caller.account, region })
    const db = sessionDb(deps)
    await openSession(db, scope, input.SessionId)
    return { Statement: statementShape(await statementNamed(db, scope, input.SessionId, input.Id)) }
  },
})

const pageSize = 100

export const listStatements = operation('ListStatements', {
  authorize: ({ input, arn }) => [requires('glue:ListStatements', arn.session(input.SessionId))],
  handle: async ({ input, caller, region }, deps) => {
    const scope = scopeKey({ account: caller.account, region })
    const db = sessionDb(deps)
    await openSession(db, scope, input.SessionId)
    const { rows, NextToken } = await pageOf(
      { operation: 'ListStatements', scope, filter: input.SessionId, token: input.NextToken, size: pageSize },
      {
        fetch: (after, limit) =>
          db
            .selectFrom('glue_statements')
            .selectAll()
            .where('scope', '=', scope)
            .where('session_id', '=', input.SessionId)
            .where('id', '>', Number(after ?? 0))
            .orderBy('id')
            .limit(limit)
            .execute(),
        keyOf: ({ id }) => String(id),
      },
    )
    return { Statements: rows.map(statementShape), ...NextToken }
  },
})

export const cancelStatement = operation('CancelStatement', {
  authorize: ({ input, arn }) => [requires('glue:CancelStatement', arn.session(input.SessionId))],
  handle: async ({ input, caller, region }, deps) => {
    const scope = scopeKey({ account: caller.account, region })
    await deps.store.write(sessionsTopic(scope), async (transaction) => {
      const db = transaction.withTables<SessionTables>()
      await openSession(db, scope, input.SessionId)
      await statementNamed(db, scope, input.SessionId, input.Id)
      const from = ['WAITING', 'RUNNING'] as const
      const cancelled = await changeStatement(db, scope, input.SessionId, input.Id, from, { state: 'CANCELLING' })
      if (!cancelled) throw invalidInput(`Statement ${input.Id} is not waiting or running.`)
    })
    return {}
  },
})
