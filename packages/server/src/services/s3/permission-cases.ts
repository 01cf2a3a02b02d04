/** S3 for the registry test. Service Authorization Reference, "Amazon S3"; S3 User Guide, "Required permissions for API operations". */

import type { Need, PermissionCase, ServiceCases, World } from '../../testing/permission-case.ts'
import { rootCaller } from '../../testing/root-caller.ts'

type Output = Record<string, unknown>

const bucketArn = (name: string) => `arn:aws:s3:::${name}`
const onBucket = (action: string) => (_: World, unique: string) => [{ action, resource: bucketArn(unique) }]
const onKey =
  (...actions: string[]) =>
  (_: World, unique: string): Need[] =>
    actions.map((action) => ({ action, resource: `${bucketArn(unique)}/k` }))

async function bucket({ make }: World, name: string, more: object = {}): Promise<object> {
  await make('s3', 'CreateBucket', { Bucket: name })
  return { Bucket: name, ...more }
}

async function object(world: World, name: string, more: object = {}): Promise<object> {
  await bucket(world, name)
  await world.make('s3', 'PutObject', { Bucket: name, Key: 'k', Body: 'content', Tagging: 'color=blue' })
  return { Bucket: name, Key: 'k', ...more }
}

/** Somebody else began it: its initiator would need no Allow to list its parts. */
async function upload(world: World, name: string, more: object = {}): Promise<object> {
  await object(world, name)
  const { account, kernel } = world
  const caller = rootCaller(account)
  const origin = { ip: undefined, userAgent: undefined, secure: true }
  const input = { Bucket: name, Key: 'k' }
  const { UploadId } = (await kernel.call('s3', 'CreateMultipartUpload', { input, caller, origin })) as Output
  const part = { ...input, UploadId, PartNumber: 1, Body: 'part' }
  const { ETag } = (await kernel.call('s3', 'UploadPart', { input: part, caller, origin })) as Output
  return { ...input, UploadId, ...more, ...('MultipartUpload' in more ? parts(ETag) : {}) }
}

const parts = (ETag: unknown) => ({ MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } })
const tagSet = { Tagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }

const onlyTheBucket = (name: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:GetObject',
      Resource: `${bucketArn(name)}/secret`,
    },
  })

async function withPolicy(world: World, name: string): Promise<object> {
  await bucket(world, name)
  await world.make('s3', 'PutBucketPolicy', { Bucket: name, Policy: onlyTheBucket(name) })
  return { Bucket: name }
}

const ofBuckets: readonly PermissionCase[] = [
  {
    operation: 'ListBuckets',
    input: () => ({}),
    needs: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  },
  { operation: 'CreateBucket', input: (_, Bucket) => ({ Bucket }), needs: onBucket('s3:CreateBucket') },
  { operation: 'DeleteBucket', input: bucket, needs: onBucket('s3:DeleteBucket') },
  { operation: 'HeadBucket', input: bucket, needs: onBucket('s3:ListBucket') },
  { operation: 'ListObjects', input: bucket, needs: onBucket('s3:ListBucket') },
  { operation: 'ListObjectsV2', input: bucket, needs: onBucket('s3:ListBucket') },
  { operation: 'ListMultipartUploads', input: bucket, needs: onBucket('s3:ListBucketMultipartUploads') },
  { operation: 'GetBucketLocation', input: bucket, needs: onBucket('s3:GetBucketLocation') },
  { operation: 'GetBucketVersioning', input: bucket, needs: onBucket('s3:GetBucketVersioning') },
  { operation: 'GetBucketOwnershipControls', input: bucket, needs: onBucket('s3:GetBucketOwnershipControls') },
  { operation: 'GetPublicAccessBlock', input: bucket, needs: onBucket('s3:GetBucketPublicAccessBlock') },
  {
    operation: 'PutBucketPolicy',
    input: (world, name) => bucket(world, name, { Policy: onlyTheBucket(name) }),
    needs: onBucket('s3:PutBucketPolicy'),
  },
  { operation: 'GetBucketPolicy', input: withPolicy, needs: onBucket('s3:GetBucketPolicy') },
  { operation: 'GetBucketPolicyStatus', input: withPolicy, needs: onBucket('s3:GetBucketPolicyStatus') },
  { operation: 'DeleteBucketPolicy', input: withPolicy, needs: onBucket('s3:DeleteBucketPolicy') },
  {
    operation: 'PutBucketTagging',
    input: (world, name) => bucket(world, name, tagSet),
    needs: onBucket('s3:PutBucketTagging'),
  },
  { operation: 'GetBucketTagging', input: bucket, needs: onBucket('s3:GetBucketTagging'), fault: 'NoSuchTagSet' },
  { operation: 'DeleteBucketTagging', input: bucket, needs: onBucket('s3:PutBucketTagging') },
]

