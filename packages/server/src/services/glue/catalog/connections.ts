/**
 * Connections. API reference, "Connections API". What may hold passwords is sealed at rest and never reaches the audit log;
 * `HidePassword` leaves it out of the answer.
 */

import type { Connection, ConnectionInput } from '@aws-sdk/client-glue'
import type { Selectable } from 'kysely'
import { noTags } from '../../../kernel/tags.ts'
import { readBody, writeBody } from '../body.ts'
import { alreadyExists, invalidInput, notFound } from '../faults.ts'
import { type GlueDb, type GlueDeps, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { factsTopic } from '../resource-facts.ts'
import { taggingNew } from '../tag-requirements.ts'
import { checkedTags, dropTags, putTags } from '../tag-rows.ts'
import { hierarchy } from './hierarchy.ts'
import { newId } from './ids.ts'
import type { CatalogTables } from './schema.ts'

export type ConnectionRow = Selectable<CatalogTables['glue_connections']>

export async function findConnection(db: GlueDb, scope: string, name: string): Promise<ConnectionRow | undefined> {
  return db
    .withTables<CatalogTables>()
    .selectFrom('glue_connections')
    .selectAll()
    .where('scope', '=', scope)
    .where('name', '=', name)
    .executeTakeFirst()
}

async function connectionNamed(db: GlueDb, scope: string, name: string): Promise<ConnectionRow> {
  const row = await findConnection(db, scope, name)
  if (row === undefined) throw notFound('Connection', name)
  return row
}

const mayHoldSecrets = ['ConnectionProperties', 'SparkProperties', 'AthenaProperties', 'PythonProperties'] as const

const longestValue = 1024

/** The model's limits on values, kept here so that no refusal, and no audit line about it, repeats a password. */
const constraints = Object.fromEntries(mayHoldSecrets.map((member) => [`ConnectionInput.${member}.*`, {}]))

function checkLengths(input: ConnectionInput): void {
  for (const member of mayHoldSecrets) {
    for (const [key, value] of Object.entries(input[member] ?? {})) {
      if (value.length > longestValue) throw invalidInput(`The value of ${member}.${key} is too long.`)
    }
  }
}

/** `body` and `sealed` of a row. */
function split(input: ConnectionInput, { connectionSealer }: GlueDeps): Pick<ConnectionRow, 'body' | 'sealed'> {
  if (input.AuthenticationConfiguration !== undefined) {
    const { OAuth2Properties, BasicAuthenticationCredentials, CustomAuthenticationCredentials } =
      input.AuthenticationConfiguration
    if ((OAuth2Properties ?? BasicAuthenticationCredentials ?? CustomAuthenticationCredentials) !== undefined) {
      throw invalidInput(
        'AWS Secrets Manager is not part of this server: give AuthenticationConfiguration a SecretArn.',
      )
    }
  }
  checkLengths(input)
  const secret: Record<string, unknown> = {}
  const open: Record<string, unknown> = { ...input }
  for (const member of mayHoldSecrets) {
    if (open[member] !== undefined) secret[member] = open[member]
    delete open[member]
  }
  return { body: writeBody(open), sealed: connectionSealer.seal(JSON.stringify(secret)) }
}

const isPassword = (key: string): boolean => /password/i.test(key)

export function connectionShape(row: ConnectionRow, { connectionSealer }: GlueDeps, hidePassword: boolean): Connection {
  const { ValidateCredentials: _, ValidateForComputeEnvironments: __, ...open } = readBody<ConnectionInput>(row.body)
  const opened = connectionSealer.open(row.sealed)
  if (opened === undefined) throw new Error(`connection ${row.name} was sealed with another master key`)
  const secret = JSON.parse(opened.toString()) as Pick<ConnectionInput, (typeof mayHoldSecrets)[number]>
  const properties = secret.ConnectionProperties ?? {}
  const shown = hidePassword
    ? Object.fromEntries(Object.entries(properties).filter(([key]) => !isPassword(key)))
    : properties
  const { AuthenticationConfiguration: authentication, ...rest } = open
  return {
    ...rest,
    ...secret,
    ConnectionProperties: shown,
    ...(authentication === undefined ? {} : { AuthenticationConfiguration: shownAuthentication(authentication) }),
    CreationTime: new Date(row.created_at),
    LastUpdatedTime: new Date(row.updated_at),
    LastUpdatedBy: row.updated_by,
    Status: 'READY',
    ConnectionSchemaVersion: 1,
  }
}

function shownAuthentication(given: NonNullable<ConnectionInput['AuthenticationConfiguration']>) {
  const { AuthenticationType, SecretArn, KmsKeyArn } = given
  return {
    ...(AuthenticationType === undefined ? {} : { AuthenticationType }),
    ...(SecretArn === undefined ? {} : { SecretArn }),
    ...(KmsKeyArn === undefined ? {} : { KmsKeyArn }),
  }
}

/** Without the members that may hold secrets. */
function audited(input: ConnectionInput): Record<string, unknown> {
  const shown: Record<string, unknown> = { ...input }
  for (const member of mayHoldSecrets) delete shown[member]
  return shown
}

export const createConnection = operation('CreateConnection', {
  constraints,
  authorize: (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const { Name } = input.ConnectionInput
    const requestTags = checkedTags(input.Tags)
    const asked = hierarchy('CreateConnection', owner, deps)
    return [
      ...asked.connections([Name], { requestTags, resourceTags: noTags }),
      ...taggingNew(owner.arn.connection(Name), requestTags, deps),
    ]
  },
  handle: async (call, deps) => {
    const { input, caller, time } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const { Name: name } = input.ConnectionInput
    await deps.store.write(factsTopic(scope), async (db) => {
      if ((await findConnection(db, scope, name)) !== undefined) throw alreadyExists('Connection')
      await db
        .withTables<CatalogTables>()
        .insertInto('glue_connections')
        .values({
          id: newId(),
          scope,
          name,
          ...split(input.ConnectionInput, deps),
          created_at: time,
          updated_at: time,
          updated_by: caller.arn,
        })
        .execute()
      await putTags(db, scope, `connection/${name}`, checkedTags(input.Tags))
    })
    return { CreateConnectionStatus: 'READY' as const }
  },
  audited: (input) => ({ ...input, ConnectionInput: audited(input.ConnectionInput) }),
})

export const getConnection = operation('GetConnection', {
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('GetConnection', ownerOf(call, input.CatalogId), deps).connections([input.Name])
  },
  handle: async (call, deps) => {
    const { input } = call
    const row = await connectionNamed(deps.store.db, ownerOf(call, input.CatalogId).scope(), input.Name)
    return { Connection: connectionShape(row, deps, input.HidePassword === true) }
  },
})

