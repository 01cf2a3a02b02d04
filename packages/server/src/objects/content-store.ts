/**
 * Where the bytes of objects lie: contents, each written once under an id that nobody else uses and never changed. What an
 * object is made of stands in the metadata index alone, so a content becomes part of an object in one transaction there.
 */

import type { Readable } from 'node:stream'

export interface ContentStore {
  /** Shorter contents are better kept in the metadata index: one wait for the disk there, several here. */
  readonly worthwhileBytes: number
  /**
   * Writes all of `source`; resolves when the bytes survive a crash of this process and of the machine. Fails with what the
   * source failed with, and then keeps nothing (a crash may leave some: the janitor takes it away).
   */
  write(id: string, source: AsyncIterable<Uint8Array>): Promise<void>
  /** Bytes `start` up to `end`, not included. Rejects with `MissingContent` before the first byte. */
  read(id: string, start: number, end: number): Promise<Readable>
  /** Also where there is none. */
  remove(id: string): Promise<void>
  /** The ids of all contents, complete or not, in no order. */
  list(): AsyncIterable<string>
  close(): Promise<void>
}

/** The index refers to bytes that are not there: the store was changed behind the server's back. */
export class MissingContent extends Error {
  constructor(id: string) {
    super(`the content ${id} is missing from the object store`)
  }
}

/** 16 hexadecimal digits of the writer, 16 of the content. */
export const contentIdPattern = /^[0-9a-f]{32}$/

export function writerOf(contentId: string): string {
  return contentId.slice(0, 16)
}
