/** Who may do what to which bucket: identity and bucket policies, two accounts, and what a refusal tells. */

import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteUserPolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Keys, startTestServer, type TestServer } from '../../testing/test-server.ts'

const account = '123456789012'
const other = '999999999999'
const rootKeys = { accessKeyId: 'AKIAROOTROOTROOTROOT', secretAccessKey: 'root-secret' }
const otherKeys = { accessKeyId: 'AKIAOTHEROTHEROTHERX', secretAccessKey: 'other-secret' }
const bucketArn = 'arn:aws:s3:::team'

let server: TestServer
let owner: S3Client
let anaKeys: Keys
let ana: S3Client

const statement = (effect: string, action: string | string[], resource: string | string[], condition?: object) => ({
  Effect: effect,
  Action: action,
  Resource: resource,
  ...(condition === undefined ? {} : { Condition: condition }),
})
const document = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements })
const everyone = { Principal: { AWS: '*' } }

/** Ana's only policy. */
async function allowAna(...statements: object[]): Promise<void> {
  const iam = server.iam(server.administrator)
  if (statements.length === 0) {
    await iam.send(new DeleteUserPolicyCommand({ UserName: 'ana', PolicyName: 'p' })).catch(() => {})
    return
  }
  const PolicyDocument = document(...statements)
  await iam.send(new PutUserPolicyCommand({ UserName: 'ana', PolicyName: 'p', PolicyDocument }))
}

async function bucketPolicy(...statements: object[]): Promise<void> {
  if (statements.length === 0) await owner.send(new DeleteBucketPolicyCommand({ Bucket: 'team' }))
  else await owner.send(new PutBucketPolicyCommand({ Bucket: 'team', Policy: document(...statements) }))
}

const get = (client: S3Client, Key: string) => client.send(new GetObjectCommand({ Bucket: 'team', Key }))
const put = (client: S3Client, Key: string, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket: 'team', Key, Body: 'x', ...more }))
const denied = { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } }

