/** What the protocol asks of a file system, whichever lies behind it: objects behind policies, or a folder behind permission bits. */

import type { Attributes } from '../protocol/attributes.ts'
import { type StatusCode, statusCode } from '../protocol/codes.ts'
import type { NameEntry } from '../protocol/replies.ts'
import type { FileDecision, Tell } from './decisions.ts'

/** An expected outcome, told to the client by its code and a short sentence without ARN, policy or bucket. */
export class SftpError extends Error {
  readonly code: StatusCode
  /** For the log, where nobody told it before. */
  readonly decision: FileDecision | undefined

  constructor(code: StatusCode, message: string, decision?: FileDecision) {
    super(message)
    this.code = code
    this.decision = decision
  }
}

export const noSuchFile = (): SftpError => new SftpError(statusCode.noSuchFile, 'No such file or directory')
export const permissionDenied = (decision?: FileDecision): SftpError =>
  new SftpError(statusCode.permissionDenied, 'Permission denied', decision)
export const failure = (message: string): SftpError => new SftpError(statusCode.failure, message)
export const unsupported = (): SftpError =>
  new SftpError(statusCode.unsupported, 'Operation not supported', { outcome: 'denied', by: 'protocol' })

export interface ReadableFile {
  readonly attributes: Attributes
  /** Up to `length` bytes from `offset`; undefined at the end or past it. Never empty. */
  read(offset: number, length: number): Promise<readonly Buffer[] | undefined>
  close(): Promise<void>
}

export interface WritableFile {
  readonly attributes: Attributes
  /** Resolves when the bytes are taken: `data` may not be touched before, nor is it needed after. */
  write(offset: number, data: Buffer): Promise<void>
  /** The file appears, whole. */
  commit(): Promise<void>
  /** The client went away in the middle: what had come goes or stays, as the file system has it. */
  abort(): Promise<void>
  /** After `abort`: whether it stays. */
  readonly kept: boolean
}

export interface Listing {
  /** Some entries, never none; undefined when there are no more. */
  next(): Promise<readonly NameEntry[] | undefined>
  close(): Promise<void>
}

export interface WriteMode {
  readonly create: boolean
  readonly truncate: boolean
  /** Fail where the file is there. */
  readonly exclusive: boolean
  /** Offsets do not count: everything goes to the end. */
  readonly append: boolean
  readonly attributes: Attributes
}

export interface RenameOptions {
  /** posix-rename: what is at the target goes. */
  readonly replace: boolean
  /** Told now and then of a directory's files, for the log. */
  readonly progress?: (step: 'copied' | 'deleted', count: number, total: number) => void
}

/** Paths come as the client sent them; each fails with `SftpError`, anything else thrown is a bug or a broken store. */
export interface FileSystem {
  /** The same, which tells what is decided on the way; also of the files that it opens. */
  watched(tell: Tell): FileSystem
  /** Absolute and without `.` or `..`; need not exist. */
  realPath(path: string): string
  /** For the log: the place behind a path, `/bucket/key`. */
  storedPath(path: string): string
  stat(path: string, options: { readonly follow: boolean }): Promise<Attributes>
  openRead(path: string): Promise<ReadableFile>
  openWrite(path: string, mode: WriteMode): Promise<WritableFile>
  openDirectory(path: string): Promise<Listing>
  makeDirectory(path: string, attributes: Attributes): Promise<void>
  removeDirectory(path: string): Promise<void>
  removeFile(path: string): Promise<void>
  rename(from: string, to: string, options: RenameOptions): Promise<void>
  setAttributes(path: string, attributes: Attributes): Promise<void>
  /** On an open file. */
  setFileAttributes(file: ReadableFile | WritableFile, attributes: Attributes): Promise<void>
  readLink(path: string): Promise<string>
  /** `path` is the new link. OpenSSH's order of arguments: the target comes first on the wire. */
  symbolicLink(target: string, path: string): Promise<void>
}
