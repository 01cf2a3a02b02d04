/**
 * A multipart upload written in order, each part streamed. Part sizes grow, so that 10,000 of them hold the largest object.
 * S3 User Guide, "Amazon S3 multipart upload limits".
 */

import { failure, permissionDenied } from '../files/file-system.ts'
import { PartStream } from './part-stream.ts'
import type { Outcome, StoreCalls } from './store-calls.ts'

const firstParts = 64 * 1024 * 1024
/** Every thousand parts twice as large: in the end some 60 TiB. */
const partSize = (number: number): number => firstParts * 2 ** Math.floor((number - 1) / 1000)

interface Part {
  readonly PartNumber: number
  readonly ETag: string | undefined
}

export interface UploadTarget {
  readonly bucket: string
  readonly key: string
  readonly metadata: Readonly<Record<string, string>>
  readonly exclusive: boolean
}

export class MultipartUpload {
  readonly #calls: StoreCalls
  readonly #target: UploadTarget
  readonly #uploadId: string
  readonly #parts: Part[] = []
  #current:
    | { readonly part: PartStream<{ ETag?: string | undefined }>; readonly number: number; left: number }
    | undefined

  constructor(calls: StoreCalls, target: UploadTarget, uploadId: string) {
    this.#calls = calls
    this.#target = target
    this.#uploadId = uploadId
  }

  static async begin(calls: StoreCalls, target: UploadTarget): Promise<MultipartUpload> {
    const { bucket: Bucket, key: Key, metadata } = target
    const output = done(await calls.call('CreateMultipartUpload', { Bucket, Key, Metadata: { ...metadata } }))
    return new MultipartUpload(calls, target, output.UploadId ?? '')
  }

  async push(data: Buffer): Promise<void> {
    let rest = data
    while (rest.length > 0) {
      this.#current ??= this.#nextPart()
      const { part, left } = this.#current
      const piece = rest.subarray(0, left)
      rest = rest.subarray(piece.length)
      this.#current.left -= piece.length
      if (!(await part.push(piece)) || this.#current.left === 0) await this.#endPart()
    }
  }

  #nextPart() {
    const number = this.#parts.length + 1
    if (number > 10_000) throw failure('The file is too large')
    const { bucket: Bucket, key: Key } = this.#target
    const names = { Bucket, Key, UploadId: this.#uploadId, PartNumber: number }
    const part = new PartStream((Body) => this.#calls.call('UploadPart', { ...names, Body }))
    return { part, number, left: partSize(number) }
  }

  async #endPart(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    if (current === undefined) return
    const { ETag } = done(await current.part.end())
    this.#parts.push({ PartNumber: current.number, ETag })
  }

  async complete(): Promise<void> {
    await this.#endPart()
    const { bucket: Bucket, key: Key, exclusive } = this.#target
    const names = { Bucket, Key, UploadId: this.#uploadId, ...(exclusive ? { IfNoneMatch: '*' } : {}) }
    done(await this.#calls.call('CompleteMultipartUpload', { ...names, MultipartUpload: { Parts: this.#parts } }))
  }

  /** Takes the parts away. */
  async abort(): Promise<void> {
    await this.#current?.part.abort()
    this.#current = undefined
    const { bucket: Bucket, key: Key } = this.#target
    await this.#calls.abandon({ Bucket, Key, UploadId: this.#uploadId })
  }
}

export function done<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done') return outcome.output
  if (outcome.kind === 'refused') throw permissionDenied()
  throw failure(outcome.fault.code === 'PreconditionFailed' ? 'The file is there already' : 'The store failed')
}
