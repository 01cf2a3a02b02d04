/** Tags as rows: written within the transaction of the resource that bears them. Glue Developer Guide, "Tagging APIs". */

import type { Transaction } from 'kysely'
import { type Tags, tagsOf } from '../../kernel/tags.ts'
import { invalidInput } from './faults.ts'
import type { GlueTables } from './tables.ts'

type Db = Pick<Transaction<GlueTables>, 'selectFrom' | 'insertInto' | 'deleteFrom'>

const tagLimit = 50

/** `aws:` is AWS's own in any case, as for every service; Glue's "Tagging APIs" reserves `aws` without the colon as well. */
const reserved = /^(aws|[aA][wW][sS]:)/

/** The tags of a request, refused where AWS reserves the key. */
export function checkedTags(input: Readonly<Record<string, string>> | undefined): Tags {
  const tags = tagsOf(input)
  for (const key of tags.keys()) {
    if (reserved.test(key)) throw invalidInput('Tag keys that begin with aws are reserved.')
  }
  if (tags.size > tagLimit) throw invalidInput(`A resource can have at most ${tagLimit} tags.`)
  return tags
}

/** Adds or overwrites; the resource has at most fifty afterwards. */
export async function putTags(db: Db, scope: string, resource: string, tags: Tags): Promise<void> {
  if (tags.size === 0) return
  for (const [key, value] of tags) {
    await db
      .insertInto('glue_tags')
      .values({ scope, resource, key, value })
      .onConflict((conflict) => conflict.columns(['scope', 'resource', 'key']).doUpdateSet({ value }))
      .execute()
  }
  const { count } = await db
    .selectFrom('glue_tags')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('scope', '=', scope)
    .where('resource', '=', resource)
    .executeTakeFirstOrThrow()
  if (Number(count) > tagLimit) throw invalidInput(`A resource can have at most ${tagLimit} tags.`)
}

export async function removeTags(db: Db, scope: string, resource: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await db
    .deleteFrom('glue_tags')
    .where('scope', '=', scope)
    .where('resource', '=', resource)
    .where('key', 'in', keys)
    .execute()
}

/** With the resource itself. */
export async function dropTags(db: Db, scope: string, resources: readonly string[]): Promise<void> {
  if (resources.length === 0) return
  await db.deleteFrom('glue_tags').where('scope', '=', scope).where('resource', 'in', resources).execute()
}
