import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

describe('objects, by the JavaScript SDK', () => {
  let server: TestServer
  let s3: S3Client

  beforeAll(async () => {
    server = await startTestServer()
    s3 = server.s3(server.administrator)
    await s3.send(new CreateBucketCommand({ Bucket: 'docs' }))
  })
  afterAll(async () => {
    expect(server.log).toEqual([])
    await server.remove()
  })

  it('gives back what was put, with its headers', async () => {
    const put = await s3.send(
      new PutObjectCommand({
        Bucket: 'docs',
        Key: 'a/b c+d é',
        Body: 'hello',
        ContentType: 'text/plain',
        Metadata: { Owner: 'ana' },
        Tagging: 'k=v',
      }),
    )
    expect(put.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"')
    expect(put.ChecksumCRC32).toBe('NhCmhg==')
    const got = await s3.send(new GetObjectCommand({ Bucket: 'docs', Key: 'a/b c+d é' }))
    expect(await got.Body?.transformToString()).toBe('hello')
    expect(got).toMatchObject({
      ContentLength: 5,
      ContentType: 'text/plain',
      Metadata: { owner: 'ana' },
      ETag: put.ETag,
      TagCount: 1,
      ChecksumCRC32: 'NhCmhg==',
    })
  })

  it('answers a range', async () => {
    const got = await s3.send(new GetObjectCommand({ Bucket: 'docs', Key: 'a/b c+d é', Range: 'bytes=1-2' }))
    expect(got).toMatchObject({ ContentRange: 'bytes 1-2/5', ContentLength: 2, $metadata: { httpStatusCode: 206 } })
    expect(await got.Body?.transformToString()).toBe('el')
  })

  it('heads, lists and deletes', async () => {
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'docs', Key: 'a/b c+d é' }))
    expect(head.ContentLength).toBe(5)
    const listed = await s3.send(new ListObjectsV2Command({ Bucket: 'docs', Delimiter: '/' }))
    expect(listed.CommonPrefixes).toEqual([{ Prefix: 'a/' }])
    const { Buckets } = await s3.send(new ListBucketsCommand({}))
    expect(Buckets?.map(({ Name }) => Name)).toEqual(['docs'])
    await s3.send(new DeleteObjectCommand({ Bucket: 'docs', Key: 'a/b c+d é' }))
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'docs', Key: 'a/b c+d é' }))).rejects.toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    })
    await expect(s3.send(new GetObjectCommand({ Bucket: 'docs', Key: 'a/b c+d é' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
      Key: 'a/b c+d é',
    })
  })

  it('deletes many, and then the bucket', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'gone' }))
    for (const Key of ['1', '2']) await s3.send(new PutObjectCommand({ Bucket: 'gone', Key, Body: Key }))
    await expect(s3.send(new DeleteBucketCommand({ Bucket: 'gone' }))).rejects.toMatchObject({ name: 'BucketNotEmpty' })
    const Objects = ['1', '2', '3'].map((Key) => ({ Key }))
    const deleted = await s3.send(new DeleteObjectsCommand({ Bucket: 'gone', Delete: { Objects } }))
    expect(deleted.Deleted).toEqual(Objects)
    await s3.send(new DeleteBucketCommand({ Bucket: 'gone' }))
    await expect(s3.send(new ListObjectsV2Command({ Bucket: 'gone' }))).rejects.toMatchObject({ name: 'NoSuchBucket' })
  })
})
