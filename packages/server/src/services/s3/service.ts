/** Amazon Simple Storage Service, API version 2006-03-01. */

import type { Arn } from '@scopedown/engine'
import { type RestRequest, ServiceFault } from '@scopedown/wire'
import type { ResourceFacts, ServiceDefinition } from '../../kernel/service.ts'
import { addressOf } from './address.ts'
import { deleteBucketPolicy, getBucketPolicy, putBucketPolicy } from './bucket-policy.ts'
import {
  getBucketOwnershipControls,
  getBucketPolicyStatus,
  getBucketVersioning,
  getPublicAccessBlock,
} from './bucket-settings.ts'
import { deleteBucketTagging, getBucketTagging, putBucketTagging } from './bucket-tagging.ts'
import { createBucket, deleteBucket, getBucketLocation, headBucket, listBuckets } from './buckets.ts'
import { findBucket } from './buckets-table.ts'
import { copyObject } from './copy-object.ts'
import { deleteObject, deleteObjects } from './delete-objects.ts'
import { deniedSentence } from './denied.ts'
import { getObject, headObject } from './get-object.ts'
import { listObjects, listObjectsV2 } from './list-objects.ts'
import { listMultipartUploads } from './list-uploads.ts'
import { abortMultipartUpload, completeMultipartUpload, createMultipartUpload } from './multipart-uploads.ts'
import { getObjectAttributes } from './object-attributes.ts'
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.ts'
import { type S3Deps, s3Model } from './operation.ts'
import { putObject } from './put-object.ts'
import { listParts, uploadPart, uploadPartCopy } from './upload-parts.ts'

/** The owner and policy of the bucket that an ARN names or lies in. */
async function describe(arn: Arn, _action: string, { store, policyCache }: S3Deps): Promise<ResourceFacts | undefined> {
  const slash = arn.resource.indexOf('/')
  const name = slash === -1 ? arn.resource : arn.resource.slice(0, slash)
  const bucket = await findBucket(store, name)
  if (bucket === undefined) return undefined
  const uri = `bucket-policy:${name}`
  return {
    account: bucket.account_id,
    context: { 's3:ResourceAccount': bucket.account_id },
    policy:
      bucket.policy === null
        ? undefined
        : {
            policy: policyCache.stored(bucket.policy, 'resource', uri),
            uri,
            inline: true,
            attachedTo: `arn:${arn.partition}:s3:::${name}`,
          },
  }
}

/** What browsers send, and no SDK. S3 API reference, "POST Object" and "OPTIONS object". */
function unmodelled({ method, labels, path, query }: RestRequest): string | undefined {
  if (method === 'OPTIONS') return 'OPTIONS object'
  return method === 'POST' && 'Bucket' in labels && path === '/' && query.length === 0 ? 'POST Object' : undefined
}

/** Requests for hosts under one of these suffixes name the bucket in the host. */
export function s3Service(hostSuffixes: readonly string[]): ServiceDefinition<S3Deps> {
  return {
    name: 's3',
    protocol: 'restXml',
    model: s3Model,
    routeKey: '',
    scope: 'regional',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    rest: {
      address: (host, path) => addressOf(host, path, hostSuffixes),
      status: (output) =>
        typeof output === 'object' && output !== null && 'ContentRange' in output && output.ContentRange
          ? 206
          : undefined,
      unmodelled,
    },
    operations: [
      createBucket,
      deleteBucket,
      headBucket,
      listBuckets,
      getBucketLocation,
      putObject,
      getObject,
      headObject,
      deleteObject,
      deleteObjects,
      listObjects,
      listObjectsV2,
      copyObject,
      getObjectAttributes,
      getObjectTagging,
      putObjectTagging,
      deleteObjectTagging,
      createMultipartUpload,
      uploadPart,
      uploadPartCopy,
      completeMultipartUpload,
      abortMultipartUpload,
      listParts,
      listMultipartUploads,
      getBucketPolicy,
      putBucketPolicy,
      deleteBucketPolicy,
      getBucketPolicyStatus,
      getBucketTagging,
      putBucketTagging,
      deleteBucketTagging,
      getBucketVersioning,
      getBucketOwnershipControls,
      getPublicAccessBlock,
    ],
    describe,
    // Another account is told no more than that.
    refused: ({ request }, { caller }) =>
      request.resourceAccount === undefined || request.resourceAccount === caller.account
        ? undefined
        : new ServiceFault('AccessDenied', 'Access Denied', { status: 403 }),
    deniedSentence: (refusal) => deniedSentence(refusal, true),
  }
}
