import { ServiceFault } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Need } from '../../../testing/permission-case.ts'
import { needsOf, rows } from '../authorization-table.test-data.ts'
import { type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'
import { origin, probe } from '../probe.test-data.ts'
import { type CatalogCase, catalogCases, catalogPolicy, statisticsOfC } from './catalog-cases.test-data.ts'
import { catalogRoom } from './room.ts'

let server: GlueServer
let serial = 0

beforeAll(async () => {
  server = await startGlueServer()
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

const administrator = probe([{ action: '*', resource: '*' }])

async function make(operation: string, input: object): Promise<void> {
  await server.kernel.call('glue', operation, { input, caller: administrator, origin })
}

/** A database with one of everything, and a connection of the same name. */
async function world(): Promise<string> {
  const db = `db${serial++}`
  const table = { DatabaseName: db, TableName: 't' }
  const TableInput = {
    Name: 't',
    StorageDescriptor: { Columns: [{ Name: 'c', Type: 'boolean' }] },
    PartitionKeys: [{ Name: 'p', Type: 'string' }],
  }
  await make('CreateDatabase', { DatabaseInput: { Name: db } })
  await make('CreateTable', { DatabaseName: db, TableInput, PartitionIndexes: [{ IndexName: 'i', Keys: ['p'] }] })
  await make('UpdateTable', { DatabaseName: db, TableInput })
  await make('CreatePartition', { ...table, PartitionInput: { Values: ['x'] } })
  await make('UpdateColumnStatisticsForTable', { ...table, ColumnStatisticsList: [statisticsOfC] })
  await make('UpdateColumnStatisticsForPartition', {
    ...table,
    PartitionValues: ['x'],
    ColumnStatisticsList: [statisticsOfC],
  })
  await make('CreateUserDefinedFunction', { DatabaseName: db, FunctionInput: { FunctionName: 'f' } })
  await make('CreateConnection', {
    ConnectionInput: { Name: db, ConnectionType: 'NETWORK', ConnectionProperties: {} },
  })
  await make('PutResourcePolicy', { PolicyInJson: catalogPolicy })
  return db
}

/** One try, with all of its needs but one. */
async function attempt(test: CatalogCase, without: Need['resource'] | undefined, action?: string) {
  const db = await world()
  const needs = neededIn(test, db)
  const at = (need: Need) => need.resource.replace(db, '') === without && (action ?? need.action) === need.action
  const given = [...needs.all, ...needs.item].filter((need) => !at(need))
  try {
    const call = { input: test.input(db), caller: probe(given), origin }
    const answer = (await server.kernel.call('glue', test.operation, call)) as Readonly<Record<string, unknown>>
    return { db, code: undefined, message: '', shown: test.item?.(answer, db) }
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    return { db, code: error.code, message: error.message, shown: undefined }
  }
}

function neededIn(test: CatalogCase, db: string) {
  const { all, item } = needsOf(test.operation, test.input(db), test.names?.(db) ?? {}, prefix)
  return { all: [...all, ...(test.more?.(db) ?? [])], item }
}

describe('what the table of authorizations says of each operation', () => {
  it('has a case for every operation of the room, and every operation is in the table', () => {
    const covered = new Set(catalogCases.map(({ operation }) => operation))
    expect(catalogRoom.operations.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([])
    expect([...covered].filter((name) => !rows.has(name))).toEqual([])
  })

  for (const test of catalogCases) {
    const title = test.about === undefined ? test.operation : `${test.operation} ${test.about}`
    it(`${title}: this suffices, and nothing less does`, async () => {
      const whole = await attempt(test, undefined)
      expect(whole).toMatchObject({ code: undefined, ...(test.item === undefined ? {} : { shown: true }) })
      // `db` stands for the world's database, whose name is another at each try.
      const needs = neededIn(test, whole.db)
      expect(needs.all.length).toBeGreaterThan(0)
      for (const { action, resource } of needs.all) {
        const denied = await attempt(test, resource.replace(whole.db, ''), action)
        expect(denied.code, `without ${action} on ${resource}`).toBe('AccessDeniedException')
        expect(denied.message).toContain(
          `User: arn:aws:iam::123456789012:user/probe is not authorized to perform: ${action} on resource: ` +
            `${resource.replace(whole.db, denied.db)} because no identity-based policy allows the ${action} action`,
        )
      }
      expect(needs.item.length > 0).toBe(test.item !== undefined)
      for (const { action, resource } of needs.item) {
        const thinned = await attempt(test, resource.replace(whole.db, ''), action)
        expect(thinned, `without ${action} on ${resource}`).toMatchObject({ code: undefined, shown: false })
      }
    })
  }
})
