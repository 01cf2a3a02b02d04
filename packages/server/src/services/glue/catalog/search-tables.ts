/** SearchTables: across the databases that the caller may see. API reference: SearchTables. */

import { type GlueDb, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { numberCursor, type Paging, pageOf } from '../page.ts'
import { hierarchy } from './hierarchy.ts'
import { type NameCursor, nameCursor, readNameCursor } from './name-cursor.ts'
import type { CatalogTables } from './schema.ts'
import { compareSorted, sortText, tableTest } from './table-search.ts'
import { type TableRow, tableNamed, tableShape } from './tables.ts'

const pageSize = 1000
const batch = 500

export const searchTables = operation('SearchTables', {
  authorize: (call, deps) => hierarchy('SearchTables', ownerOf(call, call.input.CatalogId), deps).catalog(),
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const scope = owner.scope()
    // Nobody shares a table with this server: of foreign ones there are none.
    if (input.ResourceShareType === 'FOREIGN' || input.ResourceShareType === 'FEDERATED') return { TableList: [] }
    const { only } = hierarchy('SearchTables', owner, deps)
    const test = tableTest(input.Filters ?? [], input.SearchText)
    const keep = async (row: TableRow) =>
      test(row) && (await call.permits(only.database(row.database_name), only.table(row.database_name, row.name)))
    const paging: Paging = {
      operation: 'SearchTables',
      scope,
      filter: [input.Filters, input.SearchText, input.SortCriteria],
      token: input.NextToken,
      size: input.MaxResults ?? pageSize,
    }
    const { db } = deps.store
    const criteria = input.SortCriteria ?? []
    if (criteria.length === 0) {
      const { rows, NextToken } = await pageOf<TableRow>(paging, {
        fetch: (after, limit) => tablesAfter(db, scope, after === undefined ? undefined : readNameCursor(after), limit),
        keyOf: nameCursor,
        keep,
      })
      return { TableList: rows.map((row) => tableShape(row, owner)), ...NextToken }
    }
    // Of each match its name and what it is sorted by are kept, not the table.
    const matches: (NameCursor & { readonly by: readonly string[] })[] = []
    for (let after: NameCursor | undefined; ; ) {
      const rows = await tablesAfter(db, scope, after, batch)
      for (const row of rows) {
        const by = criteria.map((criterion) => sortText(row, criterion))
        if (await keep(row)) matches.push({ database_name: row.database_name, name: row.name, by })
      }
      after = rows.at(-1)
      if (after === undefined || rows.length < batch) break
    }
    matches.sort((left, right) => compareSorted(left.by, right.by, criteria))
    const { rows, NextToken } = await pageOf(paging, {
      fetch: async (after, limit) => {
        const start = after === undefined ? 0 : numberCursor(after) + 1
        return matches.slice(start, start + limit).map((match, index) => ({ match, place: start + index }))
      },
      keyOf: ({ place }) => String(place),
    })
    const full: TableRow[] = []
    for (const { match } of rows) full.push(await tableNamed(db, scope, match.database_name, match.name))
    return { TableList: full.map((row) => tableShape(row, owner)), ...NextToken }
  },
})

async function tablesAfter(
  db: GlueDb,
  scope: string,
  after: NameCursor | undefined,
  limit: number,
): Promise<TableRow[]> {
  const rows = await db
    .withTables<CatalogTables>()
    .selectFrom('glue_tables')
    .selectAll()
    .where('scope', '=', scope)
    .$if(after !== undefined, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('database_name', 'name'), '>', eb.tuple(after?.database_name ?? '', after?.name ?? '')),
      ),
    )
    .orderBy('database_name')
    .orderBy('name')
    .limit(limit)
    .execute()
  // Lets other calls in: SQLite's answers come without a pause of their own.
  await new Promise((resolve) => setImmediate(resolve))
  return rows
}
