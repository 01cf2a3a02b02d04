/** Reading many resources of one kind: pages, tag filters, and those that a batch names. */

import type { GlueArns } from '../arns.ts'
import { scopeKey } from '../arns.ts'
import type { GlueDeps } from '../operation.ts'
import { type Page, pageOf } from '../page.ts'
import { type Db, findResource, type ResourceRow, type RoomTables, resourcesAfter } from './stored.ts'
import type { ResourceKind } from './tables.ts'

export interface PageInput {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
  readonly Tags?: Readonly<Record<string, string>> | undefined
}

export const dbOf = ({ store }: Pick<GlueDeps, 'store'>): Db => store.as<RoomTables>().db

export const scopeOf = (call: { readonly arn: GlueArns }): string => scopeKey(call.arn.scope)

export const defaultPage = 100

/** One page by name. `operation` binds the token. */
export function pageOfKind(
  call: { readonly arn: GlueArns; readonly input: PageInput },
  deps: GlueDeps,
  kind: ResourceKind,
  operation: string,
  keep?: (row: ResourceRow) => boolean,
): Promise<Page<ResourceRow>> {
  const scope = scopeOf(call)
  const { MaxResults, NextToken, Tags, ...filter } = call.input
  const tags = new Map(Object.entries(Tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)))
  return pageOf(
    { operation, scope, filter: [filter, ...tags], token: NextToken, size: MaxResults ?? defaultPage },
    {
      fetch: (after, limit) => resourcesAfter(dbOf(deps), scope, kind, { after, tags }, limit),
      keyOf: (row) => row.name,
      ...(keep === undefined ? {} : { keep }),
    },
  )
}

export interface Batch {
  readonly found: readonly ResourceRow[]
  /** In the order asked; those that may not be read are among them. */
  readonly missing: readonly string[]
}

export async function readBatch(
  db: Db,
  scope: string,
  kind: ResourceKind,
  names: readonly string[],
  allowed: readonly string[],
): Promise<Batch> {
  const readable = new Set(allowed)
  const found: ResourceRow[] = []
  const missing: string[] = []
  for (const name of new Set(names)) {
    const row = readable.has(name) ? await findResource(db, scope, kind, name) : undefined
    if (row === undefined) missing.push(name)
    else found.push(row)
  }
  return { found, missing }
}
