/** GetTables: those of a database that the caller may see, by name. API reference: GetTables. */

import { operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { pageOf } from '../page.ts'
import { databaseNamed } from './databases.ts'
import { hierarchy, stored } from './hierarchy.ts'
import { namePattern } from './name-pattern.ts'
import type { CatalogTables } from './schema.ts'
import { refuseTransactions, type TableRow, tableShape } from './tables.ts'

const pageSize = 100

export const getTables = operation('GetTables', {
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('GetTables', ownerOf(call, input.CatalogId), deps).database(input.DatabaseName)
  },
  handle: async (call, deps) => {
    const { input } = call
    refuseTransactions(input)
    const owner = ownerOf(call, input.CatalogId)
    const scope = owner.scope()
    const { only } = hierarchy('GetTables', owner, deps)
    const database = await databaseNamed(deps.store.db, scope, input.DatabaseName)
    const matches = input.Expression === undefined ? () => true : namePattern(input.Expression)
    const { rows, NextToken } = await pageOf(
      {
        operation: 'GetTables',
        scope,
        filter: [database.name, input.Expression],
        token: input.NextToken,
        size: input.MaxResults ?? pageSize,
      },
      {
        fetch: (after, limit) =>
          deps.store.db
            .withTables<CatalogTables>()
            .selectFrom('glue_tables')
            .select('name')
            .where('scope', '=', scope)
            .where('database_name', '=', database.name)
            .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
            .orderBy('name')
            .limit(limit)
            .execute(),
        keyOf: ({ name }) => name,
        keep: async ({ name }) => matches(name) && (await call.permits(only.table(database.name, name))),
      },
    )
    const names = rows.map(({ name }) => name)
    const full = names.length === 0 ? [] : await rowsNamed(names)
    const wanted = new Set<string>(input.AttributesToGet ?? [])
    return {
      TableList: full.map((row) => {
        const shape = tableShape(row, owner)
        if (wanted.size === 0) return shape
        return {
          Name: shape.Name,
          ...(wanted.has('TABLE_TYPE') && shape.TableType !== undefined ? { TableType: shape.TableType } : {}),
        }
      }),
      ...NextToken,
    }

    function rowsNamed(wantedNames: readonly string[]): Promise<TableRow[]> {
      return deps.store.db
        .withTables<CatalogTables>()
        .selectFrom('glue_tables')
        .selectAll()
        .where('scope', '=', scope)
        .where('database_name', '=', stored(database.name))
        .where('name', 'in', wantedNames)
        .orderBy('name')
        .execute()
    }
  },
})
