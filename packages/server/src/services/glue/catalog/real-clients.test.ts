import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientEnvironment, missingClient } from '../../../testing/external-client.ts'
import type { Keys } from '../../../testing/test-server.ts'
import { type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'

let server: GlueServer
let home: string

beforeAll(async () => {
  server = await startGlueServer()
  // PyIceberg looks for its settings at home.
  home = mkdtempSync(join(tmpdir(), 'glue-clients-'))
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
  rmSync(home, { recursive: true, force: true })
})

/** Not `spawnSync`: the server that answers runs in this process. */
function run(command: string, args: readonly string[], keys: Keys) {
  return new Promise<{ status: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(command, args, { env: { ...clientEnvironment(server.url, keys), HOME: home } })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk) => {
      out += chunk
    })
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    child.on('close', (status) => resolve({ status, out, err }))
  })
}

async function python(script: string): Promise<unknown> {
  const file = fileURLToPath(new URL(`./${script}`, import.meta.url))
  const { status, out, err } = await run('python3', [file], server.administrator)
  expect({ status, err: status === 0 ? '' : err }).toEqual({ status: 0, err: '' })
  return JSON.parse(out)
}

describe.skipIf(missingClient('python3', '-c', 'import boto3'))('boto3', () => {
  it('makes a database, its tables and partitions, pages, collides, and drops it all', async () => {
    expect(await python('boto3-session.py')).toEqual({
      tags: { team: 'blue' },
      tables: ['orders', 'returns'],
      errors: [],
      partitions: [
        ['2023', 'eu'],
        ['2024', 'eu'],
      ],
      conflict: 'ConcurrentModificationException',
      EntityNotFoundException: 'Table absent not found.',
      AlreadyExistsException: 'Database already exists.',
      InvalidInputException: 'Unsupported expression: nope is no partition key of the table.',
      databases: [],
    })
  })
})

describe.skipIf(missingClient('python3', '-c', 'import pyiceberg.catalog.glue'))('PyIceberg’s GlueCatalog', () => {
  it('creates, evolves, lists, renames and drops tables', async () => {
    expect(await python('pyiceberg-session.py')).toEqual({
      namespaces: ['lake'],
      properties: 'made by PyIceberg',
      columns: ['id', 'name'],
      twice: 'TableAlreadyExistsError',
      evolved: ['id', 'name', 'day'],
      merged: ['yes', 3],
      tables: ['lake.events'],
      exists: true,
      renamed: ['lake.renamed'],
      full: 'NamespaceNotEmptyError',
      dropped: 'NoSuchTableError',
      left: [],
    })
  }, 120_000)
})

describe.skipIf(missingClient('aws', '--version'))('the aws CLI', () => {
  it('shares one table of a database and not the other', async () => {
    const aws = async (keys: Keys, ...args: string[]) => {
      const { status, out, err } = await run('aws', ['--output', 'json', 'glue', ...args], keys)
      return { status, err, out: out === '' ? {} : JSON.parse(out) }
    }
    const admin = server.administrator
    expect((await aws(admin, 'create-database', '--database-input', 'Name=cli')).err).toBe('')
    for (const name of ['open', 'closed']) {
      const input = JSON.stringify({ Name: name, StorageDescriptor: { Columns: [{ Name: 'c', Type: 'int' }] } })
      expect((await aws(admin, 'create-table', '--database-name', 'cli', '--table-input', input)).err).toBe('')
    }
    await server.user('cli-reader', {
      Effect: 'Allow',
      Action: ['glue:GetTable', 'glue:GetTables'],
      Resource: [`${prefix}catalog`, `${prefix}database/cli`, `${prefix}table/cli/open`],
    })
    const reader = await server.keysOf('cli-reader')
    const open = await aws(reader, 'get-table', '--database-name', 'cli', '--name', 'open')
    expect(open.out.Table.StorageDescriptor.Columns).toEqual([{ Name: 'c', Type: 'int' }])
    const closed = await aws(reader, 'get-table', '--database-name', 'cli', '--name', 'closed')
    expect(closed.status).not.toBe(0)
    expect(closed.err).toContain('An error occurred (AccessDeniedException) when calling the GetTable operation')
    const list = await aws(reader, 'get-tables', '--database-name', 'cli')
    expect(list.out.TableList.map(({ Name }: { Name: string }) => Name)).toEqual(['open'])
    expect((await aws(admin, 'delete-database', '--name', 'cli')).status).toBe(0)
  }, 120_000)
})
