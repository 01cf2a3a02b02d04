/** User-defined functions. API reference, "User-defined Function API". */

import type { UserDefinedFunction, UserDefinedFunctionInput } from '@aws-sdk/client-glue'
import type { Selectable } from 'kysely'
import { readBody, writeBody } from '../body.ts'
import { alreadyExists, invalidInput, notFound } from '../faults.ts'
import { type GlueDb, operation } from '../operation.ts'
import { type Owner, ownerOf } from '../owner.ts'
import { factsTopic } from '../resource-facts.ts'
import { databaseNamed } from './databases.ts'
import { hierarchy, stored } from './hierarchy.ts'
import { newId } from './ids.ts'
import type { CatalogTables } from './schema.ts'

export type FunctionRow = Selectable<CatalogTables['glue_functions']>

async function findFunction(
  db: GlueDb,
  scope: string,
  database: string,
  name: string,
): Promise<FunctionRow | undefined> {
  return db
    .withTables<CatalogTables>()
    .selectFrom('glue_functions')
    .selectAll()
    .where('scope', '=', scope)
    .where('database_name', '=', stored(database))
    .where('name', '=', stored(name))
    .executeTakeFirst()
}

async function functionNamed(db: GlueDb, scope: string, database: string, name: string): Promise<FunctionRow> {
  const row = await findFunction(db, scope, database, name)
  if (row !== undefined) return row
  await databaseNamed(db, scope, database)
  throw notFound('Function', stored(name))
}

export function functionShape(row: FunctionRow, owner: Owner): UserDefinedFunction {
  return {
    ...readBody<UserDefinedFunctionInput>(row.body),
    FunctionName: row.name,
    DatabaseName: row.database_name,
    CreateTime: new Date(row.created_at),
    CatalogId: owner.account,
  }
}

export const createUserDefinedFunction = operation('CreateUserDefinedFunction', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('CreateUserDefinedFunction', ownerOf(call, input.CatalogId), deps)
    return asked.userDefinedFunction(input.DatabaseName, input.FunctionInput.FunctionName ?? '*')
  },
  handle: async (call, deps) => {
    const { input, time } = call
    const { FunctionName } = input.FunctionInput
    if (FunctionName === undefined) throw invalidInput('FunctionInput.FunctionName is required.')
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      const database = await databaseNamed(db, scope, input.DatabaseName)
      if ((await findFunction(db, scope, database.name, FunctionName)) !== undefined) throw alreadyExists('Function')
      await db
        .withTables<CatalogTables>()
        .insertInto('glue_functions')
        .values({
          id: newId(),
          database_id: database.id,
          scope,
          database_name: database.name,
          name: stored(FunctionName),
          body: writeBody(input.FunctionInput),
          created_at: time,
        })
        .execute()
    })
    return {}
  },
})

export const getUserDefinedFunction = operation('GetUserDefinedFunction', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('GetUserDefinedFunction', ownerOf(call, input.CatalogId), deps)
    return asked.userDefinedFunction(input.DatabaseName, input.FunctionName)
  },
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const row = await functionNamed(deps.store.db, owner.scope(), input.DatabaseName, input.FunctionName)
    return { UserDefinedFunction: functionShape(row, owner) }
  },
})

export const updateUserDefinedFunction = operation('UpdateUserDefinedFunction', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('UpdateUserDefinedFunction', ownerOf(call, input.CatalogId), deps)
    return asked.userDefinedFunction(input.DatabaseName, input.FunctionName)
  },
  handle: async (call, deps) => {
    const { input } = call
    const next = input.FunctionInput.FunctionName
    if (next !== undefined && stored(next) !== stored(input.FunctionName)) {
      throw invalidInput('The name of a function cannot be changed.')
    }
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      const row = await functionNamed(db, scope, input.DatabaseName, input.FunctionName)
      await db
        .withTables<CatalogTables>()
        .updateTable('glue_functions')
        .set({ body: writeBody(input.FunctionInput) })
        .where('id', '=', row.id)
        .execute()
    })
    return {}
  },
})

export const deleteUserDefinedFunction = operation('DeleteUserDefinedFunction', {
  authorize: (call, deps) => {
    const { input } = call
    const asked = hierarchy('DeleteUserDefinedFunction', ownerOf(call, input.CatalogId), deps)
    return asked.userDefinedFunction(input.DatabaseName, input.FunctionName)
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      const row = await functionNamed(db, scope, input.DatabaseName, input.FunctionName)
      await db.withTables<CatalogTables>().deleteFrom('glue_functions').where('id', '=', row.id).execute()
    })
    return {}
  },
})
