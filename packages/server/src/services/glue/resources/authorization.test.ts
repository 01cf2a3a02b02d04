import { ServiceFault } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { World } from '../../../testing/permission-case.ts'
import { rows } from '../authorization-table.test-data.ts'
import { account, type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import { resourceNeeds } from '../permission-cases.test-data.ts'
import { origin, probe } from '../probe.test-data.ts'
import { type ResourceCase, resourceCases } from './resource-cases.test-data.ts'
import { resourcesRoom } from './room.ts'

let server: GlueServer
let world: World
let serial = 0

beforeAll(async () => {
  server = await startGlueServer()
  const administrator = probe([{ action: '*', resource: '*' }])
  const make: World['make'] = async (service, operation, input) =>
    (await server.kernel.call(service, operation, { input, caller: administrator, origin })) as Record<string, unknown>
  world = { account, region: 'us-east-1', kernel: server.kernel, make }
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

async function attempt(test: ResourceCase, without?: number) {
  const input = await test.input(world, `case${serial++}`)
  const needs = resourceNeeds(test, input, account)
  const caller = probe(needs.filter((_, index) => index !== without))
  try {
    await server.kernel.call('glue', test.operation, { input, caller, origin })
    return { needs, code: undefined, message: '' }
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    return { needs, code: error.code, message: error.message }
  }
}

describe('what the table of authorizations says of each operation', () => {
  it('has a case for every operation of the room', () => {
    const covered = new Set(resourceCases.map(({ operation }) => operation))
    expect(resourcesRoom.operations.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([])
  })

  for (const test of resourceCases) {
    const title = test.about === undefined ? test.operation : `${test.operation} ${test.about}`
    it(`${title}: suffices, and nothing less does`, async () => {
      const { code, needs } = await attempt(test)
      expect(code).toBe(test.fault)
      expect(needs.length).toBeGreaterThan(0)
      for (let without = 0; without < needs.length; without++) {
        const denied = await attempt(test, without)
        const removed = denied.needs[without]
        expect(denied.code, `without ${removed?.action}`).toBe('AccessDeniedException')
        if (rows.get(test.operation)?.kind === 'batchget') {
          expect(denied.message).toBe('No access to any requested resource.')
          continue
        }
        const on = removed?.resource === '*' ? '' : ` on resource: ${removed?.resource}`
        expect(denied.message).toContain(
          `User: arn:aws:iam::${account}:user/probe is not authorized to perform: ${removed?.action}${on} because no identity-based policy allows the ${removed?.action} action`,
        )
      }
    })
  }
})
