/**
 * The sessions that run on this server. What they are to do is read from the store, so that any server may be asked: a
 * statement waits there until its session's host takes it.
 */

import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import type { Kernel } from '../../../kernel/kernel.ts'
import type { IdentityTables } from '../../../principals/tables.ts'
import { defaultLimits, type StatementRuntime } from '../../../runtimes/runtime.ts'
import type { Store } from '../../../store/store.ts'
import type { GlueTables } from '../tables.ts'
import type { SessionDefinition } from './definition.ts'
import { LiveSession } from './live-session.ts'
import {
  deleteSessionRows,
  findSession,
  type SessionRow,
  type SessionSchema,
  scopeOfTopic,
  sessionsTopic,
} from './rows.ts'
import { RuntimeRole } from './runtime-role.ts'
import { endSessionsOf, endSessionsOfSilent, sayPresent } from './session-hosts.ts'
import type { SessionSettings } from './settings.ts'

export interface SessionHostOptions {
  readonly store: Store<IdentityTables & GlueTables>
  /** Keeps this server's name across restarts. */
  readonly nameFile: string
  readonly runtime: () => Promise<StatementRuntime>
  readonly settings: SessionSettings
  readonly clock: () => number
  readonly onBug: (error: unknown) => void
}

/** What exists only once the server is put together. */
export interface SessionSurroundings {
  readonly kernel: Kernel
  readonly forward: RequestListener
}

/** One that is missed, or a few, is no silence. */
const beatsUntilSilent = 6
const day = 24 * 60 * 60_000
const restarted = 'The server that ran this session was restarted.'

export class SessionHost {
  readonly name: string
  readonly settings: SessionSettings
  readonly #options: SessionHostOptions
  readonly #store: Store<SessionSchema>
  readonly #live = new Map<string, LiveSession>()
  readonly #pumping = new Map<string, 'once' | 'again'>()
  #surroundings: SessionSurroundings | undefined
  #janitor: NodeJS.Timeout | undefined
  #heart: NodeJS.Timeout | undefined
  #closing = false

