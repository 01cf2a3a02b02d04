/**
 * Kysely's driver over `@photostructure/sqlite` (node:sqlite's API with prebuilt binaries). One connection: SQLite has one
 * writer anyway, its calls are synchronous, and one connection makes every read see every finished write.
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
  SelectQueryNode,
} from 'kysely'

const preparedLimit = 512

type Bindable = string | number | bigint | null | Uint8Array

function bindable(value: unknown): Bindable {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  return value as Bindable
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSyncInstance
  readonly #prepared = new Map<string, StatementSyncInstance>()

  constructor(database: DatabaseSyncInstance) {
    this.#database = database
  }

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const parameters = query.parameters.map(bindable)
    const statement = this.#statement(query.sql)
    if (statement.columns().length > 0) {
      const rows = statement.all(...parameters) as R[]
      return Promise.resolve({ rows, numAffectedRows: BigInt(rows.length) })
    }
    const { changes } = statement.run(...parameters)
    return Promise.resolve({ rows: [], numAffectedRows: BigInt(changes) })
  }

  async *streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    if (!SelectQueryNode.is(query.query)) throw new Error('only a select can be streamed')
    let rows: R[] = []
    // Not from the cache: a statement that is being stepped must not be run again meanwhile.
    for (const row of this.#database.prepare(query.sql).iterate(...query.parameters.map(bindable))) {
      rows.push(row as R)
      if (rows.length < chunkSize) continue
      yield { rows }
      rows = []
    }
    if (rows.length > 0) yield { rows }
  }

  #statement(sql: string): StatementSyncInstance {
    const found = this.#prepared.get(sql)
    if (found !== undefined) return found
    const statement = this.#database.prepare(sql)
    if (this.#prepared.size >= preparedLimit) this.#prepared.clear()
    this.#prepared.set(sql, statement)
    return statement
  }
}

export class SqliteDriver implements Driver {
  readonly #path: string
  #database: DatabaseSyncInstance | undefined
  #connection: SqliteConnection | undefined
  /** Resolves when whoever holds the connection now, and everybody queued before us, has let go of it. */
  #tail: Promise<void> = Promise.resolve()
  #release: (() => void) | undefined

  constructor(path: string) {
    this.#path = path
  }

  async init(): Promise<void> {
    const database = new DatabaseSync(this.#path, { timeout: 10_000 })
    // An acknowledged write survives a crash of the process and of the machine.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
    this.#database = database
    this.#connection = new SqliteConnection(database)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#tail
    let release: () => void = () => {}
    this.#tail = new Promise((resolve) => {
      release = resolve
    })
    await before
    this.#release = release
    if (this.#connection === undefined) throw new Error('the database is closed')
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#release?.()
  }

  /** `immediate`: taking the write lock up front cannot fail half way with a busy snapshot. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
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
    this.#connection = undefined
    this.#database?.close()
  }
}

function savepoint(command: string, name: string): RawNode {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new Error('a savepoint is named by letters, digits and underscores')
  return RawNode.createWithSql(`${command} ${name}`)
}
