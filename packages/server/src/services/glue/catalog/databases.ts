/** Databases. API reference: CreateDatabase, GetDatabase, GetDatabases, UpdateDatabase. */

import type { Database, DatabaseInput } from '@aws-sdk/client-glue'
import type { Selectable } from 'kysely'
import { noTags } from '../../../kernel/tags.ts'
import { readBody, writeBody } from '../body.ts'
import { alreadyExists, invalidInput, notFound } from '../faults.ts'
import { type GlueDb, operation } from '../operation.ts'
import { type Owner, ownerOf } from '../owner.ts'
import { pageOf } from '../page.ts'
import { factsTopic } from '../resource-facts.ts'
import { taggingNew } from '../tag-requirements.ts'
import { checkedTags, putTags } from '../tag-rows.ts'
import { hierarchy, stored } from './hierarchy.ts'
import { newId } from './ids.ts'
import type { CatalogTables } from './schema.ts'

export type DatabaseRow = Selectable<CatalogTables['glue_databases']>

const pageSize = 100

export async function findDatabase(db: GlueDb, scope: string, name: string): Promise<DatabaseRow | undefined> {
  return db
    .withTables<CatalogTables>()
    .selectFrom('glue_databases')
    .selectAll()
    .where('scope', '=', scope)
    .where('name', '=', stored(name))
    .executeTakeFirst()
}

export async function databaseNamed(db: GlueDb, scope: string, name: string): Promise<DatabaseRow> {
  const row = await findDatabase(db, scope, name)
  if (row === undefined) throw notFound('Database', stored(name))
  return row
}

function databaseShape(row: DatabaseRow, owner: Owner): Database {
  const body = readBody<DatabaseInput>(row.body)
  return { ...body, Name: row.name, CreateTime: new Date(row.created_at), CatalogId: owner.account }
}

/** Links and federated databases are followed by Lake Formation; stored here they would seem to hold nothing. */
function refuseLinks({ TargetDatabase, FederatedDatabase }: DatabaseInput): void {
  const given = TargetDatabase === undefined ? FederatedDatabase && 'FederatedDatabase' : 'TargetDatabase'
  if (given !== undefined) throw invalidInput(`This server follows no links to other catalogs: leave out ${given}.`)
}

export const createDatabase = operation('CreateDatabase', {
  authorize: (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const { Name } = input.DatabaseInput
    const requestTags = checkedTags(input.Tags)
    const arn = owner.arn.database(stored(Name))
    return [
      ...hierarchy('CreateDatabase', owner, deps).database(Name, { requestTags, resourceTags: noTags }),
      ...taggingNew(arn, requestTags, deps, deps.switches.foldNames),
    ]
  },
  handle: async (call, deps) => {
    const { input, time } = call
    refuseLinks(input.DatabaseInput)
    const scope = ownerOf(call, input.CatalogId).scope()
    const name = stored(input.DatabaseInput.Name)
    await deps.store.write(factsTopic(scope), async (db) => {
      if ((await findDatabase(db, scope, name)) !== undefined) throw alreadyExists('Database')
      await db
        .withTables<CatalogTables>()
        .insertInto('glue_databases')
        .values({ id: newId(), scope, name, body: writeBody(input.DatabaseInput), created_at: time })
        .execute()
      await putTags(db, scope, `database/${name}`, checkedTags(input.Tags))
    })
    return {}
  },
})

export const getDatabase = operation('GetDatabase', {
  authorize: (call, deps) =>
    hierarchy('GetDatabase', ownerOf(call, call.input.CatalogId), deps).database(call.input.Name),
  handle: async (call, deps) => {
    const owner = ownerOf(call, call.input.CatalogId)
    return { Database: databaseShape(await databaseNamed(deps.store.db, owner.scope(), call.input.Name), owner) }
  },
})

export const getDatabases = operation('GetDatabases', {
  authorize: (call, deps) => hierarchy('GetDatabases', ownerOf(call, call.input.CatalogId), deps).catalog(),
  handle: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const scope = owner.scope()
    const { only } = hierarchy('GetDatabases', owner, deps)
    const paging = {
      operation: 'GetDatabases',
      scope,
      filter: [input.ResourceShareType],
      token: input.NextToken,
      size: input.MaxResults ?? pageSize,
    }
    // Nobody shares a database with this server: of foreign ones there are none.
    if (input.ResourceShareType === 'FOREIGN' || input.ResourceShareType === 'FEDERATED') return { DatabaseList: [] }
    const { rows, NextToken } = await pageOf(paging, {
      fetch: (after, limit) =>
        deps.store.db
          .withTables<CatalogTables>()
          .selectFrom('glue_databases')
          .selectAll()
          .where('scope', '=', scope)
          .$if(after !== undefined, (query) => query.where('name', '>', after ?? ''))
          .orderBy('name')
          .limit(limit)
          .execute(),
      keyOf: ({ name }) => name,
      keep: ({ name }) => call.permits(only.database(name)),
    })
    const namesOnly = input.AttributesToGet?.every((attribute) => attribute === 'NAME') === true
    return {
      DatabaseList: rows.map((row) => {
        const shape = databaseShape(row, owner)
        return namesOnly ? { Name: row.name } : shape
      }),
      ...NextToken,
    }
  },
})

export const updateDatabase = operation('UpdateDatabase', {
  authorize: (call, deps) =>
    hierarchy('UpdateDatabase', ownerOf(call, call.input.CatalogId), deps).database(call.input.Name),
  handle: async (call, deps) => {
    const { input } = call
    refuseLinks(input.DatabaseInput)
    const scope = ownerOf(call, input.CatalogId).scope()
    const name = stored(input.Name)
    if (stored(input.DatabaseInput.Name) !== name) throw invalidInput('The name of a database cannot be changed.')
    await deps.store.write(factsTopic(scope), async (db) => {
      const row = await databaseNamed(db, scope, name)
      await db
        .withTables<CatalogTables>()
        .updateTable('glue_databases')
        .set({ body: writeBody(input.DatabaseInput) })
        .where('id', '=', row.id)
        .execute()
    })
    return {}
  },
})
