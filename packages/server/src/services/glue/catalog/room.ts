/** The Data Catalog: databases and all that lies in them, connections, and the catalog's own settings. */

import type { Room } from '../room.ts'
import { createDatabase, findDatabase, getDatabase, getDatabases, updateDatabase } from './databases.ts'
import { catalogSteps } from './tables.ts'

export const catalogRoom: Room = {
  operations: [createDatabase, getDatabase, getDatabases, updateDatabase],
  steps: catalogSteps,
  kinds: {
    database: {
      title: 'Database',
      taggable: true,
      inCatalog: true,
      foldsNames: true,
      tagNeeds: 'glue:GetDatabase',
      exists: async (db, scope, name) => (await findDatabase(db, scope, name)) !== undefined,
    },
  },
}
