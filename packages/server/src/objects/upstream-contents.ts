/**
 * Contents in a bucket of an S3-compatible service, under their ids. The index stays with the server: what is up there are
 * contents, not objects, and the service's own keys, tags and policies play no part.
 */

import { Readable } from 'node:stream'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { type ContentStore, contentIdPattern, MissingContent } from './content-store.ts'

export interface UpstreamLocation {
  readonly bucket: string
  /** Empty, or ending in a slash. */
  readonly prefix: string
  readonly endpoint: string | undefined
  readonly region: string | undefined
}

export interface UpstreamCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** 10,000 of them hold more than the 5 GiB that one put may have. */
const partBytes = 8 * 1024 * 1024

/** `s3://bucket/prefix?endpoint=https://…&region=…`; undefined for a text that is none. */
export function parseUpstream(text: string): UpstreamLocation | undefined {
  if (!URL.canParse(text)) return undefined
  const url = new URL(text)
  const known = [...url.searchParams.keys()].every((name) => name === 'endpoint' || name === 'region')
  if (url.protocol !== 's3:' || url.hostname === '' || url.username !== '' || url.password !== '' || !known)
    return undefined
  const endpoint = url.searchParams.get('endpoint') ?? undefined
  if (endpoint !== undefined && !/^https?:\/\//.test(endpoint)) return undefined
  const path = decodeURIComponent(url.pathname).replace(/^\/+|\/+$/g, '')
  return {
    bucket: url.hostname,
    prefix: path === '' ? '' : `${path}/`,
    endpoint,
    region: url.searchParams.get('region') ?? undefined,
  }
}

export class UpstreamContents implements ContentStore {
  /** Whoever names a store upstream wants every byte there. */
  readonly worthwhileBytes = 0
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string
  /** Uploads that were begun and not finished, as the last listing saw them. */
  readonly #unfinished = new Map<string, string[]>()

  private constructor(client: S3Client, { bucket, prefix }: UpstreamLocation) {
    this.#client = client
    this.#bucket = bucket
    this.#prefix = prefix
  }

  /** Fails where the bucket cannot be reached. Without credentials: those of the SDK's usual chain. */
  static async open(location: UpstreamLocation, credentials?: UpstreamCredentials): Promise<UpstreamContents> {
    const client = new S3Client({
      ...(location.endpoint === undefined ? {} : { endpoint: location.endpoint, forcePathStyle: true }),
      region: location.region ?? process.env.AWS_REGION ?? 'us-east-1',
      ...(credentials === undefined ? {} : { credentials: { ...credentials } }),
      responseChecksumValidation: 'WHEN_REQUIRED',
    })
    const contents = new UpstreamContents(client, location)
    await client.send(new HeadBucketCommand({ Bucket: location.bucket }))
    return contents
  }

  async write(id: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const parts = inParts(source)[Symbol.asyncIterator]()
    const first = await parts.next()
    const body = first.done ? Buffer.alloc(0) : first.value
    if (body.length < partBytes) {
      await this.#client.send(new PutObjectCommand({ ...this.#named(id), Body: body }))
      return
    }
    const { UploadId } = await this.#client.send(new CreateMultipartUploadCommand(this.#named(id)))
    const upload = { ...this.#named(id), UploadId }
    try {
      const done: CompletedPart[] = []
      for (let part = first; !part.done; part = await parts.next()) {
        const PartNumber = done.length + 1
        const { ETag } = await this.#client.send(new UploadPartCommand({ ...upload, PartNumber, Body: part.value }))
        done.push({ PartNumber, ETag })
      }
      await this.#client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: done } }))
    } catch (error) {
      await this.#client.send(new AbortMultipartUploadCommand(upload)).catch(() => {})
      throw error
    }
  }

  async read(id: string, start: number, end: number): Promise<Readable> {
    try {
      const { Body } = await this.#client.send(
        new GetObjectCommand({ ...this.#named(id), Range: `bytes=${start}-${end - 1}` }),
      )
      if (Body instanceof Readable) return Body
      throw new Error('the object store answered without a body')
    } catch (error) {
      throw error instanceof Error && error.name === 'NoSuchKey' ? new MissingContent(id) : error
    }
  }

  async remove(id: string): Promise<void> {
    for (const UploadId of this.#unfinished.get(id) ?? []) {
      await this.#client.send(new AbortMultipartUploadCommand({ ...this.#named(id), UploadId })).catch(isGone)
    }
    this.#unfinished.delete(id)
    await this.#client.send(new DeleteObjectCommand(this.#named(id)))
  }

  async *list(): AsyncIterable<string> {
    const query = { Bucket: this.#bucket, Prefix: this.#prefix }
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, query)) {
      for (const { Key } of Contents) {
        const id = this.#idOf(Key)
        if (id !== undefined) yield id
      }
    }
    yield* this.#unfinishedUploads()
  }

  async close(): Promise<void> {
    this.#client.destroy()
  }

  async *#unfinishedUploads(): AsyncIterable<string> {
    this.#unfinished.clear()
    let markers: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {}
    while (markers !== undefined) {
      const page: ListMultipartUploadsCommandOutput = await this.#client.send(
        new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: this.#prefix, ...markers }),
      )
      for (const { Key, UploadId } of page.Uploads ?? []) {
        const id = this.#idOf(Key)
        if (id !== undefined && UploadId !== undefined)
          this.#unfinished.set(id, [...(this.#unfinished.get(id) ?? []), UploadId])
      }
      const { NextKeyMarker, NextUploadIdMarker } = page
      markers =
        page.IsTruncated && NextKeyMarker !== undefined
          ? {
              KeyMarker: NextKeyMarker,
              ...(NextUploadIdMarker === undefined ? {} : { UploadIdMarker: NextUploadIdMarker }),
            }
          : undefined
    }
    yield* [...this.#unfinished.keys()]
  }

  #named(id: string): { Bucket: string; Key: string } {
    if (!contentIdPattern.test(id)) throw new Error('not the id of a content')
    return { Bucket: this.#bucket, Key: this.#prefix + id }
  }

  #idOf(key: string | undefined): string | undefined {
    if (key === undefined || !key.startsWith(this.#prefix)) return undefined
    const id = key.slice(this.#prefix.length)
    return contentIdPattern.test(id) ? id : undefined
  }
}

function isGone(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'NoSuchUpload') throw error
}

/** Pieces of exactly one part's size, the last one smaller; the source is read no further than the part at hand. */
async function* inParts(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let pending: Uint8Array[] = []
  let size = 0
  for await (const chunk of source) {
    pending.push(chunk)
    size += chunk.length
    while (size >= partBytes) {
      const whole = Buffer.concat(pending, size)
      yield whole.subarray(0, partBytes)
      pending = [whole.subarray(partBytes)]
      size -= partBytes
    }
  }
  if (size > 0) yield Buffer.concat(pending, size)
}
