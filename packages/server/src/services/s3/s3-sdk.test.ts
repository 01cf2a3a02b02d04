/** The SDK for JavaScript where it is more than a client: presigned URLs, checksums nobody asked for, retries. */

import { createHash } from 'node:crypto'
import { request } from 'node:http'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { createChecksum } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendSigned } from '../../testing/signed-request.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'

let server: TestServer
let s3: S3Client

beforeAll(async () => {
  server = await startTestServer({ s3HostSuffixes: ['s3.localhost'] })
  s3 = server.s3(server.administrator)
  await s3.send(new CreateBucketCommand({ Bucket: 'sdk' }))
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

const crc64 = (...pieces: readonly (string | Uint8Array)[]) => {
  const checksum = createChecksum('crc64nvme')
  for (const piece of pieces) checksum.update(Buffer.from(piece))
  return checksum.digest()
}

describe('a URL from the presigner', () => {
  it('puts, gets and deletes, once and for what it names', async () => {
    const named = { Bucket: 'sdk', Key: 'dir/ä +.txt' }
    const put = await getSignedUrl(s3, new PutObjectCommand({ ...named, ContentType: 'text/x' }), { expiresIn: 60 })
    expect((await fetch(put, { method: 'PUT', body: 'signed before' })).status).toBe(200)
    const get = await getSignedUrl(s3, new GetObjectCommand({ ...named, ResponseContentType: 'text/y' }))
    const answer = await fetch(get)
    expect(answer.headers.get('content-type')).toBe('text/y')
    expect(await answer.text()).toBe('signed before')
    expect((await fetch(get, { method: 'DELETE' })).status).toBe(403)
    expect((await fetch(get.replace('text%2Fy', 'text%2Fz'))).status).toBe(403)
    const remove = await getSignedUrl(s3, new DeleteObjectCommand(named))
    expect((await fetch(remove, { method: 'DELETE' })).status).toBe(204)
    expect((await fetch(get)).status).toBe(404)
  })

  it('holds its sender to the headers that it signs', async () => {
    const command = new PutObjectCommand({ Bucket: 'sdk', Key: 'typed', ContentType: 'text/x' })
    const url = await getSignedUrl(s3, command, { signableHeaders: new Set(['content-type']) })
    const send = (type: string) => fetch(url, { method: 'PUT', body: 'x', headers: { 'content-type': type } })
    expect((await send('text/z')).status).toBe(403)
    expect((await send('text/x')).status).toBe(200)
  })

  it('ends when it says', async () => {
    const signingDate = new Date(Date.now() - 120_000)
    const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket: 'sdk', Key: 'typed' }), {
      expiresIn: 60,
      signingDate,
    })
    const answer = await fetch(url)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('Request has expired')
  })

  it('may name the bucket in its host', async () => {
    const { port } = new URL(server.url)
    const client = server.s3(server.administrator)
    client.config.forcePathStyle = false
    client.config.endpoint = async () => ({
      protocol: 'http:',
      hostname: 's3.localhost',
      port: Number(port),
      path: '/',
    })
    const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: 'sdk', Key: 'typed' })))
    expect(url.hostname).toBe('sdk.s3.localhost')
    // Not every resolver knows names under localhost.
    const status = await new Promise((resolve, reject) => {
      const headers = { host: url.host }
      request({ host: '127.0.0.1', port, path: url.pathname + url.search, headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on('error', reject)
        .end()
    })
    expect(status).toBe(200)
  })
})

describe('a checksum nobody asked for', () => {
  it('is a CRC-64 of the whole, of a put', async () => {
    const hash = createHash('sha256').update('plain').digest('hex')
    const body = { body: 'plain', headers: { 'x-amz-content-sha256': hash } }
    const put = await sendSigned(server.url, server.administrator, {
      method: 'PUT',
      path: '/sdk/plain',
      service: 's3',
      ...body,
    })
    expect(put.status).toBe(200)
    const head = await s3.send(new HeadObjectCommand({ Bucket: 'sdk', Key: 'plain', ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({ ChecksumCRC64NVME: crc64('plain'), ChecksumType: 'FULL_OBJECT' })
    const got = await s3.send(new GetObjectCommand({ Bucket: 'sdk', Key: 'plain' }))
    expect(await got.Body?.transformToString()).toBe('plain')
  })

  it('is one of the whole, of an upload in parts', async () => {
    const quiet = server.s3(server.administrator)
    quiet.config.requestChecksumCalculation = async () => 'WHEN_REQUIRED'
    const { five, complete } = await uploaded(quiet, 'in-parts')
    const answer = await quiet.send(complete)
    expect(answer).toMatchObject({ ChecksumCRC64NVME: crc64(five, 'rest'), ChecksumType: 'FULL_OBJECT' })
    const asked = { Bucket: 'sdk', Key: 'in-parts', ObjectAttributes: ['Checksum' as const] }
    const { Checksum } = await s3.send(new GetObjectAttributesCommand(asked))
    expect(Checksum).toMatchObject({ ChecksumCRC64NVME: crc64(five, 'rest') })
  })
})

describe('an upload that is completed twice', () => {
  it('gets its answer twice, and is still one object', async () => {
    const { complete } = await uploaded(s3, 'twice')
    const first = await s3.send(complete)
    await s3.send(new PutObjectCommand({ Bucket: 'sdk', Key: 'twice', Body: 'newer' }))
    const second = await s3.send(complete)
    expect({ ...second, $metadata: {} }).toEqual({ ...first, $metadata: {} })
    expect((await s3.send(new HeadObjectCommand({ Bucket: 'sdk', Key: 'twice' }))).ContentLength).toBe(5)
    const other = { ...complete.input, MultipartUpload: { Parts: complete.input.MultipartUpload?.Parts?.slice(0, 1) } }
    await expect(s3.send(new CompleteMultipartUploadCommand(other))).rejects.toMatchObject({ name: 'NoSuchUpload' })
  })
})

async function uploaded(client: S3Client, Key: string) {
  const five = Buffer.alloc(5 * 1024 * 1024, Key)
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: 'sdk', Key }))
  const Parts = await Promise.all(
    [five, 'rest'].map(async (Body, i) => {
      const part = { Bucket: 'sdk', Key, UploadId, PartNumber: i + 1 }
      const { ETag } = await client.send(new UploadPartCommand({ ...part, Body }))
      return { ETag, PartNumber: i + 1 }
    }),
  )
  const complete = new CompleteMultipartUploadCommand({ Bucket: 'sdk', Key, UploadId, MultipartUpload: { Parts } })
  return { five, complete }
}
