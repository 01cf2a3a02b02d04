/** Tags as rows by ARN, written with the resource that bears them. API reference, TagResource. */

import { type TagInput, type Tags, tagsOf } from '../../kernel/tags.ts'
import { invalidRequest } from './faults.ts'
import type { TransferDb } from './operation.ts'

const mostTags = 50

/** The tags of a request; keys of the system are AWS's alone. */
export function checkedTags(input: TagInput): Tags {
  const tags = tagsOf(input)
  for (const key of tags.keys()) {
    if (key.toLowerCase().startsWith('aws:')) throw invalidRequest('Tag keys that begin with aws: are reserved.')
    if (key === '') throw invalidRequest('A tag needs a key.')
  }
  return tags
}

export async function putTags(db: TransferDb, arn: string, tags: Tags): Promise<void> {
  for (const [key, value] of tags) {
    await db
      .insertInto('transfer_tags')
      .values({ arn, key, value })
      .onConflict((conflict) => conflict.columns(['arn', 'key']).doUpdateSet({ value }))
      .execute()
  }
  if (tags.size > 0 && (await tagsOfArn(db, arn)).size > mostTags) {
    throw invalidRequest(`A resource can have at most ${mostTags} tags.`)
  }
}

export async function removeTags(db: TransferDb, arn: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await db.deleteFrom('transfer_tags').where('arn', '=', arn).where('key', 'in', keys).execute()
}

export async function dropTags(db: TransferDb, arn: string): Promise<void> {
  await db.deleteFrom('transfer_tags').where('arn', '=', arn).execute()
}

export async function tagsOfArn(db: TransferDb, arn: string): Promise<Tags> {
  const rows = await db
    .selectFrom('transfer_tags')
    .select(['key', 'value'])
    .where('arn', '=', arn)
    .orderBy('key')
    .execute()
  return new Map(rows.map(({ key, value }) => [key, value]))
}

export const tagList = (tags: Tags) => [...tags].map(([Key, Value]) => ({ Key, Value }))
