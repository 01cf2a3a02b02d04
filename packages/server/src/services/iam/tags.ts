/** Tags of IAM's entities: keys compare without case and keep the case they were given. IAM User Guide, "Tags for IAM resources". */

import { foldKey, repeatedKey } from '../../kernel/tags.ts'
import { tagsPerResource } from './account-quotas.ts'
import type { Db } from './entities.ts'
import { invalidInput, limitExceeded } from './faults.ts'
import type { IamDeps } from './operation.ts'
import { type PageEnd, pageOfAll } from './pages.ts'

type RequestTags = readonly { readonly Key: string; readonly Value: string }[] | undefined

/** The tags of a request, added to those that the resource has; a key that is there already takes the new value. */
export async function insertTags(db: Db, ownerId: string, requested: RequestTags): Promise<void> {
  const given = requested ?? []
  checkTagKeys(given.map(({ Key }) => Key))
  for (const { Key: key, Value: value } of given) {
    await db
      .insertInto('iam_tags')
      .values({ owner_id: ownerId, key_fold: foldKey(key), key, value })
      .onConflict((conflict) => conflict.columns(['owner_id', 'key_fold']).doUpdateSet({ key, value }))
      .execute()
  }
  const { count } = await db
    .selectFrom('iam_tags')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow()
  if (count > tagsPerResource) throw limitExceeded('TagsPerResource', tagsPerResource)
}

export async function deleteTags(db: Db, ownerId: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await db.deleteFrom('iam_tags').where('owner_id', '=', ownerId).where('key_fold', 'in', keys.map(foldKey)).execute()
}

export async function tagPage(
  deps: IamDeps,
  ownerId: string,
  input: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
): Promise<{ Tags: { Key: string; Value: string }[] } & PageEnd> {
  const tags = await deps.policies.tags(ownerId)
  const { items, end } = pageOfAll([...tags], input, ([key]) => foldKey(key))
  return { Tags: items.map(([Key, Value]) => ({ Key, Value })), ...end }
}

function checkTagKeys(keys: readonly string[]): void {
  if (repeatedKey(keys) !== undefined) {
    throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (keys.some((key) => foldKey(key).startsWith('aws:'))) {
    throw invalidInput('Tag keys that begin with aws: are reserved for system use.')
  }
}