export const updateConnection = operation('UpdateConnection', {
  constraints,
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('UpdateConnection', ownerOf(call, input.CatalogId), deps).connections([input.Name])
  },
  handle: async (call, deps) => {
    const { input, caller, time } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    if (input.ConnectionInput.Name !== input.Name) throw invalidInput('The name of a connection cannot be changed.')
    await deps.store.write(factsTopic(scope), async (db) => {
      const row = await connectionNamed(db, scope, input.Name)
      await db
        .withTables<CatalogTables>()
        .updateTable('glue_connections')
        .set({ ...split(input.ConnectionInput, deps), updated_at: time, updated_by: caller.arn })
        .where('id', '=', row.id)
        .execute()
    })
    return {}
  },
  audited: (input) => ({ ...input, ConnectionInput: audited(input.ConnectionInput) }),
})

async function dropConnection(db: GlueDb, scope: string, name: string): Promise<boolean> {
  const row = await findConnection(db, scope, name)
  if (row === undefined) return false
  await db.withTables<CatalogTables>().deleteFrom('glue_connections').where('id', '=', row.id).execute()
  await dropTags(db, scope, [`connection/${name}`])
  return true
}

export const deleteConnection = operation('DeleteConnection', {
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('DeleteConnection', ownerOf(call, input.CatalogId), deps).connections([input.ConnectionName])
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const dropped = await deps.store.write(factsTopic(scope), (db) => dropConnection(db, scope, input.ConnectionName))
    if (!dropped) throw notFound('Connection', input.ConnectionName)
    return {}
  },
})

export const batchDeleteConnection = operation('BatchDeleteConnection', {
  authorize: (call, deps) => {
    const { input } = call
    return hierarchy('BatchDeleteConnection', ownerOf(call, input.CatalogId), deps).connections(
      input.ConnectionNameList,
    )
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const Succeeded: string[] = []
    const Errors: Record<string, { ErrorCode: string; ErrorMessage: string }> = {}
    await deps.store.write(factsTopic(scope), async (db) => {
      for (const name of new Set(input.ConnectionNameList)) {
        if (await dropConnection(db, scope, name)) Succeeded.push(name)
        else Errors[name] = { ErrorCode: 'EntityNotFoundException', ErrorMessage: `Connection ${name} not found.` }
      }
    })
    return { Succeeded, Errors }
  },
})
