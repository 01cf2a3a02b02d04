/**
 * The registry test of IAM: `iam-authorization.tsv` (the Service Authorization Reference's table of actions) against what the
 * service asks. Each call passes with its smallest set of permissions, and fails with one of them, or one condition, taken away.
 */

import { readFileSync } from 'node:fs'
import * as sdk from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../../testing/databases.ts'
import { startTestServer, type TestServer } from '../../testing/test-server.ts'
import {
  type AuthorizationCase,
  account,
  asker,
  authorizationCases,
  keyHolder,
  leaver,
  type Permission,
} from './authorization-cases.test-data.ts'
import { iamModel } from './operation.ts'
import { iamService } from './service.ts'

interface Row {
  readonly api: string
  readonly action: string
  readonly types: readonly string[]
  readonly keys: readonly string[]
}

const table: Row[] = readFileSync(new URL('./iam-authorization.tsv', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [api = '', action = '', , types = '', keys = ''] = line.split('\t')
    return { api, action, types: types.split(' '), keys: keys === '' ? [] : keys.split(' ') }
  })

/** Made with a role template, which this server has none of. */
const neverBrought = new Set(['iam:RoleTemplateARN'])

const commands: ReadonlyMap<string, unknown> = new Map(Object.entries(sdk))

type Send = (input: object) => Promise<unknown>

describe.each(databases)('authorization of IAM on $name', ({ name, missing, create }) => {
  let server: TestServer
  let database: TestDatabase
  let client: sdk.IAMClient
  let iam: sdk.IAMClient
  let cases: readonly AuthorizationCase[]

  beforeAll(async () => {
    if (missing !== undefined) return
    database = await create()
    server = await startTestServer({ account, ...(name === 'postgres' ? { databaseUrl: database.location } : {}) })
    iam = server.iam(server.administrator)
    for (const UserName of [asker, keyHolder, leaver]) await iam.send(new sdk.CreateUserCommand({ UserName }))
    const { AccessKey } = await iam.send(new sdk.CreateAccessKeyCommand({ UserName: asker }))
    client = server.iam({
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
    })
    const held = await iam.send(new sdk.CreateAccessKeyCommand({ UserName: keyHolder }))
    cases = authorizationCases(held.AccessKey?.AccessKeyId ?? '')
  })
  afterAll(async () => {
    if (missing !== undefined) return
    expect(server.log).toEqual([])
    await server.remove()
    await database.remove()
  })

  const call = (operation: string): Send => {
    const Command = commands.get(`${operation}Command`) as typeof sdk.GetUserCommand
    return (input) => client.send(new Command(input))
  }

  /** The asker's only policy. */
  async function allow(permissions: readonly Permission[]): Promise<void> {
    const statements = permissions.map(({ action, resource, conditions }) => ({
      Effect: 'Allow',
      Action: action,
      Resource: resource,
      Condition: {
        'ForAnyValue:StringEquals': only(conditions, (key) => key === 'aws:TagKeys'),
        StringEquals: only(conditions, (key) => key !== 'aws:TagKeys'),
      },
    }))
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }, ...statements],
    })
    await iam.send(new sdk.PutUserPolicyCommand({ UserName: asker, PolicyName: 'p', PolicyDocument }))
  }

  async function expectRefused(send: Send, input: object, { action, resource }: Permission): Promise<void> {
    const onResource = resource === '*' ? '' : ` on resource: ${resource}`
    await expect(send(input), `${action} taken away`).rejects.toMatchObject({
      name: 'AccessDenied',
      message: expect.stringContaining(`is not authorized to perform: ${action}${onResource} because`),
      $metadata: { httpStatusCode: 403 },
    })
  }

  it.skipIf(missing !== undefined)(
    'lets each call pass with its permissions, and refuses it with one of them, or one condition, less',
    async () => {
      for (const { operation, input, needs, answers } of cases) {
        const send = call(operation)
        for (const [index, missing] of needs.entries()) {
          await allow(needs.filter((_, at) => at !== index))
          await expectRefused(send, input, missing)
          for (const key of Object.keys(missing.conditions)) {
            const wrong = { ...missing, conditions: { ...missing.conditions, [key]: 'another' } }
            await allow(needs.map((permission, at) => (at === index ? wrong : permission)))
            await expectRefused(send, input, missing)
          }
        }
        await allow(needs)
        const allowed = expect(send(input), `${operation} with all that it needs`)
        if (answers === undefined) await allowed.resolves.toBeDefined()
        else await allowed.rejects.toMatchObject({ name: answers })
      }
    },
  )

  it.skipIf(missing !== undefined)(
    'has a case for every operation, on the resource types and with the keys of the reference',
    () => {
      for (const { name } of iamService.operations) {
        const row = table.find(({ api }) => api === name)
        expect(row, `${name} in the table`).toBeDefined()
        const own = cases.filter(({ operation }) => operation === name).flatMap(({ needs }) => needs)
        const asked = own.filter(({ action }) => action === row?.action)
        expect(asked.length, `cases of ${name}`).toBeGreaterThan(0)
        for (const { resource } of asked) {
          const type = resource === '*' ? '*' : resource.split(':')[5]?.split('/')[0]
          expect(
            row?.types.map((text) => text.replace('opt:', '')),
            `resource type of ${name}`,
          ).toContain(type)
        }
        const brought = new Set(asked.flatMap(({ conditions }) => Object.keys(conditions)))
        for (const key of row?.keys ?? []) {
          if (neverBrought.has(key)) continue
          const pattern = key.replace('/*', '/')
          expect(
            [...brought].some((each) => each.startsWith(pattern)),
            `${name} brings ${key}`,
          ).toBe(true)
        }
      }
    },
  )

  it.skipIf(missing !== undefined)('asks for actions of the reference only', () => {
    const known = new Set(table.map(({ action }) => action))
    for (const { needs } of cases) for (const { action } of needs) expect(known).toContain(action)
  })

  it.skipIf(missing !== undefined)('refuses every operation of the model that is not offered by its name', async () => {
    const offered = new Set(iamService.operations.map(({ name }) => name))
    const others = [...iamModel.operations.keys()].filter((name) => !offered.has(name))
    expect(others.length).toBeGreaterThan(50)
    await allow([{ action: 'iam:*', resource: '*', conditions: {} }])
    for (const name of others) {
      await expect(call(name)({}), name).rejects.toMatchObject({
        name: 'InvalidAction',
        message: expect.stringContaining(name),
        $metadata: { httpStatusCode: 400 },
      })
    }
  })
})

function only(conditions: Permission['conditions'], wanted: (key: string) => boolean): Record<string, string> {
  return Object.fromEntries(Object.entries(conditions).filter(([key]) => wanted(key)))
}
