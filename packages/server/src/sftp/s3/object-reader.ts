/**
 * An object read in order: one ranged GET at a time feeds the reads that follow each other, so that the store reads ahead while
 * replies are on their way. A read elsewhere is a range of its own. All of one version, whatever is written meanwhile.
 */

import { failure, permissionDenied, type ReadableFile } from '../files/file-system.ts'
import type { Attributes } from '../protocol/attributes.ts'
import type { StoreCalls } from './store-calls.ts'

/** Asked of the store at once; each is a decision of its own. */
const span = 32 * 1024 * 1024

interface Source {
  readonly chunks: AsyncIterator<Buffer>
  readonly stop: () => void
  /** Where the next byte lies. */
  position: number
  readonly end: number
  rest: Buffer
}

export interface ObjectVersion {
  readonly bucket: string
  readonly key: string
  readonly size: number
  readonly etag: string
  readonly attributes: Attributes
}

export class ObjectReader implements ReadableFile {
  readonly attributes: Attributes
  readonly #calls: StoreCalls
  readonly #object: ObjectVersion
  #source: Source | undefined
  /** Where the last read ended. */
  #next: number | undefined
  #closed = false

  constructor(calls: StoreCalls, object: ObjectVersion) {
    this.#calls = calls
    this.#object = object
    this.attributes = object.attributes
  }

  async read(offset: number, length: number): Promise<readonly Buffer[] | undefined> {
    const { size } = this.#object
    if (offset >= size) return undefined
    const wanted = Math.min(length, size - offset)
    const pieces: Buffer[] = []
    let taken = 0
    while (taken < wanted) {
      const source = await this.#sourceAt(offset + taken, wanted - taken)
      const piece = await next(source, wanted - taken)
      if (piece === undefined) {
        if (source.position < source.end) throw failure('The object ended early')
        continue
      }
      pieces.push(piece)
      taken += piece.length
    }
    this.#next = offset + taken
    // A source at its end holds buffers for nothing.
    if (this.#source !== undefined && this.#source.position >= this.#source.end) this.#drop()
    return pieces
  }

  async #sourceAt(offset: number, wanted: number): Promise<Source> {
    const current = this.#source
    if (current !== undefined && current.position === offset && current.position < current.end) return current
    this.#drop()
    // The first read, and one that follows the last, may well be followed by more; a jump may not.
    const inOrder = this.#next === undefined || this.#next === offset || current?.position === offset
    const end = Math.min(this.#object.size, offset + (inOrder ? span : wanted))
    const source = await this.#open(offset, end)
    if (this.#closed) {
      source.stop()
      throw failure('The handle was closed')
    }
    this.#source = source
    return source
  }

  async #open(start: number, end: number): Promise<Source> {
    const { bucket: Bucket, key: Key, etag: IfMatch } = this.#object
    const outcome = await this.#calls.call('GetObject', { Bucket, Key, IfMatch, Range: `bytes=${start}-${end - 1}` })
    if (outcome.kind === 'refused') throw permissionDenied()
    if (outcome.kind === 'fault') throw failure('The file has changed or is gone')
    const body = outcome.output.Body as unknown as AsyncIterable<Buffer> & {
      destroy(): void
      on(event: 'error', listener: () => void): void
    }
    // What is destroyed may still complain.
    body.on('error', () => {})
    return {
      chunks: body[Symbol.asyncIterator](),
      stop: () => body.destroy(),
      position: start,
      end,
      rest: Buffer.alloc(0),
    }
  }

  #drop(): void {
    this.#source?.stop()
    this.#source = undefined
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#drop()
  }
}

async function next(source: Source, wanted: number): Promise<Buffer | undefined> {
  if (source.rest.length === 0) {
    const { value, done } = await source.chunks.next()
    if (done === true) return undefined
    source.rest = value
  }
  const piece = source.rest.subarray(0, wanted)
  source.rest = source.rest.subarray(piece.length)
  source.position += piece.length
  return piece
}
