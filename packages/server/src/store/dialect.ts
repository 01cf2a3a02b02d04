/** The two databases behind one set of queries: SQLite in a file, or PostgreSQL. */

import {
  type Dialect,
  PostgresDialect,
  type RawBuilder,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from 'kysely'
import type pg from 'pg'
import { SqliteDriver } from './sqlite-driver.ts'

export type DatabaseKind = 'sqlite' | 'postgres'

/** What a migration needs to know: column types whose spelling differs. */
export interface ColumnTypes {
  readonly kind: DatabaseKind
  /** Text that sorts and compares by code point on both. */
  readonly text: RawBuilder<unknown>
  /** 64-bit; times are kept in it as milliseconds since 1970. Read as a JavaScript number. */
  readonly integer: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
}

export function columnTypes(kind: DatabaseKind): ColumnTypes {
  return kind === 'sqlite'
    ? { kind, text: sql`text`, integer: sql`integer`, bytes: sql`blob` }
    : { kind, text: sql`text collate "C"`, integer: sql`bigint`, bytes: sql`bytea` }
}

/** SQLite's schema changes are part of a transaction like any other, so that a failed step leaves nothing behind. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): true {
    return true
  }
}

export function sqliteDialect(path: string): Dialect {
  return {
    createAdapter: () => new TransactionalSqliteAdapter(),
    createDriver: () => new SqliteDriver(path),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

const int8 = 20

/** Loaded where it is needed alone: a server over SQLite starts without it. */
export async function loadPostgres(): Promise<typeof pg> {
  return (await import('pg')).default
}

export async function postgresPool(url: string): Promise<pg.Pool> {
  const postgres = await loadPostgres()
  const pool = new postgres.Pool({
    connectionString: url,
    max: 16,
    connectionTimeoutMillis: 10_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === int8 ? (value: string) => Number(value) : postgres.types.getTypeParser(oid, format as 'text'),
    } as pg.CustomTypesConfig,
  })
  // A connection that breaks while nobody uses it is replaced on next use; unheard, the event would end the process.
  pool.on('error', () => {})
  return pool
}

export function postgresDialect(pool: pg.Pool): Dialect {
  return new PostgresDialect({ pool })
}
