/**
 * An object as it is uploaded: taken in order, handed to the store as it comes, decided again when it is closed, and visible
 * only then. Small ones wait in memory and are put at once. Transfer Family User Guide, "Transferring files using a client".
 */

import { failure, SftpError, type WritableFile } from '../files/file-system.ts'
import type { Attributes } from '../protocol/attributes.ts'
import type { Budget } from '../protocol/budget.ts'
import { done, MultipartUpload, type UploadTarget } from './multipart-upload.ts'
import type { StoreCalls } from './store-calls.ts'

/** Up to here an object is put in one piece when it is closed. */
const wholeUpTo = 1024 * 1024
/** Writes that came before the ones they follow. */
const aheadBytes = 1024 * 1024

export interface NewObject extends UploadTarget {
  /** Offsets do not count: everything goes to the end. */
  readonly append: boolean
  readonly now: () => number
  /** Whether what has come stays where the client goes away in the middle. */
  readonly keepPartial: () => boolean
  /** Of the process: bytes that wait in memory for their object to be closed. */
  readonly buffered: Budget
}

export class ObjectWriter implements WritableFile {
  readonly #calls: StoreCalls
  readonly #object: NewObject
  #position = 0
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #upload: MultipartUpload | undefined
  readonly #ahead = new Map<number, Buffer>()
  #aheadBytes = 0
  #broken = false
  #kept = false
  #writing: Promise<void> = Promise.resolve()

  constructor(calls: StoreCalls, object: NewObject) {
    this.#calls = calls
    this.#object = object
  }

  get attributes(): Attributes {
    return { size: this.#position, mode: 0o100644, modified: Math.floor(this.#object.now() / 1000) }
  }

  get kept(): boolean {
    return this.#kept
  }

  write(offset: number, data: Buffer): Promise<void> {
    this.#writing = this.#write(offset, data)
    return this.#writing
  }

  async #write(offset: number, data: Buffer): Promise<void> {
    if (this.#broken) throw failure('The upload has failed')
    if (data.length === 0) return
    try {
      if (!this.#object.append && offset !== this.#position) {
        this.#keepAhead(offset, data)
        return
      }
      await this.#append(data)
      for (let next = this.#ahead.get(this.#position); next !== undefined; next = this.#ahead.get(this.#position)) {
        this.#ahead.delete(this.#position)
        this.#keep(-next.length)
        this.#aheadBytes -= next.length
        await this.#append(next)
      }
    } catch (error) {
      // What follows would leave a hole.
      this.#broken = true
      throw error
    }
  }

  /** A little disorder is taken; what would rewrite or leave a hole is not. */
  #keepAhead(offset: number, data: Buffer): void {
    const room = this.#aheadBytes + data.length <= aheadBytes
    if (offset < this.#position || !room || this.#ahead.has(offset)) throw failure('Writes must be in order')
    this.#ahead.set(offset, data)
    this.#aheadBytes += data.length
    this.#keep(data.length)
  }

  /** Counts what this upload holds in memory. */
  #keep(bytes: number): void {
    this.#waitingBytes += bytes
    this.#object.buffered.take(bytes)
  }

  async #append(data: Buffer): Promise<void> {
    this.#position += data.length
    if (this.#upload === undefined) {
      this.#waiting.push(data)
      this.#keep(data.length)
      if (this.#position <= wholeUpTo && !this.#object.buffered.exhausted) return
      this.#upload = await MultipartUpload.begin(this.#calls, this.#object)
      for (const piece of this.#takeWaiting()) await this.#upload.push(piece)
      return
    }
    await this.#upload.push(data)
  }

  #takeWaiting(): Buffer[] {
    const pieces = this.#waiting
    this.#waiting = []
    this.#keep(-pieces.reduce((sum, { length }) => sum + length, 0))
    return pieces
  }

  async commit(): Promise<void> {
    if (this.#broken || this.#ahead.size > 0) {
      await this.discard()
      throw failure('The upload is incomplete')
    }
    try {
      if (this.#upload === undefined) await this.#putWhole()
      else await this.#upload.complete()
    } catch (error) {
      await this.discard()
      throw error
    }
  }

  async #putWhole(): Promise<void> {
    const { bucket: Bucket, key: Key, metadata, exclusive } = this.#object
    const Body = Buffer.concat(this.#takeWaiting())
    const input = { Bucket, Key, Metadata: { ...metadata }, ...(exclusive ? { IfNoneMatch: '*' } : {}) }
    done(await this.#calls.call('PutObject', { ...input, Body, ContentLength: Body.length }))
  }

  /** What has come in order becomes the object, if it may; decided like any other. Or nothing of it stays. */
  async abort(): Promise<void> {
    if (this.#object.keepPartial()) {
      await this.#writing.catch(() => {})
      if (!this.#broken && this.#position > 0) {
        this.#dropAhead()
        this.#kept = await this.commit().then(() => true, refused)
      }
    }
    if (!this.#kept) await this.discard()
  }

  #dropAhead(): void {
    this.#ahead.clear()
    this.#keep(-this.#aheadBytes)
    this.#aheadBytes = 0
  }

  async discard(): Promise<void> {
    this.#broken = true
    this.#waiting = []
    this.#ahead.clear()
    this.#keep(-this.#waitingBytes)
    const upload = this.#upload
    this.#upload = undefined
    await upload?.abort()
  }
}

function refused(error: unknown): boolean {
  if (error instanceof SftpError) return false
  throw error
}
