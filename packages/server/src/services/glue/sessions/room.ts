/** Interactive sessions as a room of Glue. */

import type { Room } from '../room.ts'
import { createSession } from './create-session.ts'
import { findSession } from './rows.ts'
import { deleteSession, getSession, listSessions, stopSession } from './sessions.ts'
import { cancelStatement, getStatement, listStatements, runStatement } from './statements.ts'
import { type SessionTables, sessionSteps } from './tables.ts'

export const sessionsRoom: Room = {
  operations: [
    createSession,
    getSession,
    listSessions,
    stopSession,
    deleteSession,
    runStatement,
    getStatement,
    listStatements,
    cancelStatement,
  ],
  steps: sessionSteps,
  kinds: {
    session: {
      taggable: true,
      inCatalog: false,
      title: 'Session',
      exists: async (db, scope, name) => (await findSession(db.withTables<SessionTables>(), scope, name)) !== undefined,
    },
  },
}
