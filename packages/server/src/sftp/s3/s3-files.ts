/**
 * Objects as files: each request of the protocol made into S3 operations of the session's principal. Which ones is the table of
 * the facts on Transfer Family, "SFTP operation → S3 action".
 */

import type { Tell } from '../files/decisions.ts'
import {
  type FileSystem,
  failure,
  type Listing,
  noSuchFile,
  permissionDenied,
  type ReadableFile,
  type RenameOptions,
  unsupported,
  type WritableFile,
  type WriteMode,
} from '../files/file-system.ts'
import { fixedListing } from '../files/fixed-listing.ts'
import { type PathMap, type Place, pathText, storedPath } from '../paths.ts'
import type { Attributes } from '../protocol/attributes.ts'
import type { Budget } from '../protocol/budget.ts'
import { done } from './multipart-upload.ts'
import { openBuckets, openListing } from './object-listing.ts'
import { absence, below, directoryAttributes, head, type Location } from './object-lookup.ts'
import { ObjectReader } from './object-reader.ts'
import { ObjectWriter } from './object-writer.ts'
import { removeDirectory, removeFile } from './removal.ts'
import { rename } from './renaming.ts'
import type { StoreCalls } from './store-calls.ts'

export interface S3FilesOptions {
  readonly calls: StoreCalls
  readonly paths: PathMap
  /** `USER@SERVERID`: goes with each upload. */
  readonly agentId: string
  /** SetStatOption ENABLE_NO_OP: attributes are taken and dropped. */
  readonly ignoreSetStat: boolean
  readonly now: () => number
  /** When the session began: directories have no time of their own. */
  readonly since: number
  readonly buffered: Budget
  /** Whether an upload whose client went away becomes an object all the same. */
  readonly keepPartial: () => boolean
}

export class S3Files implements FileSystem {
  readonly #options: S3FilesOptions
  readonly #calls: StoreCalls
  readonly #paths: PathMap
  readonly #since: number

  constructor(options: S3FilesOptions) {
    this.#options = options
    this.#calls = options.calls
    this.#paths = options.paths
    this.#since = options.since
  }

  realPath(path: string): string {
    return pathText(this.#paths.normalized(path))
  }

  watched(tell: Tell): FileSystem {
    return new S3Files({ ...this.#options, calls: this.#calls.watched(tell) })
  }

  storedPath(path: string): string {
    return storedPath(this.#paths, path)
  }

  #place(path: string): Place {
    return this.#paths.place(this.#paths.normalized(path))
  }

  /** Where something may be written, removed or renamed. */
  #writable(path: string): Location {
    const place = this.#place(path)
    if (place.kind === 'stored' && !place.fixed) return place
    this.#calls.tell({ outcome: 'denied', by: 'home directory', reason: 'it stands for a place as a whole' })
    throw place.kind === 'virtual' || place.kind === 'nowhere' ? noSuchFile() : permissionDenied()
  }

  async stat(path: string): Promise<Attributes> {
    const place = this.#place(path)
    if (place.kind === 'nowhere') throw noSuchFile()
    const directory = directoryAttributes(this.#since)
    if (place.kind !== 'stored' || place.isDirectory) return directory
    const found = place.key === '' ? undefined : await head(this.#calls, place)
    if (found?.kind === 'found') return found.object.attributes
    const children = await below(this.#calls, place)
    if (children === 'some') return directory
    throw children === 'denied' || found?.kind === 'denied' ? permissionDenied() : noSuchFile()
  }

  async openRead(path: string): Promise<ReadableFile> {
    const place = this.#place(path)
    if (place.kind === 'nowhere') throw noSuchFile()
    if (place.kind !== 'stored' || place.isDirectory || place.key === '') throw failure('It is a directory')
    const found = await head(this.#calls, place)
    if (found.kind === 'denied') throw permissionDenied()
    if (found.kind === 'absent') throw await absence(this.#calls, place)
    return new ObjectReader(this.#calls, found.object)
  }

  async openWrite(path: string, mode: WriteMode): Promise<WritableFile> {
    const { bucket, key } = this.#writable(path)
    const { agentId, now, buffered, keepPartial } = this.#options
    // Refusal precedes the bytes.
    if (!(await this.#calls.allows('PutObject', { Bucket: bucket, Key: key }))) throw permissionDenied()
    const writer = new ObjectWriter(this.#calls, {
      bucket,
      key,
      metadata: { 'user-agent': 'AWSTransfer', 'user-agent-id': agentId },
      exclusive: mode.exclusive && mode.create,
      append: mode.append,
      now,
      buffered,
      keepPartial,
    })
    if (mode.truncate && mode.create && !mode.exclusive) return writer
    const found = await head(this.#calls, { bucket, key })
    if (found.kind === 'absent') {
      if (!mode.create) throw await absence(this.#calls, { bucket, key })
      return writer
    }
    if (mode.exclusive) {
      // Where the caller may not look, the store says at the end whether it was there.
      if (found.kind === 'found') throw failure('The file is there already')
      return writer
    }
    if (found.kind === 'denied') throw permissionDenied()
    // Append or resume: the object is written anew, beginning with what it holds.
    if (!mode.truncate) await this.#copyInto(writer, new ObjectReader(this.#calls, found.object), found.object.size)
    return writer
  }

  async #copyInto(writer: ObjectWriter, reader: ObjectReader, size: number): Promise<void> {
    try {
      for (let at = 0; at < size; ) {
        const pieces = (await reader.read(at, 256 * 1024)) ?? []
        for (const piece of pieces) {
          await writer.write(at, piece)
          at += piece.length
        }
      }
    } catch (error) {
      await writer.discard()
      throw error
    } finally {
      await reader.close()
    }
  }

  async openDirectory(path: string): Promise<Listing> {
    const place = this.#place(path)
    switch (place.kind) {
      case 'nowhere':
        throw noSuchFile()
      case 'virtual':
        return fixedListing(place.children, this.#since)
      case 'buckets':
        return openBuckets(this.#calls, this.#since)
      case 'stored':
        return openListing(this.#calls, place, { mustExist: !place.isDirectory && place.key !== '', now: this.#since })
    }
  }

  async makeDirectory(path: string): Promise<void> {
    const { bucket: Bucket, key } = this.#writable(path)
    const input = { Bucket, Key: `${key}/`, Body: Buffer.alloc(0), ContentLength: 0, IfNoneMatch: '*' }
    done(await this.#calls.call('PutObject', input))
  }

  removeDirectory(path: string): Promise<void> {
    return removeDirectory(this.#calls, this.#writable(path))
  }

  removeFile(path: string): Promise<void> {
    return removeFile(this.#calls, this.#writable(path))
  }

  rename(from: string, to: string, options: RenameOptions): Promise<void> {
    return rename(this.#calls, this.#writable(from), this.#writable(to), options)
  }

  async setAttributes(path: string): Promise<void> {
    this.#ignore()
    if (this.#place(path).kind === 'nowhere') throw noSuchFile()
  }

  async setFileAttributes(): Promise<void> {
    this.#ignore()
  }

  #ignore(): void {
    if (!this.#options.ignoreSetStat) throw unsupported()
    this.#calls.tell({ outcome: 'allowed', by: 'SetStatOption ENABLE_NO_OP' })
  }

  async readLink(): Promise<string> {
    throw unsupported()
  }

  async symbolicLink(): Promise<void> {
    throw unsupported()
  }
}
