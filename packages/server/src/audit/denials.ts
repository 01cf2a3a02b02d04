/** Denials by authorization id, kept in the store so that every server over it can explain each. */

import type { SchemaSteps, Store } from '../store/store.ts'
import type { DenialRecord } from './denial-record.ts'

export interface DenialTables {
  denials: { id: string; account_id: string; region: string; created_at: number; record: string }
}

export const denialSteps: SchemaSteps = {
  '0002-denials': async (db, { text, integer }) => {
    await db.schema
      .createTable('denials')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('account_id', text, (column) => column.notNull())
      .addColumn('region', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('record', text, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('denials_age').on('denials').column('created_at').execute()
  },
}

/** AWS promises 24 hours; a week lets somebody who was away look too. */
const keptMilliseconds = 7 * 24 * 60 * 60 * 1000

export interface KeptDenial {
  readonly account: string
  readonly region: string
  readonly time: number
  readonly record: DenialRecord
}

export class Denials {
  readonly #store: Store<DenialTables>

  constructor(store: Store<DenialTables>) {
    this.#store = store
  }

  async keep(denials: readonly KeptDenial[]): Promise<void> {
    const rows = denials.map(({ account, region, time, record }) => ({
      id: record.authorizationId,
      account_id: account,
      region,
      created_at: time,
      record: JSON.stringify(record),
    }))
    if (rows.length > 0) await this.#store.db.insertInto('denials').values(rows).execute()
  }

  async find(id: string): Promise<KeptDenial | undefined> {
    const row = await this.#store.db.selectFrom('denials').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) return undefined
    const record = JSON.parse(row.record) as DenialRecord
    return { account: row.account_id, region: row.region, time: row.created_at, record }
  }

  async forgetOld(now: number): Promise<void> {
    await this.#store.db
      .deleteFrom('denials')
      .where('created_at', '<', now - keptMilliseconds)
      .execute()
  }
}
