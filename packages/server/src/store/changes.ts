/**
 * How caches learn of writes: a counter per topic, bumped inside the writer's transaction. The bump also takes the topic's
 * row lock, so that two servers cannot interleave administrative writes of one account (quotas and name checks stay true).
 */

import { type Kysely, sql } from 'kysely'
import type pg from 'pg'

export interface ChangesTable {
  topic: string
  counter: number
}

export interface ChangesSchema {
  changes: ChangesTable
}

export type ChangeListener = (topic: string) => void

/** Every other process's write is seen within this time, should a notification be lost or not exist. */
const pollMilliseconds = 250
const reconnectMilliseconds = 1_000
const channel = 'scopedown_changes'

export class Changes {
  readonly #db: Kysely<ChangesSchema>
  readonly #listeners = new Set<ChangeListener>()
  readonly #known = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #polling = false
  #stopped = false
  #client: pg.Client | undefined

  constructor(db: Kysely<ChangesSchema>) {
    this.#db = db
  }

  onChange(listener: ChangeListener): void {
    this.#listeners.add(listener)
  }

  /** Within a transaction, before its first read. Answers the topic's new count. */
  async bump(transaction: Kysely<ChangesSchema>, topic: string, postgres: boolean): Promise<number> {
    const row = await transaction
      .insertInto('changes')
      .values({ topic, counter: 1 })
      .onConflict((conflict) => conflict.column('topic').doUpdateSet({ counter: sql`changes.counter + 1` }))
      .returning('counter')
      .executeTakeFirstOrThrow()
    if (postgres) await sql`select pg_notify(${channel}, ${`${topic} ${row.counter}`})`.execute(transaction)
    return row.counter
  }

  /** After the commit: this process's caches forget at once, before the writer gets its answer. */
  committed(topic: string, counter: number): void {
    // Writes of a topic happen one after the other: whoever knows this one has forgotten what lay before it too.
    if ((this.#known.get(topic) ?? 0) >= counter) return
    this.#known.set(topic, counter)
    this.#tell(topic)
  }

  #tell(topic: string): void {
    for (const listener of this.#listeners) listener(topic)
  }

  async start(listen: (() => Promise<pg.Client>) | undefined): Promise<void> {
    await this.#poll(true)
    if (listen !== undefined) await this.#listen(listen)
    this.#timer = setInterval(() => void this.#poll(false), pollMilliseconds)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#timer)
    const client = this.#client
    this.#client = undefined
    await client?.end()
  }

  /** The poll alone carries on while the connection is away. */
  async #listen(connect: () => Promise<pg.Client>): Promise<void> {
    const client = await connect()
    this.#client = client
    client.on('notification', ({ payload }) => {
      const [topic, counter] = payload?.split(' ') ?? []
      if (topic !== undefined) this.committed(topic, Number(counter))
    })
    client.on('error', () => {
      if (this.#client === client) this.#relisten(connect)
    })
    await client.query(`listen ${channel}`)
  }

  #relisten(connect: () => Promise<pg.Client>): void {
    this.#client = undefined
    const again = () => {
      if (!this.#stopped) this.#listen(connect).catch(() => this.#relisten(connect))
    }
    setTimeout(again, reconnectMilliseconds).unref()
  }

  async #poll(first: boolean): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    try {
      for (const { topic, counter } of await this.#db.selectFrom('changes').selectAll().execute()) {
        if (first) this.#known.set(topic, counter)
        else this.committed(topic, counter)
      }
    } catch {
      // The database is away: what the caches hold may be stale, so they must not be believed.
      for (const topic of this.#known.keys()) this.#tell(topic)
    } finally {
      this.#polling = false
    }
  }
}