const put = (more: object) => (world: World, name: string) => bucket(world, name, { Key: 'k', Body: 'new', ...more })

const ofObjects: readonly PermissionCase[] = [
  { operation: 'PutObject', input: put({}), needs: onKey('s3:PutObject') },
  {
    operation: 'PutObject',
    about: 'with tags and an ACL',
    input: put({ Tagging: 'a=b', ACL: 'bucket-owner-full-control' }),
    needs: onKey('s3:PutObject', 's3:PutObjectTagging', 's3:PutObjectAcl'),
  },
  {
    operation: 'PutObject',
    about: 'if it matches',
    input: (world, name) => object(world, name, { Body: 'new', IfMatch: '*' }),
    needs: onKey('s3:PutObject', 's3:GetObject'),
  },
  { operation: 'GetObject', input: object, needs: onKey('s3:GetObject') },
  { operation: 'HeadObject', input: object, needs: onKey('s3:GetObject') },
  {
    operation: 'GetObject',
    about: 'of a version',
    input: (world, name) => object(world, name, { VersionId: 'null' }),
    needs: onKey('s3:GetObjectVersion'),
  },
  {
    operation: 'GetObject',
    about: 'of a key that is not there',
    input: (world, name) => bucket(world, name, { Key: 'k' }),
    needs: (_, name) => [
      { action: 's3:GetObject', resource: `${bucketArn(name)}/k` },
      { action: 's3:ListBucket', resource: bucketArn(name) },
    ],
    fault: 'NoSuchKey',
  },
  {
    operation: 'GetObjectAttributes',
    input: (world, name) => object(world, name, { ObjectAttributes: ['ETag'] }),
    needs: onKey('s3:GetObject', 's3:GetObjectAttributes'),
  },
  { operation: 'DeleteObject', input: object, needs: onKey('s3:DeleteObject') },
  {
    operation: 'DeleteObjects',
    input: async (world, name) => {
      await object(world, name)
      return { Bucket: name, Delete: { Objects: [{ Key: 'k' }] } }
    },
    needs: onKey('s3:DeleteObject'),
    itemFault: (output) => {
      const [error] = (output.Errors ?? []) as { Code: string; Message: string }[]
      return error && { code: error.Code, message: error.Message }
    },
  },
  { operation: 'GetObjectTagging', input: object, needs: onKey('s3:GetObjectTagging') },
  {
    operation: 'PutObjectTagging',
    input: (world, name) => object(world, name, tagSet),
    needs: onKey('s3:PutObjectTagging'),
  },
  { operation: 'DeleteObjectTagging', input: object, needs: onKey('s3:DeleteObjectTagging') },
  {
    operation: 'CopyObject',
    about: 'with its tags',
    input: async (world, name) => {
      await object(world, name)
      return { Bucket: name, Key: 'copy', CopySource: `${name}/k` }
    },
    needs: (_, name) => [
      { action: 's3:GetObject', resource: `${bucketArn(name)}/k` },
      { action: 's3:PutObject', resource: `${bucketArn(name)}/copy` },
      { action: 's3:GetObjectTagging', resource: `${bucketArn(name)}/k` },
      { action: 's3:PutObjectTagging', resource: `${bucketArn(name)}/copy` },
    ],
  },
]

const ofUploads: readonly PermissionCase[] = [
  {
    operation: 'CreateMultipartUpload',
    about: 'with tags',
    input: (world, name) => bucket(world, name, { Key: 'k', Tagging: 'a=b' }),
    needs: onKey('s3:PutObject', 's3:PutObjectTagging'),
  },
  {
    operation: 'UploadPart',
    input: (world, name) => upload(world, name, { PartNumber: 2, Body: 'two' }),
    needs: onKey('s3:PutObject'),
  },
  {
    operation: 'UploadPartCopy',
    input: (world, name) => upload(world, name, { PartNumber: 2, CopySource: `${name}/k` }),
    needs: onKey('s3:GetObject', 's3:PutObject'),
  },
  {
    operation: 'CompleteMultipartUpload',
    input: (world, name) => upload(world, name, { MultipartUpload: {} }),
    needs: onKey('s3:PutObject'),
  },
  { operation: 'AbortMultipartUpload', input: upload, needs: onKey('s3:AbortMultipartUpload') },
  { operation: 'ListParts', input: upload, needs: onKey('s3:ListMultipartUploadParts') },
]

export const s3Cases: ServiceCases = { cases: [...ofBuckets, ...ofObjects, ...ofUploads], exempt: {} }
