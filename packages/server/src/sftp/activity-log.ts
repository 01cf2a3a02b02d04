/**
 * What happened on a server, one JSON object a line, in AWS's words. Transfer Family User Guide, "CloudWatch log structure for
 * AWS Transfer Family". No password and no private key ever enters it.
 */

import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'

export type ActivityType =
  | 'AUTH_FAILURE'
  | 'CONNECTED'
  | 'CONNECTION_REJECTED'
  | 'DISCONNECTED'
  | 'ERROR'
  | 'EXIT_REASON'
  | 'OPEN'
  | 'CLOSE'
  | 'PARTIAL_CLOSE'
  | 'CREATE_SYMLINK'
  | 'DELETE'
  | 'MKDIR'
  | 'RENAME'
  | 'RMDIR'
  | 'SETSTAT'

export type ActivityFields = Readonly<Record<string, unknown>>

export interface ActivitySink {
  write(serverId: string, line: string): void
}

const longestQueue = 100_000
/** Lines are gathered, for each append is four waits for another thread. */
const gatherMilliseconds = 40

/** Files `DAY.jsonl` in a folder of each server, mode 0600. */
export class ActivityFiles implements ActivitySink {
  readonly #folder: string
  readonly #clock: () => number
  readonly #onError: (error: unknown) => void
  readonly #queue: { readonly file: string; readonly folder: string; readonly line: string }[] = []
  #writing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(folder: string, clock: () => number, onError: (error: unknown) => void) {
    this.#folder = folder
    this.#clock = clock
    this.#onError = onError
  }

  write(serverId: string, line: string): void {
    if (this.#queue.length >= longestQueue) return
    const folder = join(this.#folder, serverId)
    const day = new Date(this.#clock()).toISOString().slice(0, 10)
    this.#queue.push({ folder, file: join(folder, `${day}.jsonl`), line })
    this.#startSoon()
  }

  #startSoon(): void {
    if (this.#writing === undefined) this.#timer ??= setTimeout(() => this.#start(), gatherMilliseconds)
  }

  async flush(): Promise<void> {
    while (this.#queue.length > 0 || this.#writing !== undefined) {
      this.#start()
      await this.#writing
    }
  }

  #start(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined
      // What came at the last moment.
      if (this.#queue.length > 0) this.#startSoon()
    })
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0, 1000)
      const texts = new Map<string, { folder: string; text: string }>()
      for (const { file, folder, line } of batch) {
        texts.set(file, { folder, text: `${texts.get(file)?.text ?? ''}${line}\n` })
      }
      for (const [file, { folder, text }] of texts) await this.#append(file, folder, text).catch(this.#onError)
    }
  }

  async #append(file: string, folder: string, text: string): Promise<void> {
    let handle: FileHandle | undefined
    try {
      handle = await openToAppend(file).catch(async () => {
        await mkdir(folder, { recursive: true, mode: 0o700 })
        return openToAppend(file)
      })
      await handle.writeFile(text)
    } finally {
      await handle?.close()
    }
  }
}

const openToAppend = (file: string): Promise<FileHandle> => open(file, 'a', 0o600)

/** The log of one server, or of one session of it. */
export class ActivityLog {
  readonly #sink: ActivitySink
  readonly #server: { readonly id: string; readonly arn: string }
  readonly #common: ActivityFields
  readonly #clock: () => number

  constructor(
    sink: ActivitySink,
    server: { readonly id: string; readonly arn: string },
    clock: () => number,
    common: ActivityFields = {},
  ) {
    this.#sink = sink
    this.#server = server
    this.#clock = clock
    this.#common = common
  }

  session(sessionId: string): ActivityLog {
    return new ActivityLog(this.#sink, this.#server, this.#clock, { 'session-id': sessionId })
  }

  write(type: ActivityType, fields: ActivityFields = {}): void {
    const record = {
      'activity-type': type,
      'resource-arn': this.#server.arn,
      ...this.#common,
      time: new Date(this.#clock()).toISOString(),
      ...fields,
    }
    this.#sink.write(this.#server.id, JSON.stringify(record))
  }
}
