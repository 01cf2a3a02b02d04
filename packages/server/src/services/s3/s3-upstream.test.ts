/** A whole server whose objects' bytes lie in a bucket of a second one: clients see no difference, and the bytes are there. */

import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { signRequest } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let upstream: TestServer
let server: TestServer
let s3: S3Client
let behind: S3Client

beforeAll(async () => {
  upstream = await startTestServer()
  behind = upstream.s3(upstream.administrator)
  await behind.send(new CreateBucketCommand({ Bucket: 'bytes' }))
  const objectStore = `s3://bytes/of/objects?endpoint=${upstream.url}&region=us-east-1`
  server = await startTestServer({ objectStore, objectStoreCredentials: upstream.administrator })
  s3 = server.s3(server.administrator)
  await s3.send(new CreateBucketCommand({ Bucket: 'front' }))
})
afterAll(async () => {
  expect(server.log).toEqual([])
  expect(upstream.log).toEqual([])
  await server.remove()
  await upstream.remove()
})

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const get = async (Key: string, Range?: string) => {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'front', Key, Range }))
  return Buffer.from((await Body?.transformToByteArray()) ?? [])
}
const kept = async () =>
  (await behind.send(new ListObjectsV2Command({ Bucket: 'bytes' }))).Contents?.map(({ Key = '' }) => Key) ?? []

describe('a server on an upstream store', () => {
  it('keeps small, empty, large and part-wise objects there, under names that tell nothing', async () => {
    const big = randomBytes(19 * 1024 * 1024 + 5)
    await s3.send(new PutObjectCommand({ Bucket: 'front', Key: '../a//b', Body: 'small' }))
    await s3.send(new PutObjectCommand({ Bucket: 'front', Key: 'empty', Body: '' }))
    await s3.send(new PutObjectCommand({ Bucket: 'front', Key: 'large', Body: big }))
    const params = { Bucket: 'front', Key: 'parts', Body: Readable.from([big]) }
    await new Upload({ client: s3, params }).done()
    expect((await get('../a//b')).toString()).toBe('small')
    expect(await get('empty')).toHaveLength(0)
    expect(sha(await get('large'))).toBe(sha(big))
    expect(sha(await get('parts'))).toBe(sha(big))
    expect(await get('parts', 'bytes=5242870-5242899')).toEqual(big.subarray(5242870, 5242900))
    const local = join(server.data, 'objects')
    expect(existsSync(local) ? readdirSync(local) : []).toEqual([])
    // A put of 19 MiB is one content, an upload's part each one.
    expect(await kept()).toEqual(Array.from({ length: 6 }, () => expect.stringMatching(/^of\/objects\/[0-9a-f]{32}$/)))
  })

  it('copies without moving a byte, and removes what nothing is made of any more', async () => {
    const before = await kept()
    await s3.send(new CopyObjectCommand({ Bucket: 'front', Key: 'copy', CopySource: 'front/large' }))
    expect(await kept()).toEqual(before)
    for (const Key of ['large', 'copy', '../a//b']) await s3.send(new DeleteObjectCommand({ Bucket: 'front', Key }))
    await expect.poll(kept, { timeout: 20_000, interval: 250 }).toHaveLength(before.length - 2)
    expect((await get('parts')).length).toBe(19 * 1024 * 1024 + 5)
  })

  it('keeps nothing of a body that is not what was signed', async () => {
    const before = await kept()
    const { host } = new URL(server.url)
    const hash = createHash('sha256').update('other').digest('hex')
    const request = { method: 'PUT', rawUrl: '/front/wrong', headers: { host }, body: { hash } }
    const scope = { region: 'us-east-1', service: 's3', now: Date.now() }
    const headers = signRequest(request, server.administrator, scope)
    const answer = await fetch(`${server.url}/front/wrong`, { method: 'PUT', body: 'body', headers })
    expect(await answer.text()).toContain('XAmzContentSHA256Mismatch')
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'front', Key: 'wrong' }))).rejects.toMatchObject({
      name: 'NotFound',
    })
    expect(await kept()).toEqual(before)
  })

  it('answers a fault of its own, and serves on, while the store is away', async () => {
    const { port } = new URL(upstream.url)
    await upstream.close()
    await expect(get('parts')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } })
    await expect(s3.send(new PutObjectCommand({ Bucket: 'front', Key: 'new', Body: 'x' }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 500 },
    })
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'front', Key: 'parts' }))).ContentLength).toBeGreaterThan(1)
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'front', Key: 'new' }))).rejects.toMatchObject({
      name: 'NotFound',
    })
    upstream = await startTestServer({ data: upstream.data, port: Number(port) })
    expect((await get('parts')).length).toBe(19 * 1024 * 1024 + 5)
    // Both failures were told to the operator, and nothing else was.
    expect(server.log).toHaveLength(2)
    ;(server.log as string[]).length = 0
  })
})
