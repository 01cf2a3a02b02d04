/** One session that runs on this server: its interpreter, its role, its clock, one statement at a time. */

import type {
  RuntimeFailure,
  RuntimeSession,
  SessionStart,
  StatementOutcome,
  StatementRuntime,
} from '../../../runtimes/runtime.ts'
import type { Store } from '../../../store/store.ts'
import {
  changeSession,
  changeStatement,
  closeStatements,
  type SessionDb,
  type SessionSchema,
  sessionsTopic,
} from './rows.ts'
import type { RuntimeRole } from './runtime-role.ts'
import type { SessionStatus } from './tables.ts'

export interface LiveSessionOptions {
  readonly scope: string
  readonly id: string
  readonly store: Store<SessionSchema>
  readonly runtime: () => Promise<StatementRuntime>
  readonly start: SessionStart
  readonly role: RuntimeRole
  /** Minutes. */
  readonly timeout: number
  readonly idleTimeout: number
  readonly cancellingMilliseconds: number
  readonly clock: () => number
  readonly onBug: (error: unknown) => void
  /** No statement runs any more: the next one may be taken. */
  readonly onFree: () => void
  readonly onEnd: () => void
}

const minute = 60_000
/** Node's timers take 31 bits. */
const longestTimer = 2 ** 31 - 1

type EndStatus = Extract<SessionStatus, 'FAILED' | 'TIMEOUT' | 'STOPPED'>

export class LiveSession {
  /** Settles when nothing of it is left and its end is stored. */
  readonly ended: Promise<void>
  readonly #options: LiveSessionOptions
  #session: RuntimeSession | undefined
  #running: number | undefined
  #cancelled = new Set<number>()
  #executions = 0
  #end: { readonly status: EndStatus; readonly message: string | undefined } | undefined
  #idle: NodeJS.Timeout | undefined
  #total: NodeJS.Timeout | undefined
  #stopSignal: () => void = () => undefined

  constructor(options: LiveSessionOptions) {
    this.#options = options
    const stopped = new Promise<void>((resolve) => {
      this.#stopSignal = resolve
    })
    this.ended = this.#live(stopped).catch(options.onBug)
  }

  get running(): boolean {
    return this.#running !== undefined
  }

  get ready(): boolean {
    return this.#session !== undefined && this.#end === undefined
  }

  end(status: EndStatus, message?: string): void {
    this.#end ??= { status, message }
    this.#stopSignal()
  }

  async #live(stopped: Promise<void>): Promise<void> {
    const { runtime, start, role, onEnd } = this.#options
    try {
      // Both take their time; nothing runs before both are there.
      const starting = runtime().then((chosen) => chosen.start(start))
      await role.credentials().catch((error: unknown) => {
        void starting.then((late) => late.stop()).catch(() => undefined)
        throw error
      })
      // Stopped while it starts: whatever comes of it is ended as it comes.
      const first = await Promise.race([starting, stopped.then(() => undefined)])
      if (first === undefined) void starting.then((late) => late.stop()).catch(() => undefined)
      else {
        this.#session = first
        await this.#becomeReady()
        const reason = await Promise.race([first.ended, stopped.then(() => undefined)])
        if (reason !== undefined) this.end('FAILED', reason)
      }
    } catch (error) {
      this.end('FAILED', messageOf(error))
    }
    clearTimeout(this.#idle)
    clearTimeout(this.#total)
    await this.#session?.stop()
    await role.revoke()
    await this.#storeEnd()
    onEnd()
  }

  async #becomeReady(): Promise<void> {
    const { timeout, clock } = this.#options
    const ready = await this.#write((db) =>
      changeSession(db, this.#options.scope, this.#options.id, ['PROVISIONING'], {
        status: 'READY',
        ready_at: clock(),
      }),
    )
    if (!ready) return
    this.#total = setTimeout(() => this.end('TIMEOUT'), Math.min(timeout * minute, longestTimer))
    this.#rest()
  }

  async #storeEnd(): Promise<void> {
    const { scope, id, clock } = this.#options
    const { status, message } = this.#end ?? { status: 'FAILED' as const, message: undefined }
    await this.#write(async (db) => {
      await closeStatements(db, scope, id, clock())
      await changeSession(db, scope, id, ['PROVISIONING', 'READY', 'STOPPING'], {
        status,
        ended_at: clock(),
        ...(message === undefined ? {} : { error_message: message }),
      })
    })
  }

  /** The clock of idleness runs while no statement waits or runs. */
  #rest(): void {
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.end('TIMEOUT'), Math.min(this.#options.idleTimeout * minute, longestTimer))
  }

  /** Called for a statement that waits, when none runs. */
  async run(id: number, code: string): Promise<void> {
    const { scope, id: sessionId, clock } = this.#options
    if (this.#session === undefined || this.#running !== undefined || this.#end !== undefined) return
    this.#running = id
    clearTimeout(this.#idle)
    try {
      const taken = await this.#write((db) =>
        changeStatement(db, scope, sessionId, id, ['WAITING'], { state: 'RUNNING', started_at: clock() }),
      )
      if (!taken) return
      const outcome = await this.#session.run(code)
      this.#executions += 1
      if (this.#cancelled.has(id)) return
      await this.#write((db) =>
        changeStatement(db, scope, sessionId, id, ['RUNNING'], {
          state: 'AVAILABLE',
          output: JSON.stringify(outputOf(outcome, this.#executions)),
          completed_at: clock(),
        }),
      )
    } catch (error) {
      // The interpreter is gone: `#live` stores what became of the session and its statements.
      if (!isRuntimeFailure(error)) this.#options.onBug(error)
    } finally {
      this.#running = undefined
      if (this.#end === undefined) {
        this.#rest()
        this.#options.onFree()
      }
    }
  }

  /** A statement that somebody cancelled: interrupted if it runs, and held in CANCELLING for a while. */
  cancel(id: number): void {
    if (this.#cancelled.has(id)) return
    this.#cancelled.add(id)
    if (this.#running === id) this.#session?.interrupt()
    const { scope, id: sessionId, clock, cancellingMilliseconds, onBug } = this.#options
    const finish = async () => {
      while (this.#running === id && this.#end === undefined) await new Promise((resolve) => setTimeout(resolve, 50))
      if (this.#end !== undefined) return
      await this.#write((db) =>
        changeStatement(db, scope, sessionId, id, ['CANCELLING'], { state: 'CANCELLED', completed_at: clock() }),
      )
      this.#cancelled.delete(id)
    }
    setTimeout(() => void finish().catch(onBug), cancellingMilliseconds)
  }

  #write<T>(body: (db: SessionDb) => Promise<T>): Promise<T> {
    const { store, scope } = this.#options
    return store.write(sessionsTopic(scope), body)
  }
}

const isRuntimeFailure = (error: unknown): error is RuntimeFailure =>
  error instanceof Error && error.name === 'RuntimeFailure'

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The shape of Livy's; `Data` holds `TextPlain` alone, for with a second member the Jupyter kernel expects another type. */
function outputOf(outcome: StatementOutcome, count: number): object {
  if (outcome.status === 'ok') {
    return { Status: 'ok', ExecutionCount: count, Data: { TextPlain: outcome.text } }
  }
  return {
    Status: 'error',
    ExecutionCount: count,
    ErrorName: outcome.name,
    ErrorValue: outcome.value,
    Traceback: outcome.traceback,
    ...(outcome.text === '' ? {} : { Data: { TextPlain: outcome.text } }),
  }
}
