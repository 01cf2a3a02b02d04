/**
 * The catalog's own settings. API reference: Get- and PutDataCatalogEncryptionSettings, GetCatalogImportStatus,
 * ImportCatalogToGlue. There is no KMS here, and a setting that promises encryption must not be accepted where nothing
 * encrypts: what this server seals (connections' properties) it seals always, the rest is the disk's affair.
 */

import { invalidInput } from '../faults.ts'
import { type GlueDb, operation } from '../operation.ts'
import { ownerOf } from '../owner.ts'
import { factsTopic } from '../resource-facts.ts'
import { hierarchy } from './hierarchy.ts'
import type { CatalogTables } from './schema.ts'

function settingsOf(db: GlueDb, scope: string) {
  return db
    .withTables<CatalogTables>()
    .selectFrom('glue_catalog_settings')
    .selectAll()
    .where('scope', '=', scope)
    .executeTakeFirst()
}

export const getDataCatalogEncryptionSettings = operation('GetDataCatalogEncryptionSettings', {
  authorize: (call, deps) =>
    hierarchy('GetDataCatalogEncryptionSettings', ownerOf(call, call.input.CatalogId), deps).catalog(),
  handle: (call) => {
    ownerOf(call, call.input.CatalogId).scope()
    return {
      DataCatalogEncryptionSettings: {
        EncryptionAtRest: { CatalogEncryptionMode: 'DISABLED' as const },
        ConnectionPasswordEncryption: { ReturnConnectionPasswordEncrypted: false },
      },
    }
  },
})

export const putDataCatalogEncryptionSettings = operation('PutDataCatalogEncryptionSettings', {
  authorize: (call, deps) =>
    hierarchy('PutDataCatalogEncryptionSettings', ownerOf(call, call.input.CatalogId), deps).catalog(),
  handle: (call) => {
    const { input } = call
    ownerOf(call, input.CatalogId).scope()
    const { EncryptionAtRest, ConnectionPasswordEncryption } = input.DataCatalogEncryptionSettings
    if (EncryptionAtRest !== undefined && EncryptionAtRest.CatalogEncryptionMode !== 'DISABLED') {
      throw invalidInput('There is no AWS KMS on this server: CatalogEncryptionMode can only be DISABLED.')
    }
    if (ConnectionPasswordEncryption?.ReturnConnectionPasswordEncrypted === true) {
      throw invalidInput('There is no AWS KMS on this server: ReturnConnectionPasswordEncrypted can only be false.')
    }
    return {}
  },
})

export const getCatalogImportStatus = operation('GetCatalogImportStatus', {
  authorize: (call, deps) => hierarchy('GetCatalogImportStatus', ownerOf(call, call.input.CatalogId), deps).catalog(),
  handle: async (call, deps) => {
    const row = await settingsOf(deps.store.db, ownerOf(call, call.input.CatalogId).scope())
    if (row === undefined) return { ImportStatus: { ImportCompleted: false } }
    const { import_completed_at: time, imported_by: ImportedBy } = row
    return { ImportStatus: { ImportCompleted: true, ImportTime: new Date(time), ImportedBy } }
  },
})

/** Of the old catalog of Athena there is nothing to import here: the import is complete when it is asked for. */
export const importCatalogToGlue = operation('ImportCatalogToGlue', {
  authorize: (call, deps) => hierarchy('ImportCatalogToGlue', ownerOf(call, call.input.CatalogId), deps).catalog(),
  handle: async (call, deps) => {
    const { caller, input, time } = call
    const scope = ownerOf(call, input.CatalogId).scope()
    await deps.store.write(factsTopic(scope), async (db) => {
      if ((await settingsOf(db, scope)) !== undefined) return
      await db
        .withTables<CatalogTables>()
        .insertInto('glue_catalog_settings')
        .values({ scope, import_completed_at: time, imported_by: caller.arn })
        .execute()
    })
    return {}
  },
})
