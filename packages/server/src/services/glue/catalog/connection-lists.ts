/** GetConnections: those of the catalog that the caller may see. */

import type { ConnectionInput } from '@aws-sdk/client-glue'
import { readBody } from '../body.ts'
import { type GlueInput, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { pageOf } from '../page.ts'
import { type ConnectionRow, connectionShape } from './connections.ts'
import { hierarchy } from './hierarchy.ts'
import type { CatalogTables } from './schema.ts'

const pageSize = 100

export const getConnections = operation('GetConnections', {
  authorize: (call, deps) => hierarchy('GetConnections', ownerOf(call, call.input.CatalogId), deps).catalog(),
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const scope = owner.scope()
    const { only } = hierarchy('GetConnections', owner, deps)
    const { rows, NextToken } = await pageOf<ConnectionRow>(
      {
        operation: 'GetConnections',
        scope,
        filter: input.Filter,
        token: input.NextToken,
        size: input.MaxResults ?? pageSize,
      },
      {
        fetch: (after, limit) =>
          deps.store.db
            .withTables<CatalogTables>()
            .selectFrom('glue_connections')
            .selectAll()
            .where('scope', '=', scope)
            .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
            .orderBy('name')
            .limit(limit)
            .execute(),
        keyOf: ({ name }) => name,
        keep: async (row) => matches(row, input.Filter) && (await call.permits(only.connection(row.name))),
      },
    )
    const ConnectionList = rows.map((row) => connectionShape(row, deps, input.HidePassword === true))
    return { ConnectionList, ...NextToken }
  },
})

function matches(row: ConnectionRow, filter: GlueInput<'GetConnections'>['Filter']): boolean {
  if (filter === undefined) return true
  const { MatchCriteria = [], ConnectionType } = readBody<ConnectionInput>(row.body)
  if (filter.ConnectionSchemaVersion !== undefined && filter.ConnectionSchemaVersion !== 1) return false
  if (filter.ConnectionType !== undefined && filter.ConnectionType !== ConnectionType) return false
  return (filter.MatchCriteria ?? []).every((criterion) => MatchCriteria.includes(criterion))
}
