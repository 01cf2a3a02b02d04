/** GetUserDefinedFunctions: those that match, of one database or of all, that the caller may see. */

import { operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { pageOf } from '../page.ts'
import { databaseNamed } from './databases.ts'
import { type FunctionRow, functionShape } from './functions.ts'
import { hierarchy, stored } from './hierarchy.ts'
import { type NameCursor, nameCursor, readNameCursor } from './name-cursor.ts'
import { namePattern } from './name-pattern.ts'
import type { CatalogTables } from './schema.ts'

const pageSize = 100

export const getUserDefinedFunctions = operation('GetUserDefinedFunctions', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetUserDefinedFunctions', ownerOf(call, input.CatalogId), deps)
    return input.DatabaseName === undefined ? asked.catalog() : asked.database(input.DatabaseName)
  },
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const scope = owner.scope()
    const { only } = hierarchy('GetUserDefinedFunctions', owner, deps)
    const database = input.DatabaseName === undefined ? undefined : stored(input.DatabaseName)
    if (database !== undefined) await databaseNamed(deps.store.db, scope, database)
    const matches = namePattern(input.Pattern)
    const ofType = ({ body }: FunctionRow) =>
      input.FunctionType === undefined || functionTypeOf(body) === input.FunctionType
    const { rows, NextToken } = await pageOf<FunctionRow>(
      {
        operation: 'GetUserDefinedFunctions',
        scope,
        filter: [database, input.Pattern, input.FunctionType],
        token: input.NextToken,
        size: input.MaxResults ?? pageSize,
      },
      {
        fetch: (after, limit) => fetch(after === undefined ? undefined : readNameCursor(after), limit),
        keyOf: nameCursor,
        keep: async (row) =>
          matches(row.name) &&
          ofType(row) &&
          (await call.permits(only.database(row.database_name), only.userDefinedFunction(row.database_name, row.name))),
      },
    )
    return { UserDefinedFunctions: rows.map((row) => functionShape(row, owner)), ...NextToken }

    function fetch(after: NameCursor | undefined, limit: number): Promise<FunctionRow[]> {
      return deps.store.db
        .withTables<CatalogTables>()
        .selectFrom('glue_functions')
        .selectAll()
        .where('scope', '=', scope)
        .$if(database !== undefined, (query) => query.where('database_name', '=', database ?? ''))
        .$if(after !== undefined, (query) =>
          query.where((eb) =>
            eb(eb.refTuple('database_name', 'name'), '>', eb.tuple(after?.database_name ?? '', after?.name ?? '')),
          ),
        )
        .orderBy('database_name')
        .orderBy('name')
        .limit(limit)
        .execute()
    }
  },
})

/** As AWS answers where none was given. */
function functionTypeOf(body: string): string {
  const { FunctionType } = JSON.parse(body) as { FunctionType?: string }
  return FunctionType ?? 'REGULAR_FUNCTION'
}
