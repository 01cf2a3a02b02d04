/** Every operation of the room passes with what `glue-authorization.tsv` says, and with nothing less. */

import { ServiceFault } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Need } from '../../../testing/permission-case.ts'
import { type Input, member, needsOf, rows } from '../authorization-table.test-data.ts'
import { account, type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'
import { origin, probe } from '../probe.test-data.ts'
import { sessionsRoom } from './room.ts'

let server: GlueServer
let serial = 0
const Role = `arn:aws:iam::${account}:role/runtime`
const administrator = probe([{ action: '*', resource: '*' }])

const make = (service: string, operation: string, input: object) =>
  server.kernel.call(service, operation, { input, caller: administrator, origin }) as Promise<Record<string, unknown>>

beforeAll(async () => {
  // Sessions end at once here: what is asked before anything is done does not depend on what runs them.
  server = await startGlueServer({ sessions: { runtime: 'python', python: '/nowhere/python', maxPerAccount: 1000 } })
  const Statement = { Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
  await make('iam', 'CreateRole', { RoleName: 'runtime', AssumeRolePolicyDocument })
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

const definition = (Id: string) => ({ Id, Role, Command: { Name: 'glueetl' } })

/** A session that has ended. */
async function ended(Id: string): Promise<string> {
  await make('glue', 'CreateSession', definition(Id))
  for (let tries = 0; tries < 400; tries += 1) {
    const { Session } = await make('glue', 'GetSession', { Id })
    if ((Session as { Status: string }).Status === 'FAILED') return Id
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('waited for ten seconds in vain')
}

interface SessionCase {
  readonly operation: string
  readonly input: (unique: string) => Promise<Input>
  /** The fault of a call that got past permission and cannot go further. */
  readonly fault?: string
}

const named = async (unique: string) => ({ Id: await ended(unique) })
const statement = async (unique: string) => ({ SessionId: await ended(unique), Id: 1 })
const illegal = 'IllegalSessionStateException'

const cases: readonly SessionCase[] = [
  { operation: 'CreateSession', input: async (unique) => definition(unique) },
  { operation: 'CreateSession', input: async (unique) => ({ ...definition(unique), Tags: { owner: 'me' } }) },
  { operation: 'GetSession', input: named },
  { operation: 'ListSessions', input: async () => ({}) },
  { operation: 'StopSession', input: named },
  { operation: 'DeleteSession', input: named },
  {
    operation: 'RunStatement',
    input: async (unique) => ({ SessionId: await ended(unique), Code: '1' }),
    fault: 'InvalidInputException',
  },
  { operation: 'GetStatement', input: statement, fault: illegal },
  { operation: 'CancelStatement', input: statement, fault: illegal },
  { operation: 'ListStatements', input: async (unique) => ({ SessionId: await ended(unique) }), fault: illegal },
]

function neededIn(operation: string, input: Input): Need[] {
  const needs = [...needsOf(operation, input, {}, prefix).all]
  const [own] = needs
  if (input.Tags !== undefined && own !== undefined) needs.push({ action: 'glue:TagResource', resource: own.resource })
  const role = member(input, rows.get(operation)?.roleInput ?? '')
  if (typeof role === 'string') needs.push({ action: 'iam:PassRole', resource: role })
  return needs
}

async function attempt({ operation, input: inputOf }: SessionCase, without?: number) {
  const input = await inputOf(`case/${serial++} ö`)
  const needs = neededIn(operation, input)
  const caller = probe(needs.filter((_, index) => index !== without))
  try {
    await server.kernel.call('glue', operation, { input, caller, origin })
    return { needs, code: undefined, message: '' }
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    return { needs, code: error.code, message: error.message }
  }
}

describe('what the table of authorizations says of each operation', () => {
  it('has a case for every operation of the room', () => {
    const covered = new Set(cases.map(({ operation }) => operation))
    expect(sessionsRoom.operations.map(({ name }) => name).filter((name) => !covered.has(name))).toEqual([])
  })

  it.each(cases)('$operation: suffices, and nothing less does', async (test) => {
    const { code, needs } = await attempt(test)
    expect(code).toBe(test.fault)
    expect(needs.length).toBeGreaterThan(0)
    for (let without = 0; without < needs.length; without++) {
      const denied = await attempt(test, without)
      const removed = denied.needs[without]
      expect(denied.code, `without ${removed?.action}`).toBe('AccessDeniedException')
      const on = removed?.resource === '*' ? '' : ` on resource: ${removed?.resource}`
      expect(denied.message).toContain(
        `User: arn:aws:iam::${account}:user/probe is not authorized to perform: ${removed?.action}${on} because no identity-based policy allows the ${removed?.action} action`,
      )
    }
  })
})
