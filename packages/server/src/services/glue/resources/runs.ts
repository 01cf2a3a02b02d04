/** Runs of crawlers, jobs and ML transforms: one row each, moved on by `scheduler.ts`. */

import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import type { Db } from './stored.ts'
import type { GlueResourceTables, RunKind } from './tables.ts'

export type RunRow = Selectable<GlueResourceTables['glue_runs']>

/** Between two states that nobody has to work for: long enough to be seen, short enough not to be waited for. */
export const stepMilliseconds = 500

const idPrefixes: Readonly<Record<RunKind, string>> = { crawl: '', jobRun: 'jr_', mlTask: 'tsk-' }

export function newRunId(kind: RunKind): string {
  return idPrefixes[kind] + randomBytes(32).toString('hex')
}

export interface NewRun {
  readonly scope: string
  readonly kind: RunKind
  readonly owner: string
  readonly id: string
  readonly state: string
  readonly time: number
  readonly definition: object
  readonly trigger?: string | null
  /** Default: at once. */
  readonly dueAt?: number
}

export async function insertRun(db: Db, made: NewRun): Promise<RunRow> {
  const row: RunRow = {
    scope: made.scope,
    kind: made.kind,
    owner: made.owner,
    id: made.id,
    state: made.state,
    started_at: made.time,
    updated_at: made.time,
    completed_at: null,
    due_at: made.dueAt ?? made.time,
    trigger_name: made.trigger ?? null,
    server: null,
    error: null,
    definition: JSON.stringify(made.definition),
  }
  await db.insertInto('glue_runs').values(row).execute()
  return row
}

export type RunKey = Pick<RunRow, 'scope' | 'kind' | 'owner' | 'id'>

export function findRun(db: Db, key: RunKey): Promise<RunRow | undefined> {
  return db
    .selectFrom('glue_runs')
    .selectAll()
    .where('scope', '=', key.scope)
    .where('kind', '=', key.kind)
    .where('owner', '=', key.owner)
    .where('id', '=', key.id)
    .executeTakeFirst()
}

export async function changeRun(
  db: Db,
  key: RunKey,
  change: Partial<Pick<RunRow, 'state' | 'updated_at' | 'completed_at' | 'due_at' | 'server' | 'error'>>,
): Promise<void> {
  await db
    .updateTable('glue_runs')
    .set(change)
    .where('scope', '=', key.scope)
    .where('kind', '=', key.kind)
    .where('owner', '=', key.owner)
    .where('id', '=', key.id)
    .execute()
}

/** Runs that have not ended, the oldest first. */
export function openRuns(db: Db, scope: string, kind: RunKind, owner: string): Promise<RunRow[]> {
  return db
    .selectFrom('glue_runs')
    .selectAll()
    .where('scope', '=', scope)
    .where('kind', '=', kind)
    .where('owner', '=', owner)
    .where('due_at', 'is not', null)
    .orderBy('started_at')
    .orderBy('id')
    .execute()
}

/** How many have neither ended nor wait for their turn. */
export async function activeRuns(db: Db, scope: string, kind: RunKind, owner: string): Promise<number> {
  const { count } = await db
    .selectFrom('glue_runs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('scope', '=', scope)
    .where('kind', '=', kind)
    .where('owner', '=', owner)
    .where('due_at', 'is not', null)
    .where('state', '!=', 'WAITING')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** The newest first; `after` is the key of the last one seen. */
export function runsBefore(
  db: Db,
  scope: string,
  kind: RunKind,
  owner: string,
  after: string | undefined,
  limit: number,
): Promise<RunRow[]> {
  let query = db
    .selectFrom('glue_runs')
    .selectAll()
    .where('scope', '=', scope)
    .where('kind', '=', kind)
    .where('owner', '=', owner)
  if (after !== undefined) {
    const colon = after.indexOf(':')
    const time = Number(after.slice(0, colon))
    const id = after.slice(colon + 1)
    query = query.where(({ eb, or, and }) =>
      or([eb('started_at', '<', time), and([eb('started_at', '=', time), eb('id', '<', id)])]),
    )
  }
  return query.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

export const runKey = (run: RunRow): string => `${run.started_at}:${run.id}`

/** Whole seconds, as the API counts execution time. */
export function secondsOf(run: RunRow): number {
  return run.completed_at === null ? 0 : Math.max(0, Math.round((run.completed_at - run.started_at) / 1000))
}
