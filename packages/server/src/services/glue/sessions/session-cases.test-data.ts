/** Interactive sessions for the registry test. Whatever a session that is not there is asked has passed permission first. */

import { type ResourceCase, roleOf } from '../resources/resource-cases.test-data.ts'

const Command = { Name: 'glueetl', PythonVersion: '3' }
const absent = 'EntityNotFoundException'

export const sessionCases: readonly ResourceCase[] = [
  {
    operation: 'CreateSession',
    input: async (world, unique) => ({ Id: unique, Role: await roleOf(world, unique), Command }),
  },
  {
    operation: 'CreateSession',
    about: 'with tags',
    input: async (world, unique) => ({
      Id: unique,
      Role: await roleOf(world, unique),
      Command,
      Tags: { owner: 'ana' },
    }),
    tagged: true,
  },
  { operation: 'GetSession', input: async (_, Id) => ({ Id }), fault: absent },
  { operation: 'ListSessions', input: async () => ({}) },
  { operation: 'StopSession', input: async (_, Id) => ({ Id }), fault: absent },
  { operation: 'DeleteSession', input: async (_, Id) => ({ Id }), fault: absent },
  { operation: 'RunStatement', input: async (_, SessionId) => ({ SessionId, Code: '1' }), fault: absent },
  { operation: 'GetStatement', input: async (_, SessionId) => ({ SessionId, Id: 1 }), fault: absent },
  { operation: 'ListStatements', input: async (_, SessionId) => ({ SessionId }), fault: absent },
  { operation: 'CancelStatement', input: async (_, SessionId) => ({ SessionId, Id: 1 }), fault: absent },
]
