/** The databases that a contract suite runs on. A skip prints its reason; under CI a missing database is a failure. */

import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

export interface TestDatabase {
  readonly location: string
  remove(): Promise<void>
}

export interface DatabaseUnderTest {
  readonly name: 'sqlite' | 'postgres'
  /** Why it is not there; undefined where it is. */
  readonly missing: string | undefined
  create(): Promise<TestDatabase>
}

const variable = 'SCOPEDOWN_TEST_DATABASE_URL'

export const databases: readonly DatabaseUnderTest[] = [
  { name: 'sqlite', missing: undefined, create: createSqlite },
  { name: 'postgres', missing: missingPostgres(), create: createPostgres },
]

function missingPostgres(): string | undefined {
  if (process.env[variable]) return undefined
  const reason = `${variable} is not set (postgres://user@host:port/database of a server where databases may be made)`
  if (process.env.CI === 'true') throw new Error(reason)
  process.stderr.write(`skipping PostgreSQL: ${reason}\n`)
  return reason
}

async function createSqlite(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'scopedown-db-'))
  return { location: join(folder, 'test.db'), remove: async () => rmSync(folder, { recursive: true, force: true }) }
}

/** A database of its own for each test, in the server that the variable names. */
async function createPostgres(): Promise<TestDatabase> {
  const url = new URL(process.env[variable] ?? '')
  const name = `scopedown_test_${randomBytes(6).toString('hex')}`
  await asOwner(url, `create database ${name}`)
  const location = new URL(url)
  location.pathname = `/${name}`
  return { location: location.href, remove: () => asOwner(url, `drop database ${name} with (force)`) }
}

async function asOwner(url: URL, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
