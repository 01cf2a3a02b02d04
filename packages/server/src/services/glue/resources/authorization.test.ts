import { readFileSync } from 'node:fs'
import { parsePolicy } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Caller, callerContext } from '../../../kernel/caller.ts'
import type { Need, World } from '../../../testing/permission-case.ts'
import { account, type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'
import { type ResourceCase, resourceCases, rolePath } from './permission-cases.ts'
import { resourcesRoom } from './room.ts'

interface Row {
  readonly action: string
  readonly kind: string
  readonly resources: readonly string[]
  readonly roleInput: string
}

const rows = new Map<string, Row>(
  readFileSync(new URL('../glue-authorization.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map(([api = '', action = '', , kind = '', resources = '', , , , roleInput = '']) => [
      api,
      { action, kind, resources: resources.split(' '), roleInput },
    ]),
)

let server: GlueServer
let world: World
let serial = 0
const origin = { ip: '127.0.0.1', userAgent: 'test', secure: true }

beforeAll(async () => {
  server = await startGlueServer()
  const administrator = callerWith([{ action: '*', resource: '*' }])
  const make: World['make'] = async (service, operation, input) =>
    (await server.kernel.call(service, operation, { input, caller: administrator, origin })) as Record<string, unknown>
  world = { account, region: 'us-east-1', kernel: server.kernel, make }
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

function callerWith(needs: readonly Need[]): Caller {
  const Statement = needs.map(({ action, resource }) => ({ Effect: 'Allow', Action: action, Resource: resource }))
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), { name: 'needs' })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  const arn = `arn:aws:iam::${account}:user/probe`
  const identity = [{ policy: parsed.policy, uri: 'needs', inline: true, attachedTo: arn }]
  const facts = { userId: 'AIDAPROBEPROBEPROBEXX', tags: new Map(), sourceIdentity: undefined, session: undefined }
  return {
    ...facts,
    principal: { kind: 'user', arn, partition: 'aws', account, name: 'probe', id: facts.userId },
    arn,
    account,
    partition: 'aws',
    accessKeyId: undefined,
    policies: { identity, boundary: undefined, session: undefined },
    context: callerContext(facts),
  }
}

type Input = Readonly<Record<string, unknown>>

function member(input: Input, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Input | undefined)?.[name], input)
}

/** The table's patterns, filled in from the request. */
function needsOf({ operation, tagged }: ResourceCase, input: Input): Need[] {
  const row = rows.get(operation)
  if (row === undefined) throw new Error(`the table has no ${operation}`)
  const resources = row.resources.flatMap((pattern) => {
    if (pattern === '*') return ['*']
    const [, kind, name = '', list] = /^(\w+)\/\{(\w+)(\[\])?\}$/.exec(pattern) ?? []
    const values = list === undefined ? [member(input, name)] : (member(input, name) as string[])
    return values.map((value) => `${prefix}${kind}/${value}`)
  })
  const needs = resources.map((resource) => ({ action: row.action, resource }))
  if (tagged && resources[0] !== undefined) needs.push({ action: 'glue:TagResource', resource: resources[0] })
  const role = row.roleInput === '' ? undefined : member(input, row.roleInput)
  if (typeof role === 'string') {
    const resource = role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role${rolePath}${role}`
    needs.push({ action: 'iam:PassRole', resource })
  }
  return needs
}

async function attempt(test: ResourceCase, without?: number) {
  const input = await test.input(world, `case${serial++}`)
  const needs = needsOf(test, input)
  const caller = callerWith(without === undefined ? needs : [...needs.toSpliced(without, 1), ...idle])
  try {
    await server.kernel.call('glue', test.operation, { input, caller, origin })
    return { needs, code: undefined, message: '' }
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    return { needs, code: error.code, message: error.message }
  }
}

/** A policy must say something. */
const idle = [{ action: 'sts:GetCallerIdentity', resource: '*' }]

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
