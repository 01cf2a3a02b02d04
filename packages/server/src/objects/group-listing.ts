/**
 * A listing with a delimiter in one query: the database itself jumps from each entry to the next, over all that lies under a
 * common prefix. S3 API reference, ListObjectsV2; "loose index scan" in the manuals of databases.
 */

import { type RawBuilder, sql } from 'kysely'
import type { Store } from '../store/store.ts'
import { beginning, groupOf, type Listed, type ListedObject, type ListQuery } from './listing.ts'
import type { ObjectTables } from './tables.ts'

/** The least text behind `key` itself, for no key holds a NUL. */
const least = '\u0001'

/** `behind`: the successor of the delimiter, which is that of every common prefix in its last place. */
export async function listGroups(store: Store<ObjectTables>, query: ListQuery, behind: string): Promise<Listed> {
  const begin = beginning(query)
  if (begin === undefined) return { objects: [], prefixes: [], next: undefined }
  const from = begin.exclusive ? begin.from + least : begin.from
  const found = await walk(store, query, from, begin.end, behind)
  const page = found.slice(0, query.max)
  const objects: ListedObject[] = []
  const prefixes: string[] = []
  for (const row of page) {
    const group = groupOf(row.key, query.prefix, query.delimiter)
    if (group === undefined) objects.push(row)
    else prefixes.push(group)
  }
  const last = page[page.length - 1]?.key
  const next =
    found.length > query.max && last !== undefined ? (groupOf(last, query.prefix, query.delimiter) ?? last) : undefined
  return { objects, prefixes, next }
}

/** The first key of each entry, one more than asked for. */
async function walk(
  { db, kind }: Store<ObjectTables>,
  { bucket, prefix, delimiter, max }: ListQuery,
  from: string,
  end: string | undefined,
  behind: string,
): Promise<ListedObject[]> {
  const place = sql.raw(kind === 'sqlite' ? 'instr' : 'strpos')
  const skipped = sql.lit([...prefix].length)
  const at = sql`${place}(substr(walk.key, ${skipped} + 1), ${delimiter})`
  const next = sql`case when ${at} > 0 then substr(walk.key, 1, ${skipped} + ${at} - 1) || ${behind} else walk.key || ${least} end`
  const first = (start: RawBuilder<unknown>) => sql`
    (select min(o.key) from s3_objects o where o.bucket = ${bucket} and o.key >= ${start}
      ${end === undefined ? sql`` : sql`and o.key < ${end}`})`
  const { rows } = await sql<ListedObject>`
    with recursive walk(key, n) as (
      select ${first(sql`${from}`)}, 1
      union all
      select ${first(next)}, walk.n + 1 from walk where walk.key is not null and walk.n <= ${sql.lit(max)}
    )
    select o.key, o.size, o.etag, o.modified_at as "modifiedAt", o.facts
    from walk join s3_objects o on o.bucket = ${bucket} and o.key = walk.key
    order by walk.n`.execute(db)
  return rows
}
