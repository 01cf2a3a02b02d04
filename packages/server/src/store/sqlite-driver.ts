/**
 * Kysely's driver over `@photostructure/sqlite` (node:sqlite's API with prebuilt binaries). Two handles on one file: one for
 * transactions, which follow one another, and one for everything outside them, which never waits for a transaction (WAL).
 */

import { DatabaseSync, type DatabaseSyncInstance, type StatementSyncInstance } from '@photostructure/sqlite'
import {
  CompiledQuery,
  createQueryId,
  type DatabaseConnection,
  type Driver,
  type QueryCompiler,
  type QueryResult,
  RawNode,
} from 'kysely'

const preparedLimit = 512

type Bindable = string | number | bigint | null | Uint8Array

function bindable(value: unknown): Bindable {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  return value as Bindable
}

interface Prepared {
  readonly statement: StatementSyncInstance
  readonly reads: boolean
}

class Handle {
  readonly #database: DatabaseSyncInstance
  readonly #prepared = new Map<string, Prepared>()

  private constructor(database: DatabaseSyncInstance) {
    this.#database = database
  }

  static async open(path: string): Promise<Handle> {
    const database = new DatabaseSync(path, { timeout: 0 })
    // An acknowledged write survives a crash of the process and of the machine.
    const pragmas = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;'
    await whenFree(() => database.exec(pragmas))
    return new Handle(database)
  }

  close(): void {
    this.#prepared.clear()
    this.#database.close()
  }

  run<R>(query: CompiledQuery): QueryResult<R> {
    const parameters = query.parameters.map(bindable)
    const { statement, reads } = this.#prepare(query.sql)
    if (reads) {
      const rows = statement.all(...parameters) as R[]
      return { rows, numAffectedRows: BigInt(rows.length) }
    }
    return { rows: [], numAffectedRows: BigInt(statement.run(...parameters).changes) }
  }

  #prepare(sql: string): Prepared {
    const found = this.#prepared.get(sql)
    if (found !== undefined) return found
    const statement = this.#database.prepare(sql)
    const prepared = { statement, reads: statement.columns().length > 0 }
    if (this.#prepared.size >= preparedLimit) this.#prepared.clear()
    this.#prepared.set(sql, prepared)
    return prepared
  }
}

const busyMilliseconds = 15_000
const busyPause = 3

/**
 * Another process may hold the write lock. SQLite's own waiting would stop this whole process, so it is done here, between
 * which other calls go on. Only what begins a transaction, or stands outside one, can meet a busy database.
 */
async function whenFree<T>(step: () => T): Promise<T> {
  const end = Date.now() + busyMilliseconds
  for (;;) {
    try {
      return step()
    } catch (error) {
      if (!/database (table )?is locked/.test(String(error)) || Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, busyPause))
    }
  }
}

/** What Kysely holds while it works: outside a transaction no more than a way to the shared handle. */
class SqliteConnection implements DatabaseConnection {
  readonly #outside: Handle
  /** The transaction's handle, and how to hand it on. */
  transaction: { readonly handle: Handle; readonly release: () => void } | undefined

  constructor(outside: Handle) {
    this.#outside = outside
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return whenFree(() => (this.transaction?.handle ?? this.#outside).run<R>(query))
  }

  /** Both databases would need a cursor that holds a connection; large answers are read page by page, by key. */
  // biome-ignore lint/correctness/useYield: the interface wants a generator, and there is nothing to yield
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('the store does not stream: read by pages')
  }
}

export class SqliteDriver implements Driver {
  readonly #path: string
  #handles: { readonly outside: Handle; readonly inside: Handle } | undefined
  /** Resolves when the last transaction in the queue has ended. */
  #tail: Promise<void> = Promise.resolve()

  constructor(path: string) {
    this.#path = path
  }

  async init(): Promise<void> {
    this.#handles = { outside: await Handle.open(this.#path), inside: await Handle.open(this.#path) }
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    return new SqliteConnection(this.#open().outside)
  }

  async releaseConnection(): Promise<void> {}

  /** `immediate`: taking the write lock up front cannot fail half way with a busy snapshot. */
  async beginTransaction(connection: SqliteConnection): Promise<void> {
    const before = this.#tail
    let release: () => void = () => {}
    this.#tail = new Promise((resolve) => {
      release = resolve
    })
    await before
    try {
      connection.transaction = { handle: this.#open().inside, release }
      await connection.executeQuery(CompiledQuery.raw('begin immediate'))
    } catch (error) {
      this.#end(connection)
      throw error
    }
  }

  async commitTransaction(connection: SqliteConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
    this.#end(connection)
  }

  async rollbackTransaction(connection: SqliteConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw('rollback'))
    } finally {
      this.#end(connection)
    }
  }

  #end(connection: SqliteConnection): void {
    connection.transaction?.release()
    connection.transaction = undefined
  }

  #open(): { readonly outside: Handle; readonly inside: Handle } {
    if (this.#handles === undefined) throw new Error('the database is closed')
    return this.#handles
  }

  async savepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']): Promise<void> {
    await connection.executeQuery(compile(savepoint('savepoint', name), createQueryId()))
  }

  async rollbackToSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await connection.executeQuery(compile(savepoint('rollback to', name), createQueryId()))
  }

  async releaseSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await connection.executeQuery(compile(savepoint('release', name), createQueryId()))
  }

  async destroy(): Promise<void> {
    const handles = this.#handles
    await this.#tail
    this.#handles = undefined
    handles?.outside.close()
    handles?.inside.close()
  }
}

function savepoint(command: string, name: string): RawNode {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error('a savepoint is named by letters, digits and underscores')
  return RawNode.createWithSql(`${command} ${name}`)
}
