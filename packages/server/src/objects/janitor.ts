/**
 * Removes contents that no object is made of: those of overwritten and deleted objects once nobody can be reading them, and
 * what servers that died in the middle of a write left behind.
 */

import type { Store } from '../store/store.ts'
import { forgetCompleted } from './completed-uploads.ts'
import { type ContentStore, writerOf } from './content-store.ts'
import type { Leases } from './leases.ts'
import type { ObjectTables } from './tables.ts'
import type { Writer } from './writer.ts'

export interface JanitorOptions {
  readonly store: Store<ObjectTables>
  readonly contents: ContentStore
  readonly leases: Leases
  readonly writer: Writer
  readonly clock: () => number
  readonly onError: (error: unknown) => void
}

const sweepMilliseconds = 5_000
const orphanMilliseconds = 3_600_000
const batch = 500
/** Readers of this process hold leases; a read that has only just found its object does not yet. */
const ownGrace = 2_000
/** Readers of other servers over one database are not known here. */
const sharedGrace = 15 * 60_000

export class Janitor {
  readonly #options: JanitorOptions
  #timers: NodeJS.Timeout[] = []
  #working: Promise<void> = Promise.resolve()

  constructor(options: JanitorOptions) {
    this.#options = options
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#queue(() => this.sweep()), sweepMilliseconds).unref(),
      setInterval(() => this.#queue(() => this.removeOrphans()), orphanMilliseconds).unref(),
    ]
    this.#queue(() => this.removeOrphans())
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    await this.#working
  }

  /** Contents of objects that are gone. */
  async sweep(): Promise<void> {
    const { store, contents, leases, clock } = this.#options
    const grace = store.kind === 'sqlite' ? ownGrace : sharedGrace
    for (;;) {
      const found = await store.db
        .selectFrom('s3_garbage')
        .select('content')
        .where('since', '<', clock() - grace)
        .orderBy('since')
        .limit(batch)
        .execute()
      const free = found.map(({ content }) => content).filter((content) => !leases.held(content))
      for (const content of free) await contents.remove(content)
      if (free.length > 0) await store.db.deleteFrom('s3_garbage').where('content', 'in', free).execute()
      if (found.length < batch || free.length === 0) return
    }
  }

  /** Contents that a dead writer never committed. */
  async removeOrphans(): Promise<void> {
    const { writer, contents, store, clock } = this.#options
    await forgetCompleted(store.db, clock())
    const living = await writer.living()
    let suspects: string[] = []
    for await (const id of contents.list()) {
      if (!living.has(writerOf(id))) suspects.push(id)
      if (suspects.length < batch) continue
      await this.#removeUnreferenced(suspects)
      suspects = []
    }
    await this.#removeUnreferenced(suspects)
  }

  async #removeUnreferenced(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const { store, contents } = this.#options
    const used = await store.db
      .selectFrom('s3_segments')
      .select('content')
      .where('content', 'in', ids)
      .union(store.db.selectFrom('s3_garbage').select('content').where('content', 'in', ids))
      .execute()
    const known = new Set(used.map(({ content }) => content))
    for (const id of ids) if (!known.has(id)) await contents.remove(id)
  }

  #queue(work: () => Promise<void>): void {
    this.#working = this.#working.then(work).catch(this.#options.onError)
  }
}
