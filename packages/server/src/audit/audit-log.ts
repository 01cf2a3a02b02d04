/**
 * The audit log: one JSON line a call, in a file a day. Callers hand over an event and go on; its line is made once the answers
 * of the turn are out, so that the event lives no longer than its call, and lines are written in batches. When the disk cannot
 * keep up the queue fills and callers wait: an event is never dropped.
 */

import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { CallEvent, EventSink } from '../kernel/event.ts'
import { auditLine } from './audit-line.ts'
import { Batch } from './batch.ts'
import { eventTime } from './cloudtrail.ts'
import { denialRecord } from './denial-record.ts'
import type { Denials } from './denials.ts'

export interface AuditOptions {
  readonly folder: string
  readonly denials: Denials
  /** Called with what went wrong when a batch cannot be written; it is tried again. */
  readonly onError: (error: unknown) => void
  /** Events that may wait. */
  readonly capacity?: number
}

const flushMilliseconds = 40
const retryMilliseconds = 1000

export class AuditLog implements EventSink {
  readonly #options: AuditOptions
  readonly #capacity: number
  #events: CallEvent[] = []
  /** In the order of their calls; the last one may still be filled. */
  #batches: Batch[] = []
  #recorded = 0
  #written = 0
  /** A batch's memory, for the next one. */
  #spare: Buffer | undefined
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> | undefined
  #waiting: (() => void)[] = []
  #file: { readonly day: string; readonly handle: FileHandle } | undefined
  #readers: (() => void)[] = []
  #readersGone = false
  #closing = false
  #closed = false

  constructor(options: AuditOptions) {
    this.#options = options
    this.#capacity = options.capacity ?? 8192
  }

  record(event: CallEvent): Promise<void> | undefined {
    this.#recorded += 1
    // An immediate of an immediate: the answers of this turn are written by one that is not there yet.
    if (this.#events.push(event) === 1) setImmediate(setImmediate, this.#makeLines)
    if (this.#writing === undefined) this.#schedule()
    if (this.#recorded - this.#written < this.#capacity) return undefined
    this.#start()
    return this.#nextBatch()
  }

  /** Resolves once more lines are written, after `milliseconds` at the latest, and at once when the log is closing. */
  written(milliseconds: number): Promise<void> {
    if (this.#readersGone) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds)
      this.#readers.push(() => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Whether readers should not wait any more. */
  get closing(): boolean {
    return this.#readersGone
  }

  /** Nobody waits for further lines from now on. */
  releaseReaders(): void {
    this.#readersGone = true
    this.#wakeReaders()
  }

  /** Resolves when everything recorded before is written, whatever is recorded meanwhile. */
  async flush(): Promise<void> {
    const recorded = this.#recorded
    while (this.#written < recorded && !this.#closed) {
      this.#start()
      await Promise.race([this.#writing, this.#nextBatch()])
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    this.releaseReaders()
    while (this.#written < this.#recorded || this.#writing !== undefined) {
      this.#start()
      await this.#writing
    }
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#file?.handle.sync()
    await this.#file?.handle.close()
    this.#file = undefined
  }

  #nextBatch(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#start(), flushMilliseconds)
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#writing !== undefined || this.#closed) return
    this.#writing = this.#drain().finally(() => {
      this.#writing = undefined
      if (this.#written < this.#recorded) this.#schedule()
    })
  }

  readonly #makeLines = (): void => {
    const events = this.#events
    this.#events = []
    for (const event of events) this.#add(event)
  }

  #add(event: CallEvent): void {
    const line = this.#lineOf(event)
    const day = eventTime(event.time).slice(0, 10)
    let batch = this.#batches.at(-1)
    if (batch?.day !== day || !batch.hasRoomFor(line)) {
      batch = new Batch(day, line, this.#spare)
      this.#spare = undefined
      this.#batches.push(batch)
    }
    batch.add(line)
    const record = denialRecord(event)
    if (record === undefined) return
    batch.denials.push({ account: record.caller.account, region: event.region, time: event.time, record })
  }

  async #drain(): Promise<void> {
    this.#makeLines()
    // A batch that is not full may fill while others are written: a write costs the same for one line and for many.
    do {
      const batch = this.#batches.shift()
      if (batch === undefined) return
      await this.#write(batch)
      this.#written += batch.lines
      this.#spare = batch.memory
      const waiting = this.#waiting
      this.#waiting = []
      for (const resume of waiting) resume()
      // Between batches the calls that came in meanwhile have their turn.
      await new Promise<void>((resolve) => setImmediate(resolve))
    } while (this.#batches.length > 1 || this.#batches[0]?.full === true)
  }

  async #write({ day, bytes, denials }: Batch): Promise<void> {
    await this.#insist(() => this.#append(day, bytes))
    await this.#insist(() => this.#options.denials.keep(denials))
    this.#wakeReaders()
  }

  /** A call whose line cannot be made is told of all the same, with what is sure of it: no call ends the log. */
  #lineOf(event: CallEvent): string {
    try {
      return auditLine(event)
    } catch (error) {
      this.#options.onError(error)
      const eventName = event.operation?.operation.name
      const recipientAccountId = event.caller?.account
      return JSON.stringify({
        eventTime: eventTime(event.time),
        eventName,
        requestID: event.requestId,
        recipientAccountId,
      })
    }
  }

  #wakeReaders(): void {
    const readers = this.#readers
    this.#readers = []
    for (const wake of readers) wake()
  }

  async #insist(step: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        await step()
        return
      } catch (error) {
        this.#options.onError(error)
        // A server that is told to stop does stop, and has said what it could not write.
        if (this.#closing) return
        await new Promise((resolve) => setTimeout(resolve, retryMilliseconds))
      }
    }
  }

  async #append(day: string, lines: Buffer): Promise<void> {
    if (this.#file?.day !== day) {
      await this.#file?.handle.close()
      this.#file = undefined
      await mkdir(this.#options.folder, { recursive: true, mode: 0o700 })
      this.#file = { day, handle: await open(join(this.#options.folder, `${day}.jsonl`), 'a', 0o600) }
    }
    await this.#file.handle.writeFile(lines)
  }
}
