/**
 * DeleteDatabase: asked on the catalog, the database, and then on each table and function in it, by name. Glue Developer
 * Guide, "Specifying AWS Glue resource ARNs": deleting needs permission on the resource, its ancestors and its children.
 */

import type { Requirement } from '../../../kernel/requirement.ts'
import { concurrentModification } from '../faults.ts'
import { type GlueDb, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { factsTopic } from '../resource-facts.ts'
import { dropTags } from '../tag-rows.ts'
import { databaseNamed, findDatabase } from './databases.ts'
import { hierarchy } from './hierarchy.ts'
import type { CatalogTables } from './schema.ts'

/** The children that were asked about, by the call's input: what appeared since must not be deleted unasked. */
const askedAbout = new WeakMap<object, Children>()

interface Children {
  readonly tables: readonly string[]
  readonly functions: readonly string[]
}

async function childrenOf(db: GlueDb, databaseId: number): Promise<Children> {
  const catalog = db.withTables<CatalogTables>()
  const tables = await catalog
    .selectFrom('glue_tables')
    .select('name')
    .where('database_id', '=', databaseId)
    .orderBy('name')
    .execute()
  const functions = await catalog
    .selectFrom('glue_functions')
    .select('name')
    .where('database_id', '=', databaseId)
    .orderBy('name')
    .execute()
  return { tables: tables.map(({ name }) => name), functions: functions.map(({ name }) => name) }
}

export const deleteDatabase = operation('DeleteDatabase', {
  authorize: async (call, deps) => {
    const { input } = call
    const owner = ownerOf(call, input.CatalogId)
    const { database, only } = hierarchy('DeleteDatabase', owner, deps)
    const asked = database(input.Name)
    if (owner.nested !== undefined) return asked
    const row = await findDatabase(deps.store.db, owner.scope(), input.Name)
    if (row === undefined) return asked
    const children = await childrenOf(deps.store.db, row.id)
    askedAbout.set(input, children)
    const tables = children.tables.map((name): Requirement => only.table(row.name, name))
    const functions = children.functions.map((name): Requirement => only.userDefinedFunction(row.name, name))
    return [...asked, ...tables, ...functions]
  },
  handle: async (call, deps) => {
    const { input } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    const asked = askedAbout.get(input)
    const tables = new Set(asked?.tables)
    const functions = new Set(asked?.functions)
    await deps.store.write(factsTopic(scope), async (db) => {
      const row = await databaseNamed(db, scope, input.Name)
      const now = await childrenOf(db, row.id)
      if (!now.tables.every((name) => tables.has(name)) || !now.functions.every((name) => functions.has(name))) {
        throw concurrentModification(`Database ${row.name} was changed while it was being deleted.`)
      }
      await db.withTables<CatalogTables>().deleteFrom('glue_databases').where('id', '=', row.id).execute()
      await dropTags(db, scope, [`database/${row.name}`])
    })
    return {}
  },
})
