/**
 * An inode held open by number (`O_PATH`), so that what was looked at is what is worked on, whatever becomes of its name. Entries of a
 * directory are reached through `/proc/self/fd`, which stands in for openat(2). Linux alone has both: open(2), proc_pid_fd(5).
 */

import type { Stats } from 'node:fs'
import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'

/** Of Linux, on every architecture that Node runs on; Node does not name it. */
const pathOnly = 0o10000000

export class Node {
  readonly #handle: FileHandle
  readonly stats: Stats
  /** For logs and explanations: `/fs-…/path` as it was walked, links resolved. */
  readonly where: string

  private constructor(handle: FileHandle, stats: Stats, where: string) {
    this.#handle = handle
    this.stats = stats
    this.where = where
  }

  /** Follows no link at the end. Undefined: nothing there. */
  static async open(path: string, flags = 0, where = path): Promise<Node | undefined> {
    let handle: FileHandle | undefined
    try {
      handle = await open(path, pathOnly | constants.O_NOFOLLOW | flags)
      return new Node(handle, await handle.stat(), where)
    } catch (error) {
      await handle?.close()
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** A path to this very inode. */
  get self(): string {
    return `/proc/self/fd/${this.#handle.fd}`
  }

  /** Of a directory: a path to an entry. The name holds no slash and is neither `.` nor `..`. */
  entry(name: string): string {
    return `${this.self}/${name}`
  }

  openEntry(name: string): Promise<Node | undefined> {
    return Node.open(this.entry(name), 0, `${this.where}/${name}`)
  }

  /** The inode itself, opened for reading or writing. */
  reopen(flags: number): Promise<FileHandle> {
    return open(this.self, flags)
  }

  isSame({ stats }: Node): boolean {
    return stats.dev === this.stats.dev && stats.ino === this.stats.ino
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}
