/**
 * What a bucket is set to, told as it is here: not versioned, its owner owning every object, public access blocked. S3 API
 * reference, GetBucketVersioning, GetBucketOwnershipControls, GetPublicAccessBlock, GetBucketPolicyStatus.
 */

import { ServiceFault } from '@scopedown/wire'
import { bucketNamed } from './buckets-table.ts'
import { operation } from './operation.ts'
import { asksBucket } from './requirements.ts'

export const getBucketVersioning = operation('GetBucketVersioning', {
  authorize: (call) => [asksBucket(call, 's3:GetBucketVersioning', call.input.Bucket)],
  handle: async ({ input }, { store }) => {
    await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    // No status: versioning was never switched on.
    return {}
  },
})

export const getBucketOwnershipControls = operation('GetBucketOwnershipControls', {
  authorize: (call) => [asksBucket(call, 's3:GetBucketOwnershipControls', call.input.Bucket)],
  handle: async ({ input }, { store }) => {
    await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    return { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] } }
  },
})

export const getPublicAccessBlock = operation('GetPublicAccessBlock', {
  authorize: (call) => [asksBucket(call, 's3:GetBucketPublicAccessBlock', call.input.Bucket)],
  handle: async ({ input }, { store }) => {
    await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    return {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        IgnorePublicAcls: true,
        BlockPublicPolicy: true,
        RestrictPublicBuckets: true,
      },
    }
  },
})

export const getBucketPolicyStatus = operation('GetBucketPolicyStatus', {
  authorize: (call) => [asksBucket(call, 's3:GetBucketPolicyStatus', call.input.Bucket)],
  handle: async ({ input }, { store }) => {
    const { policy } = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    if (policy === null) throw noPolicy(input.Bucket)
    // A public policy is refused when it is put.
    return { PolicyStatus: { IsPublic: false } }
  },
})

export function noPolicy(bucket: string): ServiceFault {
  return new ServiceFault('NoSuchBucketPolicy', 'The bucket policy does not exist', {
    status: 404,
    members: { BucketName: bucket },
  })
}
