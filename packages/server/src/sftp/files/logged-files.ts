/**
 * A file system whose every change is told to the activity log, by the place where it really happened and with what decided about it:
 * what let it through, or what refused it.
 */

import type { ActivityFields, ActivityLog, ActivityType } from '../activity-log.ts'
import type { Attributes } from '../protocol/attributes.ts'
import { statusCode } from '../protocol/codes.ts'
import { Decisions, type Tell } from './decisions.ts'
import {
  type FileSystem,
  type Listing,
  type ReadableFile,
  type RenameOptions,
  SftpError,
  type WritableFile,
  type WriteMode,
} from './file-system.ts'

type OpenFile = ReadableFile | WritableFile

export class LoggedFiles implements FileSystem {
  readonly #files: FileSystem
  readonly #log: ActivityLog
  /** Of an open file as the protocol knows it: the file system's own, and its place. */
  readonly #open = new WeakMap<OpenFile, { readonly file: OpenFile; readonly path: string }>()

  constructor(files: FileSystem, log: ActivityLog) {
    this.#files = files
    this.#log = log
  }

  watched(tell: Tell): FileSystem {
    return new LoggedFiles(this.#files.watched(tell), this.#log)
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
    task: (files: FileSystem, decisions: Decisions) => Promise<T>,
    done?: ActivityType,
    more: ActivityFields = {},
  ): Promise<T> {
    const decisions = new Decisions()
    try {
      const result = await task(this.#files.watched(decisions.add), decisions)
      if (done !== undefined) this.#log.write(done, { path: this.storedPath(path), ...more, ...decisions.grant() })
      return result
    } catch (error) {
      this.#failed(operation, path, error, decisions)
      throw error
    }
  }

  #failed(operation: string, path: string, error: unknown, decisions: Decisions, more: ActivityFields = {}): void {
    const message = error instanceof SftpError ? wording(error) : 'Internal error'
    const told = error instanceof SftpError ? error.decision : undefined
    const decision = { decision: told ?? decisions.ofFailure(isRefusal(error)) }
    this.#log.write('ERROR', { operation, path: this.storedPath(path), message, ...more, ...decision })
  }

  async stat(path: string, options: { readonly follow: boolean }): Promise<Attributes> {
    const decisions = new Decisions()
    try {
      return await this.#files.watched(decisions.add).stat(path, options)
    } catch (error) {
      // A client asks about everything that it is about to make: an absence is no error.
      if (!(error instanceof SftpError) || isRefusal(error)) this.#failed('STAT', path, error, decisions)
      throw error
    }
  }

  openRead(path: string): Promise<ReadableFile> {
    const opened = async (files: FileSystem, decisions: Decisions) => {
      const file = await files.openRead(path)
      return this.#remembered(path, file, this.#reading(path, file, decisions))
    }
    return this.#told('OPEN', path, opened, 'OPEN', { mode: 'READ' })
  }

  #reading(path: string, file: ReadableFile, decisions: Decisions): ReadableFile {
    let bytes = 0
    return {
      get attributes() {
        return file.attributes
      },
      read: async (offset, length) => {
        try {
          const pieces = await file.read(offset, length)
          for (const piece of pieces ?? []) bytes += piece.length
          return pieces
        } catch (error) {
          this.#failed('READ', path, error, decisions, { 'bytes-out': bytes })
          throw error
        }
      },
      close: async () => {
        await file.close()
        this.#log.write('CLOSE', { path: this.storedPath(path), 'bytes-out': bytes, ...decisions.grant() })
      },
    }
  }

  openWrite(path: string, mode: WriteMode): Promise<WritableFile> {
    const modes = [mode.create && 'CREATE', mode.truncate && 'TRUNCATE', mode.append && 'APPEND', 'WRITE'].filter(
      Boolean,
    )
    const opened = async (files: FileSystem, decisions: Decisions) => {
      const file = await files.openWrite(path, mode)
      return this.#remembered(path, file, this.#writing(path, file, decisions))
    }
    return this.#told('OPEN', path, opened, 'OPEN', { mode: modes.join('|') })
  }

  #writing(path: string, file: WritableFile, decisions: Decisions): WritableFile {
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
          this.#failed('WRITE', path, error, decisions, { 'bytes-in': bytes })
          throw error
        }
      },
      get kept() {
        return file.kept
      },
      commit: async () => {
        try {
          await file.commit()
        } catch (error) {
          this.#failed('CLOSE', path, error, decisions, { 'bytes-in': bytes })
          throw error
        }
        this.#log.write('CLOSE', { path: this.storedPath(path), 'bytes-in': bytes, ...decisions.grant() })
      },
      abort: async () => {
        await file.abort()
        const what = { 'bytes-in': bytes, kept: file.kept }
        this.#log.write('PARTIAL_CLOSE', { path: this.storedPath(path), ...what, ...decisions.grant() })
      },
    }
  }

  #remembered<T extends OpenFile>(path: string, file: OpenFile, shown: T): T {
    this.#open.set(shown, { file, path })
    return shown
  }

  openDirectory(path: string): Promise<Listing> {
    return this.#told('OPENDIR', path, (files) => files.openDirectory(path))
  }

  makeDirectory(path: string, attributes: Attributes): Promise<void> {
    return this.#told('MKDIR', path, (files) => files.makeDirectory(path, attributes), 'MKDIR')
  }

  removeDirectory(path: string): Promise<void> {
    return this.#told('RMDIR', path, (files) => files.removeDirectory(path), 'RMDIR')
  }

  removeFile(path: string): Promise<void> {
    return this.#told('DELETE', path, (files) => files.removeFile(path), 'DELETE')
  }

  rename(from: string, to: string, options: RenameOptions): Promise<void> {
    const more = { 'new-path': this.storedPath(to) }
    const renamed = (files: FileSystem, decisions: Decisions) => {
      const progress: RenameOptions['progress'] = (step, done, total) => {
        const far = { progress: step, files: done, total }
        this.#log.write('RENAME', { path: this.storedPath(from), ...more, ...far, ...decisions.grant() })
      }
      return files.rename(from, to, { ...options, progress })
    }
    return this.#told('RENAME', from, renamed, 'RENAME', more)
  }

  setAttributes(path: string, attributes: Attributes): Promise<void> {
    return this.#told('SETSTAT', path, (files) => files.setAttributes(path, attributes), 'SETSTAT')
  }

  setFileAttributes(shown: OpenFile, attributes: Attributes): Promise<void> {
    const known = this.#open.get(shown)
    if (known === undefined) throw new Error('the file was not opened here')
    const { file, path } = known
    return this.#told('SETSTAT', path, (files) => files.setFileAttributes(file, attributes), 'SETSTAT')
  }

  readLink(path: string): Promise<string> {
    return this.#told('READLINK', path, (files) => files.readLink(path))
  }

  symbolicLink(target: string, path: string): Promise<void> {
    return this.#told('SYMLINK', path, (files) => files.symbolicLink(target, path), 'CREATE_SYMLINK', { target })
  }
}

const isRefusal = (error: unknown): error is SftpError & { readonly code: typeof statusCode.permissionDenied } =>
  error instanceof SftpError && error.code === statusCode.permissionDenied

function wording(error: SftpError): string {
  return isRefusal(error) ? 'Access denied' : error.message
}
