/** The durable store: one Kysely over SQLite or PostgreSQL, with migrations and word of every change. */

import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely, type Migration, Migrator, type Transaction } from 'kysely'
import type pg from 'pg'
import { Changes, type ChangesSchema } from './changes.ts'
import {
  type ColumnTypes,
  columnTypes,
  type DatabaseKind,
  loadPostgres,
  postgresDialect,
  postgresPool,
  sqliteDialect,
} from './dialect.ts'
import { ReadCache } from './read-cache.ts'

/** A step of the schema, given by the part of the server that owns the tables. Never edited once released. */
export type SchemaStep = (db: Kysely<unknown>, types: ColumnTypes) => Promise<void>

/** By name, `iam-0001-entities`; they run in the order of their names. */
export type SchemaSteps = Readonly<Record<string, SchemaStep>>

export interface StoreOptions {
  /** `postgres://…`, or the path of a SQLite file. */
  readonly location: string
  readonly steps: SchemaSteps
}

export class Store<Schema> {
  readonly kind: DatabaseKind
  readonly changes: Changes
  /** For what is read on every call and written seldom; not for reads inside a transaction. */
  readonly reads: ReadCache
  readonly #db: Kysely<Schema & ChangesSchema>

  constructor(
    kind: DatabaseKind,
    db: Kysely<Schema & ChangesSchema>,
    changes: Changes,
    reads = new ReadCache(changes),
  ) {
    this.kind = kind
    this.#db = db
    this.changes = changes
    this.reads = reads
  }

  /** For reads. Writes that others must hear of go through `write`. */
  get db(): Kysely<Schema> {
    return this.#db as unknown as Kysely<Schema>
  }

  /** The same store, seen as the tables of one part of the server. */
  as<Other>(): Store<Other> {
    return this as unknown as Store<Other>
  }

  /** The store as seen from inside a transaction: code that reads through a store sees what was written so far. */
  within(transaction: Transaction<Schema>): Store<Schema> {
    return new Store(this.kind, transaction as unknown as Kysely<Schema & ChangesSchema>, this.changes, this.reads)
  }

  /**
   * One transaction that changes what `topic` stands for (an account's identities and policies, say). When it returns, the
   * change is durable and this server's caches have forgotten the topic; other servers follow within a second.
   */
  async write<T>(topic: string, body: (transaction: Transaction<Schema>) => Promise<T>): Promise<T> {
    let counter = 0
    const result = await this.#db.transaction().execute(async (transaction) => {
      counter = await this.changes.bump(
        transaction as unknown as Kysely<ChangesSchema>,
        topic,
        this.kind === 'postgres',
      )
      return body(transaction as unknown as Transaction<Schema>)
    })
    this.changes.committed(topic, counter)
    return result
  }

  async close(): Promise<void> {
    await this.changes.stop()
    await this.#db.destroy()
  }
}

/** Opens the database, brings its schema up to date, and begins to listen for other servers' changes. */
export async function openStore(options: StoreOptions): Promise<Store<unknown>> {
  const kind = /^postgres(ql)?:\/\//.test(options.location) ? 'postgres' : 'sqlite'
  if (kind === 'sqlite') mkdirSync(dirname(options.location), { recursive: true })
  const dialect =
    kind === 'postgres' ? postgresDialect(await postgresPool(options.location)) : sqliteDialect(options.location)
  const db = new Kysely<ChangesSchema>({ dialect })
  await migrate(db, kind, options.steps)
  const changes = new Changes(db)
  const store = new Store<unknown>(kind, db as unknown as Kysely<unknown & ChangesSchema>, changes)
  await changes.start(kind === 'postgres' ? () => listeningClient(options.location) : undefined)
  return store
}

async function listeningClient(url: string): Promise<pg.Client> {
  const postgres = await loadPostgres()
  const client = new postgres.Client({ connectionString: url, keepAlive: true })
  await client.connect()
  return client
}

async function migrate(db: Kysely<ChangesSchema>, kind: DatabaseKind, steps: SchemaSteps): Promise<void> {
  const types = columnTypes(kind)
  const migrations: Record<string, Migration> = {
    '0000-changes': {
      up: async (schema) => {
        await schema.schema
          .createTable('changes')
          .addColumn('topic', types.text, (column) => column.primaryKey())
          .addColumn('counter', types.integer, (column) => column.notNull())
          .execute()
      },
    },
  }
  for (const [name, step] of Object.entries(steps)) migrations[name] = { up: (schema) => step(schema, types) }
  const migrator = new Migrator({
    db,
    // A new service's first step sorts before an old service's last one.
    allowUnorderedMigrations: true,
    migrationTableName: 'schema_steps',
    migrationLockTableName: 'schema_lock',
    provider: { getMigrations: async () => migrations },
  })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw error
}
