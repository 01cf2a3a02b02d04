/** Reading and changing the rows of sessions and statements. */

import type { Kysely, Selectable } from 'kysely'
import type { IdentityTables } from '../../../principals/tables.ts'
import type { GlueTables } from '../tables.ts'
import type { SessionStatus, SessionTables, StatementState } from './tables.ts'

export type SessionSchema = IdentityTables & GlueTables & SessionTables
export type SessionDb = Kysely<SessionSchema>
export type SessionRow = Selectable<SessionTables['glue_sessions']>
export type StatementRow = Selectable<SessionTables['glue_statements']>

export const endedStatuses: readonly SessionStatus[] = ['FAILED', 'TIMEOUT', 'STOPPED']
export const openStates: readonly StatementState[] = ['WAITING', 'RUNNING', 'CANCELLING']

export const hasEnded = ({ status }: Pick<SessionRow, 'status'>): boolean => endedStatuses.includes(status)

/** Everything about the sessions of one account and region is written under this topic; their hosts listen to it. */
const topicPrefix = 'glue-sessions/'
export const sessionsTopic = (scope: string): string => `${topicPrefix}${scope}`
export const scopeOfTopic = (topic: string): string | undefined =>
  topic.startsWith(topicPrefix) ? topic.slice(topicPrefix.length) : undefined

export function findSession(db: SessionDb, scope: string, id: string): Promise<SessionRow | undefined> {
  return db.selectFrom('glue_sessions').selectAll().where('scope', '=', scope).where('id', '=', id).executeTakeFirst()
}

export function findStatement(
  db: SessionDb,
  scope: string,
  sessionId: string,
  id: number,
): Promise<StatementRow | undefined> {
  return db
    .selectFrom('glue_statements')
    .selectAll()
    .where('scope', '=', scope)
    .where('session_id', '=', sessionId)
    .where('id', '=', id)
    .executeTakeFirst()
}

export interface SessionChange {
  readonly status: SessionStatus
  readonly error_message?: string
  readonly ready_at?: number
  readonly ended_at?: number
}

/** From one of these statuses only; false where the session is in none of them. */
export async function changeSession(
  db: SessionDb,
  scope: string,
  id: string,
  from: readonly SessionStatus[],
  change: SessionChange,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('glue_sessions')
    .set(change)
    .where('scope', '=', scope)
    .where('id', '=', id)
    .where('status', 'in', from)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export interface StatementChange {
  readonly state: StatementState
  readonly output?: string
  readonly started_at?: number
  readonly completed_at?: number
}

export async function changeStatement(
  db: SessionDb,
  scope: string,
  sessionId: string,
  id: number,
  from: readonly StatementState[],
  change: StatementChange,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('glue_statements')
    .set(change)
    .where('scope', '=', scope)
    .where('session_id', '=', sessionId)
    .where('id', '=', id)
    .where('state', 'in', from)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** What is left when the interpreter is gone: what waited is cancelled, what ran has failed. */
export async function closeStatements(db: SessionDb, scope: string, sessionId: string, time: number): Promise<void> {
  const close = (from: readonly StatementState[], state: StatementState) =>
    db
      .updateTable('glue_statements')
      .set({ state, completed_at: time })
      .where('scope', '=', scope)
      .where('session_id', '=', sessionId)
      .where('state', 'in', from)
      .execute()
  await close(['RUNNING'], 'ERROR')
  await close(['WAITING', 'CANCELLING'], 'CANCELLED')
}

export async function deleteSessionRows(db: SessionDb, scope: string, id: string): Promise<void> {
  await db.deleteFrom('glue_statements').where('scope', '=', scope).where('session_id', '=', id).execute()
  await db.deleteFrom('glue_sessions').where('scope', '=', scope).where('id', '=', id).execute()
}
