/** Denials by authorization id, kept in the store so that every server over it can explain each. */

import type { SchemaSteps, Store } from '../store/store.ts'
import type { DenialRecord } from './denial-record.ts'
import { DeniedPolicies, type DeniedPolicyTables, deniedPolicySteps } from './denied-policies.ts'

export interface DenialTables extends DeniedPolicyTables {
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
  ...deniedPolicySteps,
}

/** AWS promises 24 hours; a week lets somebody who was away look too. */
const keptMilliseconds = 7 * 24 * 60 * 60 * 1000

export interface KeptDenial {
  readonly account: string
  readonly region: string
  readonly time: number
  readonly record: DenialRecord
}

/** A record as it is stored: policies with the digest of their text. */
type StoredRecord = Omit<DenialRecord, 'policies'> & {
  readonly policies: readonly (Omit<DenialRecord['policies'][number], 'text'> & { readonly digest?: string })[]
}

export class Denials {
  readonly #store: Store<DenialTables>
  readonly #texts: DeniedPolicies

  constructor(store: Store<DenialTables>) {
    this.#store = store
    this.#texts = new DeniedPolicies(store)
  }

  async keep(denials: readonly KeptDenial[]): Promise<void> {
    if (denials.length === 0) return
    const texts = denials.flatMap(({ record }) => record.policies.flatMap(({ text }) => text ?? []))
    const latest = Math.max(...denials.map(({ time }) => time))
    const digests = await this.#texts.keep(texts, latest)
    const rows = denials.map(({ account, region, time, record }) => ({
      id: record.authorizationId,
      account_id: account,
      region,
      created_at: time,
      record: JSON.stringify(stored(record, digests)),
    }))
    await this.#store.db.insertInto('denials').values(rows).execute()
  }

  async find(id: string): Promise<KeptDenial | undefined> {
    const row = await this.#store.db.selectFrom('denials').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) return undefined
    const record = await this.#withTexts(JSON.parse(row.record) as StoredRecord)
    return { account: row.account_id, region: row.region, time: row.created_at, record }
  }

  async forgetOld(now: number): Promise<void> {
    await this.#store.db
      .deleteFrom('denials')
      .where('created_at', '<', now - keptMilliseconds)
      .execute()
    await this.#texts.forgetOld(now - keptMilliseconds)
  }

  async #withTexts(record: StoredRecord): Promise<DenialRecord> {
    const texts = await this.#texts.find(record.policies.flatMap(({ digest }) => digest ?? []))
    const policies = record.policies.map(({ digest, ...policy }) => ({ ...policy, text: texts.get(digest ?? '') }))
    return { ...record, policies }
  }
}

function stored(record: DenialRecord, digests: ReadonlyMap<string, string>): StoredRecord {
  const policies = record.policies.map(({ text, ...policy }) => {
    const digest = text === undefined ? undefined : digests.get(text)
    return digest === undefined ? policy : { ...policy, digest }
  })
  return { ...record, policies }
}
