/**
 * Commits of several calls in one transaction. SQLite has one writer, and each commit waits for the disk: calls that end while it
 * does go on together, and wait once. PostgreSQL has transactions side by side and does the same by itself ("commit_delay").
 */

import { sql } from 'kysely'
import type { Store } from '../store/store.ts'
import type { Tx } from './index-rows.ts'
import type { ObjectTables } from './tables.ts'

/** More would keep the thread from everything else for too long. */
const mostTogether = 32

interface Waiting {
  /** Does the call's part; answers how to tell it that, for when it is durable. */
  readonly run: (db: Tx) => Promise<() => void>
  readonly reject: (error: unknown) => void
}

export class CommitQueue {
  readonly #store: Store<ObjectTables>
  #waiting: Waiting[] = []
  #working = false

  constructor(store: Store<ObjectTables>) {
    this.#store = store
  }

  /** Resolves when the commit is durable. What `body` throws undoes what it wrote, and nothing else. */
  commit<T>(body: (db: Tx) => Promise<T>): Promise<T> {
    if (this.#store.kind !== 'sqlite') return this.#store.db.transaction().execute(body)
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({
        reject,
        run: async (db) => {
          const result = await body(db)
          return () => resolve(result)
        },
      })
      if (!this.#working) void this.#work()
    })
  }

  async #work(): Promise<void> {
    this.#working = true
    while (this.#waiting.length > 0) {
      // The calls whose bytes have come meanwhile get here first.
      await new Promise((resolve) => setImmediate(resolve))
      await this.#together(this.#waiting.splice(0, mostTogether))
    }
    this.#working = false
  }

  async #together(calls: readonly Waiting[]): Promise<void> {
    const outcomes: (() => void)[] = []
    try {
      await this.#store.db.transaction().execute(async (db) => {
        for (const call of calls) {
          await sql`savepoint one`.execute(db)
          try {
            outcomes.push(await call.run(db))
          } catch (error) {
            await sql`rollback to one`.execute(db)
            // Told only then too: what it ran into may be what another of these calls wrote.
            outcomes.push(() => call.reject(error))
          }
          await sql`release one`.execute(db)
        }
      })
    } catch (error) {
      for (const { reject } of calls) reject(error)
      return
    }
    for (const tell of outcomes) tell()
  }
}
