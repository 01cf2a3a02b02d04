/**
 * Contents as files of a directory, 256 folders wide. A file's name is the content's id, never an object's key. Nobody knows
 * an id before the index names it, so a file needs no rename to appear whole: it is written, synced, and then referred to.
 */

import { constants, mkdirSync } from 'node:fs'
import { type FileHandle, open, readdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type ContentStore, contentIdPattern, MissingContent } from './content-store.ts'

const folders = 256
/** What is gathered before the disk is asked to write it; a second batch fills meanwhile. */
const batchBytes = 1024 * 1024
/** After how many bytes the disk is set to work: little is left for the last sync, which the client waits for. */
export const earlySyncBytes = 32 * 1024 * 1024

export class LocalContents implements ContentStore {
  readonly worthwhileBytes: number = 16 * 1024 + 1
  readonly #root: string
  /** One body's at a time: it holds one of the few threads that all files share. */
  #syncingEarly = false

  constructor(root: string) {
    this.#root = root
    for (let i = 0; i < folders; i += 1) mkdirSync(this.#folder(i), { recursive: true, mode: 0o700 })
  }

  async write(id: string, source: AsyncIterable<Uint8Array>): Promise<void> {
    const path = this.#path(id)
    const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
    try {
      await this.#writeAll(file, source)
      // The name is in its folder since the file was opened: both become durable in one wait.
      await Promise.all([file.sync(), syncFolder(this.#folderOf(id))])
      await file.close()
    } catch (error) {
      await file.close().catch(() => {})
      await unlink(path).catch(() => {})
      throw error
    }
  }

  async read(id: string, start: number, end: number): Promise<Readable> {
    let file: FileHandle
    try {
      file = await open(this.#path(id), 'r')
    } catch (error) {
      throw isMissing(error) ? new MissingContent(id) : error
    }
    return file.createReadStream({ start, end: end - 1, highWaterMark: Math.min(batchBytes, end - start) })
  }

  async remove(id: string): Promise<void> {
    await unlink(this.#path(id)).catch((error: unknown) => {
      if (!isMissing(error)) throw error
    })
  }

  async *list(): AsyncIterable<string> {
    for (let i = 0; i < folders; i += 1) {
      for (const name of await readdir(this.#folder(i))) if (contentIdPattern.test(name)) yield name
    }
  }

  async close(): Promise<void> {}

  /** Reads ahead by one batch while the one before is being written, and no further: that is the back pressure. */
  async #writeAll(file: FileHandle, source: AsyncIterable<Uint8Array>): Promise<void> {
    let batch: Uint8Array[] = []
    let size = 0
    let unsynced = 0
    let writing: Promise<void> = Promise.resolve()
    let syncing: Promise<void> = Promise.resolve()
    try {
      for await (const chunk of source) {
        batch.push(chunk)
        size += chunk.length
        if (size < batchBytes) continue
        await writing
        unsynced += size
        writing = writeBatch(file, batch)
        // A failure is met at the next await; until then it must not count as unhandled.
        writing.catch(() => {})
        batch = []
        size = 0
        if (unsynced < earlySyncBytes || this.#syncingEarly) continue
        // A disk's failure is told once, and the last sync would know nothing of it.
        await syncing
        unsynced = 0
        syncing = this.#syncEarly(file)
        syncing.catch(() => {})
      }
    } finally {
      // Nothing may be under way when the file is closed.
      await Promise.allSettled([writing, syncing])
    }
    await Promise.all([writing, syncing])
    if (size === 0) return
    await writeBatch(file, batch)
  }

  async #syncEarly(file: FileHandle): Promise<void> {
    this.#syncingEarly = true
    try {
      await file.datasync()
    } finally {
      this.#syncingEarly = false
    }
  }

  #path(id: string): string {
    if (!contentIdPattern.test(id)) throw new Error('not the id of a content')
    return join(this.#folderOf(id), id)
  }

  /** By the last digits: those of one writer's contents differ. */
  #folderOf(id: string): string {
    return this.#folder(Number.parseInt(id.slice(-2), 16))
  }

  #folder(index: number): string {
    return join(this.#root, index.toString(16).padStart(2, '0'))
  }
}

async function writeBatch(file: FileHandle, batch: readonly Uint8Array[]): Promise<void> {
  const wanted = batch.reduce((sum, { length }) => sum + length, 0)
  const { bytesWritten } = await file.writev(batch)
  if (bytesWritten === wanted) return
  // A nearly full disk writes in part: what is left says why.
  let rest = Buffer.concat(batch).subarray(bytesWritten)
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten)
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
