/** Reading and writing Glue's resources outside the catalog: one row each, of whatever kind. */

import { type Kysely, type Selectable, sql } from 'kysely'
import type { Tags } from '../../../kernel/tags.ts'
import { alreadyExists, notFound } from '../faults.ts'
import type { GlueDeps } from '../operation.ts'
import { factsTopic } from '../resource-facts.ts'
import type { GlueTables } from '../tables.ts'
import { dropTags, putTags } from '../tag-rows.ts'
import type { GlueResourceTables, ResourceKind } from './tables.ts'
import { titles } from './titles.ts'

export type RoomTables = GlueResourceTables & GlueTables
export type Db = Kysely<RoomTables>
export type ResourceRow = Selectable<GlueResourceTables['glue_resources']>

type HasStore = Pick<GlueDeps, 'store'>

const topicOf = (scope: string): string => `glue-resources/${scope}`

/** One transaction; no two of one account and region overlap, on however many servers. */
export function write<T>({ store }: HasStore, scope: string, body: (db: Db) => Promise<T>): Promise<T> {
  return store.as<RoomTables>().write(topicOf(scope), body)
}

/** The same where a resource comes with its tags or goes with them: caches of tags are told. */
function writeWithTags<T>({ store }: HasStore, scope: string, body: (db: Db) => Promise<T>): Promise<T> {
  return store.as<RoomTables>().write(factsTopic(scope), async (db) => {
    await store.changes.bump(db as never, topicOf(scope), store.kind === 'postgres')
    return body(db)
  })
}

export function findResource(
  db: Db,
  scope: string,
  kind: ResourceKind,
  name: string,
): Promise<ResourceRow | undefined> {
  return db
    .selectFrom('glue_resources')
    .selectAll()
    .where('scope', '=', scope)
    .where('kind', '=', kind)
    .where('name', '=', name)
    .executeTakeFirst()
}

export async function resourceNamed(db: Db, scope: string, kind: ResourceKind, name: string): Promise<ResourceRow> {
  const row = await findResource(db, scope, kind, name)
  if (row === undefined) throw notFound(titles[kind], name)
  return row
}

export interface NewResource {
  readonly scope: string
  readonly kind: ResourceKind
  readonly name: string
  readonly state: string
  readonly time: number
  readonly definition: object
  readonly firesAt?: number | undefined
  readonly progress?: object
  readonly tags?: Tags
}

/** `check`: what else must hold, asked in the same transaction. */
export function createResource(
  deps: HasStore,
  made: NewResource,
  check?: (db: Db) => Promise<void>,
): Promise<ResourceRow> {
  return writeWithTags(deps, made.scope, async (db) => {
    if ((await findResource(db, made.scope, made.kind, made.name)) !== undefined) throw alreadyExists(titles[made.kind])
    await check?.(db)
    const row: ResourceRow = {
      scope: made.scope,
      kind: made.kind,
      name: made.name,
      state: made.state,
      version: 1,
      created_at: made.time,
      updated_at: made.time,
      fires_at: made.firesAt ?? null,
      definition: JSON.stringify(made.definition),
      progress: JSON.stringify(made.progress ?? {}),
    }
    await db.insertInto('glue_resources').values(row).execute()
    if (made.tags !== undefined) await putTags(db, made.scope, `${made.kind}/${made.name}`, made.tags)
    return row
  })
}

export interface ResourceChange {
  readonly state?: string
  readonly fires_at?: number | null
  readonly definition?: object
  readonly progress?: object
  /** Of the definition; what merely happens to a resource leaves it alone. */
  readonly version?: number
  readonly updated_at?: number
}

export async function changeResource(db: Db, row: ResourceRow, change: ResourceChange): Promise<void> {
  const { definition, progress, ...plain } = change
  await db
    .updateTable('glue_resources')
    .set({
      ...plain,
      ...(definition === undefined ? {} : { definition: JSON.stringify(definition) }),
      ...(progress === undefined ? {} : { progress: JSON.stringify(progress) }),
    })
    .where('scope', '=', row.scope)
    .where('kind', '=', row.kind)
    .where('name', '=', row.name)
    .execute()
}

/** With its runs and tags; false where there was none. `check` may refuse. */
export function deleteResource(
  deps: HasStore,
  scope: string,
  kind: ResourceKind,
  name: string,
  check?: (row: ResourceRow, db: Db) => void | Promise<void>,
): Promise<boolean> {
  return writeWithTags(deps, scope, async (db) => {
    const row = await findResource(db, scope, kind, name)
    if (row === undefined) return false
    await check?.(row, db)
    await db
      .deleteFrom('glue_resources')
      .where('scope', '=', scope)
      .where('kind', '=', kind)
      .where('name', '=', name)
      .execute()
    const runs = runsOf[kind]
    if (runs !== undefined) {
      await db
        .deleteFrom('glue_runs')
        .where('scope', '=', scope)
        .where('kind', '=', runs)
        .where('owner', '=', name)
        .execute()
    }
    await dropTags(db, scope, [`${kind}/${name}`])
    return true
  })
}

const runsOf: Partial<Record<ResourceKind, 'crawl' | 'jobRun' | 'mlTask'>> = {
  crawler: 'crawl',
  job: 'jobRun',
  mlTransform: 'mlTask',
}

export interface ResourceFilter {
  readonly after?: string | undefined
  /** Only those that bear all of these. */
  readonly tags?: Tags | undefined
}

/** By name. */
export function resourcesAfter(
  db: Db,
  scope: string,
  kind: ResourceKind,
  { after, tags }: ResourceFilter,
  limit: number,
): Promise<ResourceRow[]> {
  let query = db.selectFrom('glue_resources').selectAll().where('scope', '=', scope).where('kind', '=', kind)
  if (after !== undefined) query = query.where('name', '>', after)
  for (const [key, value] of tags ?? []) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('glue_tags')
          .select('key')
          .where('glue_tags.scope', '=', scope)
          .where('glue_tags.resource', '=', sql<string>`${`${kind}/`} || glue_resources.name`)
          .where('glue_tags.key', '=', key)
          .where('glue_tags.value', '=', value),
      ),
    )
  }
  return query.orderBy('name').limit(limit).execute()
}

/** The members that were sent, in the type that they were declared with. */
export function definitionOf<T>(row: { readonly definition: string }): T {
  return JSON.parse(row.definition) as T
}

export function progressOf<T>(row: { readonly progress: string }): Partial<T> {
  return JSON.parse(row.progress) as Partial<T>
}

/** A copy without some members. */
export function without<T extends object, K extends keyof T>(value: T, ...keys: readonly K[]): Omit<T, K> {
  const copy = { ...value }
  for (const key of keys) delete copy[key]
  return copy
}
