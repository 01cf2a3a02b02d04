/** GetBucketTagging, PutBucketTagging, DeleteBucketTagging. S3 API reference; deleting asks for `s3:PutBucketTagging`. */

import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../kernel/requirement.ts'
import type { TagPairs } from '../../objects/facts.ts'
import { bucketNamed, bucketsTopic } from './buckets-table.ts'
import { operation, type S3Deps } from './operation.ts'
import { asksBucket, context } from './requirements.ts'
import { checkedTags, tagPairs, tagSet } from './tag-sets.ts'

const maxBucketTags = 50

export const getBucketTagging = operation('GetBucketTagging', {
  authorize: (call) => [asksBucket(call, 's3:GetBucketTagging', call.input.Bucket)],
  handle: async ({ input }, { store }) => {
    const bucket = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    const tags = JSON.parse(bucket.tags) as TagPairs
    if (tags.length > 0) return { TagSet: tagSet(tags) }
    throw new ServiceFault('NoSuchTagSet', 'The TagSet does not exist', {
      status: 404,
      members: { BucketName: bucket.name },
    })
  },
})

export const putBucketTagging = operation('PutBucketTagging', {
  authorize: (call) => [
    requires('s3:PutBucketTagging', call.arn.bucket(call.input.Bucket), {
      requestTags: call.input.Tagging.TagSet,
      context: context(call, {}),
    }),
  ],
  handle: async ({ input }, deps) => {
    const tags = checkedTags(tagPairs(input.Tagging.TagSet), maxBucketTags)
    await setBucketTags(input.Bucket, input.ExpectedBucketOwner, tags, deps)
    return {}
  },
})

export const deleteBucketTagging = operation('DeleteBucketTagging', {
  authorize: (call) => [asksBucket(call, 's3:PutBucketTagging', call.input.Bucket)],
  handle: async ({ input }, deps) => {
    await setBucketTags(input.Bucket, input.ExpectedBucketOwner, [], deps)
    return {}
  },
})

async function setBucketTags(
  name: string,
  owner: string | undefined,
  tags: TagPairs,
  { store }: S3Deps,
): Promise<void> {
  await bucketNamed(store, name, owner)
  await store.write(bucketsTopic, (db) =>
    db
      .updateTable('s3_buckets')
      .set({ tags: JSON.stringify(tags) })
      .where('name', '=', name)
      .execute(),
  )
}
