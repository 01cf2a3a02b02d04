import { ServiceFault } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Need } from '../../../testing/permission-case.ts'
import { rows } from '../authorization-table.test-data.ts'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import { catalogNeeds } from '../permission-cases.test-data.ts'
import { origin, probe } from '../probe.test-data.ts'
import { type CatalogCase, catalogCases } from './catalog-cases.test-data.ts'
import { fillCatalog } from './filled-catalog.test-data.ts'
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

async function world(): Promise<string> {
  const db = `db${serial++}`
  await fillCatalog(make, db)
  return db
}

/** One try, with all of its needs but one. */
async function attempt(test: CatalogCase, without: Need['resource'] | undefined, action?: string) {
  const db = await world()
  const needs = catalogNeeds(test, db)
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
      const needs = catalogNeeds(test, whole.db)
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
