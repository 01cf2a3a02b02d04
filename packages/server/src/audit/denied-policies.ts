/** Texts of the policies that took part in a denial, each kept once under its digest however many calls it denied. */

import { createHash } from 'node:crypto'
import type { SchemaSteps, Store } from '../store/store.ts'

export interface DeniedPolicyTables {
  denied_policies: { digest: string; text: string; seen_at: number }
}

export const deniedPolicySteps: SchemaSteps = {
  '0003-denied-policies': async (db, { text, integer }) => {
    await db.schema
      .createTable('denied_policies')
      .addColumn('digest', text, (column) => column.primaryKey())
      .addColumn('text', text, (column) => column.notNull())
      .addColumn('seen_at', integer, (column) => column.notNull())
      .execute()
  },
}

/** A text that was seen within the hour is not written again: a storm of denials writes each once. */
const freshMilliseconds = 60 * 60 * 1000
const remembered = 10_000

export class DeniedPolicies {
  readonly #store: Store<DeniedPolicyTables>
  readonly #written = new Map<string, number>()

  constructor(store: Store<DeniedPolicyTables>) {
    this.#store = store
  }

  async keep(texts: Iterable<string>, now: number): Promise<ReadonlyMap<string, string>> {
    const digests = new Map<string, string>()
    for (const text of texts) digests.set(text, digests.get(text) ?? digestOf(text))
    const due = [...digests].filter(([, digest]) => (this.#written.get(digest) ?? 0) < now - freshMilliseconds)
    if (due.length > 0) {
      await this.#store.db
        .insertInto('denied_policies')
        .values(due.map(([text, digest]) => ({ digest, text, seen_at: now })))
        .onConflict((conflict) => conflict.column('digest').doUpdateSet({ seen_at: now }))
        .execute()
    }
    if (this.#written.size > remembered) this.#written.clear()
    for (const [, digest] of due) this.#written.set(digest, now)
    return digests
  }

  async find(digests: readonly string[]): Promise<ReadonlyMap<string, string>> {
    if (digests.length === 0) return new Map()
    const rows = await this.#store.db
      .selectFrom('denied_policies')
      .select(['digest', 'text'])
      .where('digest', 'in', digests)
      .execute()
    return new Map(rows.map(({ digest, text }) => [digest, text]))
  }

  /** `before`: nothing that was denied since needs them. */
  async forgetOld(before: number): Promise<void> {
    await this.#store.db
      .deleteFrom('denied_policies')
      .where('seen_at', '<', before - 2 * freshMilliseconds)
      .execute()
  }
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
