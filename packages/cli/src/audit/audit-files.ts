/**
 * The lines of a server's audit files, and those that are added meanwhile. The files are one a UTC day
 * (`2026-01-02.jsonl`), so their names sort by time.
 */

import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'

const chunkBytes = 256 * 1024
const newline = 0x0a

export class AuditFiles {
  readonly #folder: string
  readonly #readers = new Map<string, LineReader>()
  /** Files of days before this one were left unread, and do not grow. */
  #oldest = ''

  constructor(folder: string) {
    this.#folder = folder
  }

  /** The last lines that `shown` has something to show of, at most `count`, oldest first. Read back only as far as needed. */
  latest(count: number, shown: (line: string) => string | undefined): string[] {
    let found: string[] = []
    for (const name of this.#names().reverse()) {
      this.#oldest = name
      const ofDay: string[] = []
      for (const line of this.#reader(name).unread()) {
        const text = shown(line)
        if (text !== undefined) ofDay.push(text)
        // Now and then, for each time moves what is kept.
        if (ofDay.length > 2 * count + 1000) ofDay.splice(0, ofDay.length - count)
      }
      found = [...ofDay, ...found]
      if (found.length >= count) break
    }
    return count === 0 ? [] : found.slice(-count)
  }

  /** What was written since the last look. A line that is being written waits until it is complete. */
  *unread(): Generator<string> {
    for (const name of this.#names()) if (name >= this.#oldest) yield* this.#reader(name).unread()
  }

  #names(): string[] {
    if (!existsSync(this.#folder)) return []
    return readdirSync(this.#folder)
      .filter((name) => /^\d{4}-\d\d-\d\d\.jsonl$/.test(name))
      .sort()
  }

  #reader(name: string): LineReader {
    const reader = this.#readers.get(name) ?? new LineReader(join(this.#folder, name))
    this.#readers.set(name, reader)
    return reader
  }
}

class LineReader {
  readonly #path: string
  #position = 0
  #partial: Buffer = Buffer.alloc(0)

  constructor(path: string) {
    this.#path = path
  }

  *unread(): Generator<string> {
    const file = openSync(this.#path, 'r')
    try {
      const chunk = Buffer.alloc(chunkBytes)
      for (;;) {
        const count = readSync(file, chunk, 0, chunkBytes, this.#position)
        if (count === 0) return
        this.#position += count
        yield* this.#lines(chunk.subarray(0, count))
      }
    } finally {
      closeSync(file)
    }
  }

  *#lines(chunk: Buffer): Generator<string> {
    const bytes = Buffer.concat([this.#partial, chunk])
    let start = 0
    for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
      if (end > start) yield bytes.toString('utf8', start, end)
      start = end + 1
    }
    this.#partial = Buffer.from(bytes.subarray(start))
  }
}