  constructor(options: SessionHostOptions) {
    this.#options = options
    this.settings = options.settings
    this.#store = options.store.as<SessionSchema>()
    this.name = serverName(options.nameFile)
    options.store.changes.onChange((topic) => {
      const scope = scopeOfTopic(topic)
      if (scope !== undefined && this.#hasSessionsIn(scope)) void this.#pump(scope)
    })
  }

  /** Sessions that this server ran before it was restarted are told so; what has long ended is forgotten. */
  async open(surroundings: SessionSurroundings): Promise<void> {
    this.#surroundings = surroundings
    await endSessionsOf(this.#store, this.name, restarted, this.#options.clock())
    await this.#beat()
    await this.#forgetOld()
    this.#janitor = setInterval(() => void this.#forgetOld().catch(this.#options.onBug), 60 * 60_000)
    this.#janitor.unref()
    const every = (this.settings.hostSilenceSeconds * 1000) / beatsUntilSilent
    this.#heart = setInterval(() => void this.#beat().catch(this.#options.onBug), every)
    this.#heart.unref()
  }

  /** Starts the interpreter of a session that has just been stored. */
  start(row: SessionRow, definition: SessionDefinition, owner: string | undefined): void {
    const { store, runtime, settings, clock, onBug } = this.#options
    const surroundings = this.#surroundings
    if (surroundings === undefined || this.#closing) throw new Error('this server does not run sessions')
    const [account = '', region = ''] = row.scope.split('/')
    const role = new RuntimeRole({
      kernel: surroundings.kernel,
      store,
      account,
      roleArn: definition.Role,
      sessionName: settings.roleSessionName,
      owner,
    })
    const live = new LiveSession({
      scope: row.scope,
      id: row.id,
      store: this.#store,
      runtime,
      start: {
        label: `${row.scope}/${row.id}`,
        arguments: argumentsOf(row.id, definition),
        region,
        gateway: { credentials: () => role.credentials(), forward: surroundings.forward },
        limits: {
          ...defaultLimits,
          memoryBytes: settings.memoryBytes,
          outputBytes: settings.maxOutputBytes,
          cancelGraceMs: settings.cancelGraceSeconds * 1000,
        },
      },
      role,
      timeout: definition.Timeout,
      idleTimeout: definition.IdleTimeout,
      cancellingMilliseconds: settings.cancellingMilliseconds,
      clock,
      onBug,
      onFree: () => void this.#pump(row.scope),
      onEnd: () => this.#live.delete(keyOf(row.scope, row.id)),
    })
    this.#live.set(keyOf(row.scope, row.id), live)
  }

  /** Resolves once nothing of the session runs any more, on whichever server it was. */
  async settle(scope: string, id: string): Promise<void> {
    await this.#pump(scope)
    await this.#live.get(keyOf(scope, id))?.ended
    const until = this.#options.clock() + 15_000
    for (;;) {
      const row = await findSession(this.#store.db, scope, id)
      if (row === undefined || row.status !== 'STOPPING' || this.#options.clock() > until) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  async close(): Promise<void> {
    this.#closing = true
    clearInterval(this.#janitor)
    clearInterval(this.#heart)
    const live = [...this.#live.values()]
    for (const session of live) session.end('FAILED', 'The server that ran this session was stopped.')
    await Promise.all(live.map((session) => session.ended))
  }

  #hasSessionsIn(scope: string): boolean {
    for (const key of this.#live.keys()) if (key.startsWith(`${scope}\n`)) return true
    return false
  }

  /** Reads what the sessions of a scope are to do. Calls that come while one is under way are one more. */
  async #pump(scope: string): Promise<void> {
    if (this.#pumping.has(scope)) {
      this.#pumping.set(scope, 'again')
      return
    }
    do {
      this.#pumping.set(scope, 'once')
      try {
        await this.#look(scope)
      } catch (error) {
        this.#options.onBug(error)
      }
    } while (this.#pumping.get(scope) === 'again')
    this.#pumping.delete(scope)
  }

  async #look(scope: string): Promise<void> {
    // Before the rows are read: what starts meanwhile has a row that is not among them.
    const known = [...this.#live]
    const { db } = this.#store
    const sessions = await db
      .selectFrom('glue_sessions')
      .select(['id', 'status'])
      .where('host', '=', this.name)
      .where('scope', '=', scope)
      .where('status', 'in', ['PROVISIONING', 'READY', 'STOPPING'])
      .execute()
    const work = await db
      .selectFrom('glue_statements')
      .select(['session_id', 'id', 'state', 'code'])
      .where('state', 'in', ['WAITING', 'CANCELLING'])
      .where('scope', '=', scope)
      .orderBy('session_id')
      .orderBy('id')
      .execute()
    for (const [key, live] of known) {
      const [place, id] = key.split('\n')
      if (place === scope && !sessions.some((row) => row.id === id)) live.end('FAILED')
    }
    for (const { id, status } of sessions) {
      const live = this.#live.get(keyOf(scope, id))
      if (live === undefined) continue
      if (status === 'STOPPING') live.end('STOPPED')
      const mine = work.filter(({ session_id }) => session_id === id)
      for (const { id: statement, state } of mine) if (state === 'CANCELLING') live.cancel(statement)
      const next = mine.find(({ state }) => state === 'WAITING')
      if (next !== undefined && live.ready && !live.running) void live.run(next.id, next.code)
    }
  }

  async #beat(): Promise<void> {
    const time = this.#options.clock()
    await sayPresent(this.#store, this.name, time)
    await endSessionsOfSilent(this.#store, time - this.settings.hostSilenceSeconds * 1000, time)
    // Was it this server that had fallen silent?
    for (const scope of new Set([...this.#live.keys()].map((key) => key.split('\n')[0] ?? ''))) void this.#pump(scope)
  }

  async #forgetOld(): Promise<void> {
    const before = this.#options.clock() - this.settings.keepEndedDays * day
    const old = await this.#store.db
      .selectFrom('glue_sessions')
      .select(['scope', 'id'])
      .where('status', 'in', ['FAILED', 'TIMEOUT', 'STOPPED'])
      .where('ended_at', '<', before)
      .execute()
    for (const { scope, id } of old) {
      await this.#store.write(sessionsTopic(scope), (db) => deleteSessionRows(db, scope, id))
    }
  }
}

const keyOf = (scope: string, id: string): string => `${scope}\n${id}`

function argumentsOf(id: string, definition: SessionDefinition): string[] {
  const given = Object.entries(definition.DefaultArguments ?? {}).flat()
  return ['--SESSION_ID', id, ...given]
}

function serverName(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const name = randomUUID()
  writeFileSync(file, `${name}\n`, { mode: 0o600 })
  return name
}
