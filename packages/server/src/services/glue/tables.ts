/** What every room of Glue stores alike. `scope`: account and region, `123456789012/us-east-1`. */

import type { SchemaSteps } from '../../store/store.ts'

export interface GlueTables {
  /** `resource`: the last part of the ARN, `job/etl`, catalog names in lower case. */
  glue_tags: { scope: string; resource: string; key: string; value: string }
  glue_resource_policies: {
    scope: string
    /** Principals that are users or roles of this server stand in it by unique id. */
    document: string
    /** Of the text as it was put. */
    hash: string
    created_at: number
    updated_at: number
  }
}

export const glueSteps: SchemaSteps = {
  '0100-glue-tags': async (db, { text, integer }) => {
    await db.schema
      .createTable('glue_tags')
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('resource', text, (column) => column.notNull())
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('value', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('glue_tags_key', ['scope', 'resource', 'key'])
      .execute()
    await db.schema
      .createTable('glue_resource_policies')
      .addColumn('scope', text, (column) => column.primaryKey())
      .addColumn('document', text, (column) => column.notNull())
      .addColumn('hash', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull())
      .execute()
  },
}