beforeAll(async () => {
  server = await startTestServer({
    rootAccessKeys: [
      `${rootKeys.accessKeyId}:${rootKeys.secretAccessKey}`,
      `${otherKeys.accessKeyId}:${otherKeys.secretAccessKey}:${other}`,
    ],
  })
  owner = server.s3(rootKeys)
  const iam = server.iam(server.administrator)
  await iam.send(new CreateUserCommand({ UserName: 'ana', Tags: [{ Key: 'team', Value: 'blue' }] }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }))
  anaKeys = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' }
  ana = server.s3(anaKeys)
  await owner.send(new CreateBucketCommand({ Bucket: 'team' }))
  for (const Key of ['ana/1', 'bo/1', 'secret']) await put(owner, Key)
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

describe('a user limited to a prefix', () => {
  beforeAll(() =>
    allowAna(
      statement('Allow', ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], `${bucketArn}/ana/*`),
      statement('Allow', 's3:ListBucket', bucketArn, { StringLike: { 's3:prefix': 'ana/*' } }),
    ),
  )

  it('reads and writes there, and is told why not elsewhere', async () => {
    await put(ana, 'ana/2')
    expect((await get(ana, 'ana/2')).ContentLength).toBe(1)
    await expect(get(ana, 'bo/1')).rejects.toMatchObject({
      ...denied,
      message: expect.stringMatching(
        /^User: arn:aws:iam::123456789012:user\/ana is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::team\/bo\/1" because no identity-based policy allows the s3:GetObject action\. Go to \S+ for complete details/,
      ),
    })
  })

  it('lists there and nowhere else', async () => {
    const list = (input: object) => ana.send(new ListObjectsV2Command({ Bucket: 'team', ...input }))
    expect((await list({ Prefix: 'ana/' })).KeyCount).toBe(2)
    await expect(list({ Prefix: '' })).rejects.toMatchObject(denied)
    await expect(list({})).rejects.toMatchObject(denied)
    await expect(list({ Prefix: 'bo/' })).rejects.toMatchObject(denied)
  })

  it('does not learn that a key is missing: the grant to list is for a prefix', async () => {
    await expect(get(ana, 'ana/none')).rejects.toMatchObject({
      ...denied,
      message: expect.stringContaining('s3:ListBucket'),
    })
    await expect(ana.send(new HeadObjectCommand({ Bucket: 'team', Key: 'ana/none' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    })
  })

  it('gets an answer for each key that it deletes', async () => {
    const Objects = ['ana/2', 'bo/1', 'ana/never'].map((Key) => ({ Key }))
    const { Deleted, Errors } = await ana.send(new DeleteObjectsCommand({ Bucket: 'team', Delete: { Objects } }))
    expect(Deleted?.map(({ Key }) => Key)).toEqual(['ana/2', 'ana/never'])
    expect(Errors).toEqual([
      {
        Key: 'bo/1',
        Code: 'AccessDenied',
        Message: expect.stringContaining(
          'is not authorized to perform: s3:DeleteObject on resource: "arn:aws:s3:::team/bo/1"',
        ),
      },
    ])
    expect((await get(owner, 'bo/1')).ContentLength).toBe(1)
  })

  it('copies only where it may read and write', async () => {
    const copy = (from: string, Key: string) =>
      ana.send(new CopyObjectCommand({ Bucket: 'team', Key, CopySource: `team/${from}` }))
    await copy('ana/1', 'ana/copy')
    await expect(copy('bo/1', 'ana/copy')).rejects.toMatchObject(denied)
    await expect(copy('ana/1', 'bo/copy')).rejects.toMatchObject(denied)
  })

  it('cannot list the parts of an upload that somebody else began, but those of its own', async () => {
    const begin = async (client: S3Client) =>
      (await client.send(new CreateMultipartUploadCommand({ Bucket: 'team', Key: 'ana/big' }))).UploadId
    const parts = (UploadId: string | undefined) =>
      ana.send(new ListPartsCommand({ Bucket: 'team', Key: 'ana/big', UploadId }))
    expect((await parts(await begin(ana))).IsTruncated).toBe(false)
    await expect(parts(await begin(owner))).rejects.toMatchObject(denied)
  })
})

describe('condition keys', () => {
  it('tags of the object, for reading and tagging only', async () => {
    await put(owner, 'tagged', { Tagging: 'class=public' })
    const tagged = { StringEquals: { 's3:ExistingObjectTag/class': 'public' } }
    const actions = ['s3:GetObject', 's3:GetObjectTagging', 's3:DeleteObject', 's3:PutObject']
    await allowAna(statement('Allow', actions, `${bucketArn}/*`, tagged))
    await get(ana, 'tagged')
    await ana.send(new GetObjectTaggingCommand({ Bucket: 'team', Key: 'tagged' }))
    await expect(get(ana, 'secret')).rejects.toMatchObject(denied)
    await expect(put(ana, 'tagged')).rejects.toMatchObject(denied)
  })

  it('tags and headers of the request', async () => {
    await allowAna(
      statement('Allow', ['s3:PutObject', 's3:PutObjectTagging'], `${bucketArn}/*`, {
        StringEquals: { 's3:RequestObjectTag/team': '${aws:PrincipalTag/team}' },
        'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['team'] },
      }),
    )
    await put(ana, 'mine', { Tagging: 'team=blue' })
    const tagging = (Value: string) =>
      ana.send(
        new PutObjectTaggingCommand({ Bucket: 'team', Key: 'mine', Tagging: { TagSet: [{ Key: 'team', Value }] } }),
      )
    await tagging('blue')
    await expect(tagging('red')).rejects.toMatchObject(denied)
    await expect(put(ana, 'mine')).rejects.toMatchObject(denied)
    await expect(put(ana, 'mine', { Tagging: 'team=blue&x=y' })).rejects.toMatchObject(denied)
  })

  it('how the request was signed, and that it came over plain HTTP', async () => {
    const allow = (condition: object) => allowAna(statement('Allow', 's3:GetObject', `${bucketArn}/*`, condition))
    await allow({ StringEquals: { 's3:authType': 'REST-HEADER', 's3:signatureversion': 'AWS4-HMAC-SHA256' } })
    await get(ana, 'secret')
    await allow({ StringEquals: { 's3:authType': 'REST-QUERY-STRING' } })
    await expect(get(ana, 'secret')).rejects.toMatchObject(denied)
    await allow({ Bool: { 'aws:SecureTransport': 'true' } })
    await expect(get(ana, 'secret')).rejects.toMatchObject(denied)
  })

  it('whether a write may replace what is there', async () => {
    await allowAna(statement('Allow', 's3:PutObject', `${bucketArn}/*`, { StringEquals: { 's3:if-none-match': '*' } }))
    await put(ana, 'once', { IfNoneMatch: '*' })
    await expect(put(ana, 'once', { IfNoneMatch: '*' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
    await expect(put(ana, 'once')).rejects.toMatchObject(denied)
  })
})

describe('a bucket policy', () => {
  it('may let a user of the account in alone, and deny one that is allowed', async () => {
    await allowAna()
    await expect(get(ana, 'secret')).rejects.toMatchObject(denied)
    const principal = { Principal: { AWS: `arn:aws:iam::${account}:user/ana` } }
    await bucketPolicy({ ...statement('Allow', 's3:GetObject', `${bucketArn}/*`), ...principal })
    await get(ana, 'secret')
    await allowAna(statement('Allow', 's3:*', '*'))
    await bucketPolicy({ ...statement('Deny', 's3:GetObject', `${bucketArn}/secret`), ...principal })
    await expect(get(ana, 'secret')).rejects.toMatchObject({
      message: expect.stringContaining('with an explicit deny in a resource-based policy'),
    })
    const { Policy = '' } = await owner.send(new GetBucketPolicyCommand({ Bucket: 'team' }))
    expect(JSON.parse(Policy).Statement[0].Principal).toEqual(principal.Principal)
  })

  it('lets another account in where both sides allow, and tells it no reason', async () => {
    const stranger = server.s3(otherKeys)
    await bucketPolicy()
    await expect(get(stranger, 'secret')).rejects.toMatchObject({ ...denied, message: 'Access Denied' })
    await bucketPolicy({ ...statement('Allow', 's3:GetObject', `${bucketArn}/*`), Principal: { AWS: other } })
    expect((await get(stranger, 'secret')).ContentLength).toBe(1)
    await expect(put(stranger, 'secret')).rejects.toMatchObject({ message: 'Access Denied' })
  })

  it('can always be taken away by the owning root', async () => {
    await bucketPolicy({ ...statement('Deny', 's3:*', [bucketArn, `${bucketArn}/*`]), ...everyone })
    await expect(get(owner, 'secret')).rejects.toMatchObject(denied)
    const admin = server.s3(server.administrator)
    await expect(admin.send(new DeleteBucketPolicyCommand({ Bucket: 'team' }))).rejects.toMatchObject(denied)
    await owner.send(new GetBucketPolicyCommand({ Bucket: 'team' }))
    await bucketPolicy()
    await get(owner, 'secret')
  })

  it('must not be public, malformed, or about something else', async () => {
    const refused = async (code: string, ...statements: object[]) =>
      expect(bucketPolicy(...statements)).rejects.toMatchObject({ name: code })
    const read = statement('Allow', 's3:GetObject', `${bucketArn}/*`)
    await refused('AccessDenied', { ...read, ...everyone })
    await refused('AccessDenied', { ...read, ...everyone, Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } } })
    await refused('AccessDenied', { ...read, ...everyone, Condition: { StringLike: { 'aws:PrincipalAccount': '*' } } })
    await refused('MalformedPolicy', read)
    await refused('MalformedPolicy', { ...read, Principal: { AWS: `arn:aws:iam::${account}:user/nobody` } })
    await refused('MalformedPolicy', {
      ...statement('Allow', 's3:GetObject', 'arn:aws:s3:::teams/*'),
      Principal: { AWS: account },
    })
    await refused('MalformedPolicy', {
      ...statement('Allow', 'iam:GetUser', `${bucketArn}/*`),
      Principal: { AWS: account },
    })
    await expect(
      owner.send(new PutBucketPolicyCommand({ Bucket: 'team', Policy: '{"Version":' })),
    ).rejects.toMatchObject({ name: 'MalformedPolicy' })
    await bucketPolicy({ ...read, ...everyone, Condition: { StringEquals: { 'aws:PrincipalAccount': account } } })
    await bucketPolicy()
  })
})

describe('what is not asked for by a policy', () => {
  it('an ACL is refused, save the owner’s full control', async () => {
    await expect(put(owner, 'acl', { ACL: 'public-read' })).rejects.toMatchObject({
      name: 'AccessControlListNotSupported',
    })
    await expect(put(owner, 'acl', { GrantRead: 'id=1' })).rejects.toMatchObject({
      name: 'AccessControlListNotSupported',
    })
    await put(owner, 'acl', { ACL: 'bucket-owner-full-control' })
  })

  it('an expected owner that is not the owner', async () => {
    const named = { Bucket: 'team', Key: 'secret', ExpectedBucketOwner: other }
    await expect(owner.send(new GetObjectCommand(named))).rejects.toMatchObject({ name: 'AccessDenied' })
    await owner.send(new GetObjectCommand({ ...named, ExpectedBucketOwner: account }))
  })

  it('an unsigned request', async () => {
    const answer = await fetch(`${server.url}/team/secret`)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('<Code>AccessDenied</Code>')
  })
})
