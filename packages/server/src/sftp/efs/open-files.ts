/** Open files of a file system: read and written where they are, as they go. What a client leaves half written stays so, as on a mount. */

import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { ReadableFile, WritableFile } from '../files/file-system.ts'
import type { Attributes } from '../protocol/attributes.ts'
import type { PosixIdentity } from './permission-bits.ts'

export function attributesOf({ size, uid, gid, mode, atimeMs, mtimeMs }: Stats): Attributes {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000)
  return { size, uid, gid, mode, accessed: seconds(atimeMs), modified: seconds(mtimeMs) }
}

export class OpenFile {
  readonly handle: FileHandle
  /** Who opened it. */
  readonly identity: PosixIdentity
  #attributes: Attributes

  constructor(handle: FileHandle, stats: Stats, identity: PosixIdentity) {
    this.handle = handle
    this.identity = identity
    this.#attributes = attributesOf(stats)
  }

  get attributes(): Attributes {
    return this.#attributes
  }

  async refresh(): Promise<void> {
    this.#attributes = attributesOf(await this.handle.stat())
  }

  close(): Promise<void> {
    return this.handle.close()
  }
}

export class FileReader extends OpenFile implements ReadableFile {
  async read(offset: number, length: number): Promise<readonly Buffer[] | undefined> {
    const buffer = Buffer.allocUnsafe(length)
    const { bytesRead } = await this.handle.read(buffer, 0, length, offset)
    return bytesRead === 0 ? undefined : [buffer.subarray(0, bytesRead)]
  }
}

export class FileWriter extends OpenFile implements WritableFile {
  readonly kept = true
  readonly #append: boolean
  #written = 0

  constructor(handle: FileHandle, stats: Stats, identity: PosixIdentity, append: boolean) {
    super(handle, stats, identity)
    this.#append = append
    this.#written = stats.size
  }

  override get attributes(): Attributes {
    return { ...super.attributes, size: this.#written }
  }

  async write(offset: number, data: Buffer): Promise<void> {
    // Opened for appending, the kernel knows the place.
    const from = this.#append ? null : offset
    for (let at = 0; at < data.length; ) {
      const { bytesWritten } = await this.handle.write(data, at, data.length - at, from === null ? null : from + at)
      at += bytesWritten
    }
    this.#written = this.#append ? this.#written + data.length : Math.max(this.#written, offset + data.length)
  }

  override async refresh(): Promise<void> {
    await super.refresh()
    this.#written = super.attributes.size ?? this.#written
  }

  commit(): Promise<void> {
    return this.close()
  }

  abort(): Promise<void> {
    return this.close()
  }
}
