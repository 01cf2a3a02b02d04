/** Sessions and their statements as stored. Times are milliseconds since 1970; `scope` is account and region. */

import type { SchemaSteps } from '../../../store/store.ts'

export type SessionStatus = 'PROVISIONING' | 'READY' | 'FAILED' | 'TIMEOUT' | 'STOPPING' | 'STOPPED'
export type StatementState = 'WAITING' | 'RUNNING' | 'AVAILABLE' | 'CANCELLING' | 'CANCELLED' | 'ERROR'

/** A type, not an interface: Kysely's `withTables` wants an index signature. */
export type SessionTables = {
  glue_sessions: {
    scope: string
    id: string
    /** The server that runs it. */
    host: string
    status: SessionStatus
    error_message: string | null
    created_at: number
    ready_at: number | null
    ended_at: number | null
    /** The request that made it, as JSON, without its tags. */
    definition: string
    /** The last id given to a statement. */
    last_statement: number
  }
  /** The servers that run sessions, and when each last said that it is there. */
  glue_session_hosts: {
    name: string
    seen_at: number
  }
  glue_statements: {
    scope: string
    session_id: string
    id: number
    code: string
    state: StatementState
    /** As the API shows it, JSON. */
    output: string
    started_at: number | null
    completed_at: number | null
  }
}

export const sessionSteps: SchemaSteps = {
  '0300-glue-sessions': async (db, { text, integer }) => {
    await db.schema
      .createTable('glue_sessions')
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('host', text, (column) => column.notNull())
      .addColumn('status', text, (column) => column.notNull())
      .addColumn('error_message', text)
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('ready_at', integer)
      .addColumn('ended_at', integer)
      .addColumn('definition', text, (column) => column.notNull())
      .addColumn('last_statement', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('glue_sessions_key', ['scope', 'id'])
      .execute()
    await db.schema.createIndex('glue_sessions_by_host').on('glue_sessions').columns(['host', 'status']).execute()
    await db.schema
      .createTable('glue_statements')
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('session_id', text, (column) => column.notNull())
      .addColumn('id', integer, (column) => column.notNull())
      .addColumn('code', text, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('output', text, (column) => column.notNull())
      .addColumn('started_at', integer)
      .addColumn('completed_at', integer)
      .addPrimaryKeyConstraint('glue_statements_key', ['scope', 'session_id', 'id'])
      .execute()
    await db.schema.createIndex('glue_statements_by_state').on('glue_statements').columns(['state', 'scope']).execute()
  },
  '0301-glue-session-hosts': async (db, { text, integer }) => {
    await db.schema
      .createTable('glue_session_hosts')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('seen_at', integer, (column) => column.notNull())
      .execute()
  },
}
