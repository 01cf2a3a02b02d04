/**
 * A multipart upload written in order, each part streamed. Part sizes grow, so that 10,000 of them hold the largest object.
 * S3 User Guide, "Amazon S3 multipart upload limits".
 */

import { failure, permissionDenied } from '../files/file-system.ts'
import { PartStream } from './part-stream.ts'
import type { Outcome, StoreCalls } from './store-calls.ts'

/** As the AWS SDKs have it by default, and it costs a fifth of what S3 itself would compute. S3 User Guide, "Checking object integrity". */
const checksum = { ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' } as const

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

interface OpenPart {
  readonly part: PartStream<{ ETag?: string | undefined }>
  readonly number: number
  left: number
}

export class MultipartUpload {
  readonly #calls: StoreCalls
  readonly #target: UploadTarget
  readonly #uploadId: string
  readonly #parts: Part[] = []
  #current: OpenPart | undefined
  /** The part before, all of its bytes handed over: the store makes it durable while the next one comes. */
  #ending: Promise<Ended> | undefined

  constructor(calls: StoreCalls, target: UploadTarget, uploadId: string) {
    this.#calls = calls
    this.#target = target
    this.#uploadId = uploadId
  }

  static async begin(calls: StoreCalls, target: UploadTarget): Promise<MultipartUpload> {
    const { bucket: Bucket, key: Key, metadata } = target
    const output = done(
      await calls.call('CreateMultipartUpload', { Bucket, Key, Metadata: { ...metadata }, ...checksum }),
    )
    const { UploadId = '' } = output
    await calls.begun(Bucket, Key, UploadId)
    return new MultipartUpload(calls, target, UploadId)
  }

  async push(data: Buffer): Promise<void> {
    let rest = data
    while (rest.length > 0) {
      this.#current ??= this.#nextPart()
      const { part, left } = this.#current
      const piece = rest.subarray(0, left)
      rest = rest.subarray(piece.length)
      this.#current.left -= piece.length
      const open = await part.push(piece)
      if (open && this.#current.left > 0) continue
      await this.#endPart()
      // Ended by the store: what it says of that comes before anything else.
      if (!open) await this.#ended()
    }
  }

  #nextPart(): OpenPart {
    const number = this.#parts.length + (this.#ending === undefined ? 1 : 2)
    if (number > 10_000) throw failure('The file is too large')
    const { bucket: Bucket, key: Key } = this.#target
    const names = { Bucket, Key, UploadId: this.#uploadId, PartNumber: number }
    const part = new PartStream((Body) => this.#calls.call('UploadPart', { ...names, Body }))
    return { part, number, left: partSize(number) }
  }

  /** Resolves when the part before is there. */
  async #endPart(): Promise<void> {
    const current = this.#current
    if (current === undefined) return
    await this.#ended()
    this.#current = undefined
    const { part, number } = current
    this.#ending = part.end().then(
      (outcome): Ended => ({ kind: 'answered', number, outcome }),
      (error: unknown): Ended => ({ kind: 'broken', error }),
    )
  }

  async #ended(): Promise<void> {
    if (this.#ending === undefined) return
    const ended = await this.#ending
    this.#ending = undefined
    if (ended.kind === 'broken') throw ended.error
    this.#parts.push({ PartNumber: ended.number, ETag: done(ended.outcome).ETag })
  }

  async complete(): Promise<void> {
    await this.#endPart()
    await this.#ended()
    const { bucket: Bucket, key: Key, exclusive } = this.#target
    const names = { Bucket, Key, UploadId: this.#uploadId, ...(exclusive ? { IfNoneMatch: '*' } : {}) }
    done(await this.#calls.call('CompleteMultipartUpload', { ...names, MultipartUpload: { Parts: this.#parts } }))
    await this.#calls.ended(this.#uploadId)
  }

  /** Takes the parts away. */
  async abort(): Promise<void> {
    await this.#current?.part.abort()
    this.#current = undefined
    // A part that is on its way would otherwise be there after the abort, or fail it.
    await this.#ending
    this.#ending = undefined
    const { bucket: Bucket, key: Key } = this.#target
    await this.#calls.abandon({ Bucket, Key, UploadId: this.#uploadId })
    await this.#calls.ended(this.#uploadId)
  }
}

type Ended =
  | { readonly kind: 'answered'; readonly number: number; readonly outcome: Outcome<{ ETag?: string | undefined }> }
  | { readonly kind: 'broken'; readonly error: unknown }

export function done<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'done') return outcome.output
  if (outcome.kind === 'refused') throw permissionDenied()
  throw failure(outcome.fault.code === 'PreconditionFailed' ? 'The file is there already' : 'The store failed')
}
