/** Buckets. API reference: CreateBucket, DeleteBucket, HeadBucket, ListBuckets, GetBucketLocation. */

import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../kernel/requirement.ts'
import { tagsOf } from '../../kernel/tags.ts'
import { bucketNotEmpty, noSuchBucket, notImplemented } from '../../objects/faults.ts'
import { bucketNamed, bucketRow, bucketsTopic, canonicalId, checkOwner } from './buckets-table.ts'
import { checkNewBucketName } from './names.ts'
import { operation } from './operation.ts'
import { asksBucket, context } from './requirements.ts'
import { checkedTags } from './tag-sets.ts'

const maxBucketTags = 50

export const createBucket = operation('CreateBucket', {
  authorize: (call) => [
    requires('s3:CreateBucket', call.arn.bucket(call.input.Bucket), {
      requestTags: call.input.CreateBucketConfiguration?.Tags,
      context: context(call, {
        's3:locationconstraint': call.input.CreateBucketConfiguration?.LocationConstraint,
        's3:x-amz-acl': call.input.ACL,
        's3:x-amz-object-ownership': call.input.ObjectOwnership,
      }),
    }),
  ],
  handle: async ({ input, caller, region, time }, { store }) => {
    const name = input.Bucket
    checkNewBucketName(name)
    if (input.ObjectLockEnabledForBucket) throw notImplemented('Object Lock')
    if (input.ObjectOwnership !== undefined && input.ObjectOwnership !== 'BucketOwnerEnforced') {
      throw notImplemented(`Object ownership ${input.ObjectOwnership}`)
    }
    if (input.ACL !== undefined && input.ACL !== 'private') {
      throw new ServiceFault(
        'InvalidBucketAclWithObjectOwnership',
        "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
        { status: 400 },
      )
    }
    checkLocation(input.CreateBucketConfiguration?.LocationConstraint, region)
    const tags = checkedTags([...tagsOf(input.CreateBucketConfiguration?.Tags)], maxBucketTags)
    const row = {
      name,
      account_id: caller.account,
      region,
      created_at: time,
      policy: null,
      tags: JSON.stringify(tags),
    }
    const made = await store.write(bucketsTopic, (db) =>
      db
        .insertInto('s3_buckets')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .returning('name')
        .executeTakeFirst(),
    )
    if (made === undefined) {
      const { account_id } = await bucketNamed(store, name, undefined)
      throw account_id === caller.account ? alreadyYours(name) : alreadyExists(name)
    }
    return { Location: `/${name}` }
  },
})

/** us-east-1 is named by leaving the constraint out. */
function checkLocation(constraint: string | undefined, region: string): void {
  if ((constraint ?? 'us-east-1') === region) return
  throw new ServiceFault(
    'IllegalLocationConstraintException',
    `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    { status: 400 },
  )
}

function alreadyYours(bucket: string): ServiceFault {
  return new ServiceFault(
    'BucketAlreadyOwnedByYou',
    'Your previous request to create the named bucket succeeded and you already own it.',
    { status: 409, members: { BucketName: bucket } },
  )
}

function alreadyExists(bucket: string): ServiceFault {
  return new ServiceFault(
    'BucketAlreadyExists',
    'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.',
    { status: 409, members: { BucketName: bucket } },
  )
}

export const deleteBucket = operation('DeleteBucket', {
  authorize: (call) => [asksBucket(call, 's3:DeleteBucket', call.input.Bucket)],
  handle: async ({ input }, { store }) => {
    const { Bucket: name } = input
    await store.write(bucketsTopic, async (db) => {
      const bucket = await bucketRow(db, name)
      if (bucket === undefined) throw noSuchBucket(name)
      checkOwner(bucket, input.ExpectedBucketOwner)
      for (const table of ['s3_objects', 's3_uploads'] as const) {
        const some = await db.selectFrom(table).select('key').where('bucket', '=', name).limit(1).execute()
        if (some.length > 0) throw bucketNotEmpty(name)
      }
      await db.deleteFrom('s3_buckets').where('name', '=', name).execute()
    })
    return {}
  },
})

export const headBucket = operation('HeadBucket', {
  authorize: (call) => [asksBucket(call, 's3:ListBucket', call.input.Bucket)],
  handle: async ({ input }, { store }) => {
    const { region } = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    return { BucketRegion: region, AccessPointAlias: false }
  },
})

export const getBucketLocation = operation('GetBucketLocation', {
  authorize: (call) => [asksBucket(call, 's3:GetBucketLocation', call.input.Bucket)],
  handle: async ({ input }, { store }) => {
    const { region } = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    // The model's enumeration has fewer regions than AWS.
    return region === 'us-east-1' ? {} : { LocationConstraint: region as 'eu-west-1' }
  },
})

const mostBuckets = 10_000

export const listBuckets = operation('ListBuckets', {
  constraints: { MaxBuckets: { min: 1, max: mostBuckets } },
  authorize: (call) => [requires('s3:ListAllMyBuckets', '*', { context: context(call, {}) })],
  handle: async ({ input, caller }, { store, region }) => {
    const max = input.MaxBuckets ?? mostBuckets
    let query = store.db.selectFrom('s3_buckets').selectAll().where('account_id', '=', caller.account)
    if (input.ContinuationToken !== undefined) query = query.where('name', '>', input.ContinuationToken)
    const rows = await query.orderBy('name').execute()
    const fitting = rows.filter(
      (row) => row.name.startsWith(input.Prefix ?? '') && (input.BucketRegion ?? row.region) === row.region,
    )
    const page = fitting.slice(0, max)
    const last = page[page.length - 1]
    return {
      Owner: { ID: canonicalId(caller.account) },
      Buckets: page.map(({ name, created_at, region: of }) => ({
        Name: name,
        CreationDate: new Date(created_at),
        BucketRegion: of || region,
      })),
      ...(input.Prefix === undefined ? {} : { Prefix: input.Prefix }),
      ...(fitting.length > max && last !== undefined ? { ContinuationToken: last.name } : {}),
    }
  },
})
