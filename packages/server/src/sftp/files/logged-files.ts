/** A file system whose every change is told to the activity log, by the place where it really happened. */

import type { ActivityFields, ActivityLog, ActivityType } from '../activity-log.ts'
import type { Attributes } from '../protocol/attributes.ts'
import { statusCode } from '../protocol/codes.ts'
import {
  type FileSystem,
  type Listing,
  type ReadableFile,
  type RenameOptions,
  SftpError,
  type WritableFile,
  type WriteMode,
} from './file-system.ts'

export class LoggedFiles implements FileSystem {
  readonly #files: FileSystem
  readonly #log: ActivityLog
  /** Why the store refused last, for the record of the refusal. */
  readonly #decision: () => ActivityFields

  constructor(files: FileSystem, log: ActivityLog, decision: () => ActivityFields) {
    this.#files = files
    this.#log = log
    this.#decision = decision
  }

  realPath(path: string): string {
    return this.#files.realPath(path)
  }

  storedPath(path: string): string {
    return this.#files.storedPath(path)
  }

  async #told<T>(
    operation: string,
    path: string,
    task: Promise<T>,
    done?: ActivityType,
    more: ActivityFields = {},
  ): Promise<T> {
    try {
      const result = await task
      if (done !== undefined) this.#log.write(done, { path: this.storedPath(path), ...more })
      return result
    } catch (error) {
      this.#failed(operation, path, error)
      throw error
    }
  }

  #failed(operation: string, path: string, error: unknown, more: ActivityFields = {}): void {
    const message = error instanceof SftpError ? wording(error) : 'Internal error'
    const decision = error instanceof SftpError && error.code === statusCode.permissionDenied ? this.#decision() : {}
    this.#log.write('ERROR', { operation, path: this.storedPath(path), message, ...more, ...decision })
  }

  stat(path: string, options: { readonly follow: boolean }): Promise<Attributes> {
    // A client asks about everything that it is about to make: an absence is no error.
    return this.#files.stat(path, options).catch((error: unknown) => {
      if (!(error instanceof SftpError) || error.code === statusCode.permissionDenied) this.#failed('STAT', path, error)
      throw error
    })
  }

  async openRead(path: string): Promise<ReadableFile> {
    const file = await this.#told('OPEN', path, this.#files.openRead(path), 'OPEN', { mode: 'READ' })
    let bytes = 0
    return {
      attributes: file.attributes,
      read: async (offset, length) => {
        try {
          const pieces = await file.read(offset, length)
          for (const piece of pieces ?? []) bytes += piece.length
          return pieces
        } catch (error) {
          this.#failed('READ', path, error, { 'bytes-out': bytes })
          throw error
        }
      },
      close: async () => {
        await file.close()
        this.#log.write('CLOSE', { path: this.storedPath(path), 'bytes-out': bytes })
      },
    }
  }

  async openWrite(path: string, mode: WriteMode): Promise<WritableFile> {
    const modes = [mode.create && 'CREATE', mode.truncate && 'TRUNCATE', mode.append && 'APPEND', 'WRITE'].filter(
      Boolean,
    )
    const file = await this.#told('OPEN', path, this.#files.openWrite(path, mode), 'OPEN', { mode: modes.join('|') })
    let bytes = 0
    return {
      get attributes() {
        return file.attributes
      },
      write: async (offset, data) => {
        try {
          await file.write(offset, data)
          bytes += data.length
        } catch (error) {
          this.#failed('WRITE', path, error, { 'bytes-in': bytes })
          throw error
        }
      },
      commit: async () => {
        try {
          await file.commit()
        } catch (error) {
          this.#failed('CLOSE', path, error, { 'bytes-in': bytes })
          throw error
        }
        this.#log.write('CLOSE', { path: this.storedPath(path), 'bytes-in': bytes })
      },
      abort: async () => {
        this.#log.write('PARTIAL_CLOSE', { path: this.storedPath(path), 'bytes-in': bytes })
        await file.abort()
      },
    }
  }

  openDirectory(path: string): Promise<Listing> {
    return this.#told('OPENDIR', path, this.#files.openDirectory(path))
  }

  makeDirectory(path: string, attributes: Attributes): Promise<void> {
    return this.#told('MKDIR', path, this.#files.makeDirectory(path, attributes), 'MKDIR')
  }

  removeDirectory(path: string): Promise<void> {
    return this.#told('RMDIR', path, this.#files.removeDirectory(path), 'RMDIR')
  }

  removeFile(path: string): Promise<void> {
    return this.#told('DELETE', path, this.#files.removeFile(path), 'DELETE')
  }

  rename(from: string, to: string, options: RenameOptions): Promise<void> {
    const more = { 'new-path': this.storedPath(to) }
    const progress: RenameOptions['progress'] = (step, files, total) =>
      this.#log.write('RENAME', { path: this.storedPath(from), ...more, progress: step, files, total })
    return this.#told('RENAME', from, this.#files.rename(from, to, { ...options, progress }), 'RENAME', more)
  }

  setAttributes(path: string, attributes: Attributes): Promise<void> {
    return this.#told('SETSTAT', path, this.#files.setAttributes(path, attributes), 'SETSTAT')
  }

  setFileAttributes(file: ReadableFile | WritableFile, attributes: Attributes): Promise<void> {
    return this.#files.setFileAttributes(file, attributes)
  }

  readLink(path: string): Promise<string> {
    return this.#told('READLINK', path, this.#files.readLink(path))
  }

  symbolicLink(target: string, path: string): Promise<void> {
    return this.#told('SYMLINK', path, this.#files.symbolicLink(target, path), 'CREATE_SYMLINK')
  }
}

function wording(error: SftpError): string {
  return error.code === statusCode.permissionDenied ? 'Access denied' : error.message
}
