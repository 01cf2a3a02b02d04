/**
 * The right to write contents. Each server is a writer with a heartbeat; a writer that has fallen silent is struck off, and a
 * transaction that would refer to a struck-off writer's content fails. So the janitor may remove what a dead writer left
 * unreferenced, and can never take bytes that are still going to be committed.
 */

import { randomBytes } from 'node:crypto'
import { ServiceFault } from '@scopedown/wire'
import type { Kysely, Transaction } from 'kysely'
import type { Store } from '../store/store.ts'
import { writerOf } from './content-store.ts'
import type { ObjectTables } from './tables.ts'

export interface WriterOptions {
  readonly store: Store<ObjectTables>
  readonly clock: () => number
  /** Silence after which a writer is struck off. Default one minute. */
  readonly staleMilliseconds?: number | undefined
}

const defaultStale = 60_000

export class Writer {
  readonly #store: Store<ObjectTables>
  readonly #clock: () => number
  readonly #stale: number
  #id: string
  #timer: NodeJS.Timeout | undefined

  private constructor({ store, clock, staleMilliseconds }: WriterOptions) {
    this.#store = store
    this.#clock = clock
    this.#stale = staleMilliseconds ?? defaultStale
    this.#id = newId()
  }

  static async start(options: WriterOptions): Promise<Writer> {
    const writer = new Writer(options)
    await writer.#register()
    writer.#timer = setInterval(() => void writer.#beat().catch(() => {}), writer.#stale / 6)
    writer.#timer.unref()
    return writer
  }

  newContentId(): string {
    return this.#id + newId()
  }

  /** Within the transaction that refers to the content. */
  async assertMayCommit(db: Transaction<ObjectTables>, contentId: string): Promise<void> {
    let query = db.selectFrom('s3_writers').select('id').where('id', '=', writerOf(contentId))
    if (this.#store.kind === 'postgres') query = query.forShare()
    if ((await query.executeTakeFirst()) !== undefined) return
    throw new ServiceFault('ServiceUnavailable', 'Service is unable to handle request.', { status: 503 })
  }

  /** Strikes off the silent; answers the writers that are alive. */
  async living(): Promise<ReadonlySet<string>> {
    await this.#beat()
    const { db } = this.#store
    await db
      .deleteFrom('s3_writers')
      .where('seen_at', '<', this.#clock() - this.#stale)
      .execute()
    return new Set((await db.selectFrom('s3_writers').select('id').execute()).map(({ id }) => id))
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#store.db.deleteFrom('s3_writers').where('id', '=', this.#id).execute()
  }

  async #beat(): Promise<void> {
    const seen = await this.#store.db
      .updateTable('s3_writers')
      .set({ seen_at: this.#clock() })
      .where('id', '=', this.#id)
      .returning('id')
      .executeTakeFirst()
    if (seen !== undefined) return
    // Struck off: whatever is under way will fail to commit, and what comes now is written under a new name.
    this.#id = newId()
    await this.#register()
  }

  async #register(): Promise<void> {
    const db: Kysely<ObjectTables> = this.#store.db
    await db.insertInto('s3_writers').values({ id: this.#id, seen_at: this.#clock() }).execute()
  }
}

function newId(): string {
  return randomBytes(8).toString('hex')
}
