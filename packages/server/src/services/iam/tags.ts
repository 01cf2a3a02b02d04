/** Tags of IAM's entities: keys compare without case and keep the case they were given. IAM User Guide, "Tags for IAM resources". */

import { ServiceFault } from '@scopedown/wire'
import { foldKey, repeatedKey, type Tags } from '../../kernel/tags.ts'
import type { Db } from './entities.ts'

export async function insertTags(db: Db, ownerId: string, tags: Tags): Promise<void> {
  checkTags(tags.keys())
  if (tags.size === 0) return
  const rows = [...tags].map(([key, value]) => ({ owner_id: ownerId, key_fold: foldKey(key), key, value }))
  await db.insertInto('iam_tags').values(rows).execute()
}

export function checkTags(keys: Iterable<string>): void {
  const list = [...keys]
  const repeated = repeatedKey(list)
  if (repeated !== undefined) {
    throw new ServiceFault(
      'InvalidInputException',
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    )
  }
  if (list.some((key) => foldKey(key).startsWith('aws:'))) {
    throw new ServiceFault('InvalidInputException', 'Tag keys that begin with aws: are reserved.')
  }
}
