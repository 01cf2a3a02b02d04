/**
 * An object read in order: one ranged GET at a time feeds the reads that follow each other, so that the store reads ahead while
 * replies are on their way. A read elsewhere is a range of its own. All of one version, whatever is written meanwhile.
 */

import { failure, permissionDenied, type ReadableFile } from '../files/file-system.ts'
import type { Attributes } from '../protocol/attributes.ts'
import { type IdleSources, idleSources } from './idle-sources.ts'
import type { StoreCalls } from './store-calls.ts'

/** Asked of the store at once; each is a decision of its own. */
const span = 32 * 1024 * 1024

const nothing = Buffer.alloc(0)

interface Source {
  readonly chunks: AsyncIterator<Buffer>
  readonly stop: () => void
  stopped: boolean
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
  readonly #idle: IdleSources
  #source: Source | undefined
  /** Where the last read ended. */
  #next: number | undefined
  #closed = false

  constructor(calls: StoreCalls, object: ObjectVersion, idle: IdleSources = idleSources) {
    this.#calls = calls
    this.#idle = idle
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
      this.#idle.forget(source)
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
    const source = this.#source
    if (source === undefined || source.position >= source.end) this.#drop()
    else this.#idle.wait(source)
    return pieces
  }

  async #sourceAt(offset: number, wanted: number): Promise<Source> {
    const current = this.#source
    const stopped = current?.stopped === true
    if (current?.position === offset && current.position < current.end && !stopped) return current
    this.#drop()
    // The first read, and one that follows the last, may well be followed by more; a jump may not, and where there are too many
    // readers nothing is read ahead in vain.
    const inOrder = !stopped && (this.#next === undefined || this.#next === offset || current?.position === offset)
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
    const source: Source = {
      chunks: body[Symbol.asyncIterator](),
      stop: () => {
        source.stopped = true
        source.rest = nothing
        body.destroy()
      },
      stopped: false,
      position: start,
      end,
      rest: nothing,
    }
    return source
  }

  #drop(): void {
    const source = this.#source
    this.#source = undefined
    if (source === undefined) return
    this.#idle.forget(source)
    source.stop()
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
