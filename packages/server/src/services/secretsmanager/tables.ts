/** Secrets Manager's tables. A value is only ever stored sealed. */

import type { SchemaSteps } from '../../store/store.ts'

export interface SecretTables {
  secrets: {
    /** The ARN: another one for each secret that ever bore the name. */
    arn: string
    account_id: string
    region: string
    name: string
    description: string | null
    created_at: number
    changed_at: number
    /** From then on it is gone. */
    deleted_from: number | null
    /** When its deletion was asked for. */
    deleted_at: number | null
  }
  secret_versions: {
    arn: string
    id: string
    /** `text` or `binary` */
    kind: string
    sealed: string
    created_at: number
  }
  secret_stages: { arn: string; stage: string; version_id: string }
  secret_tags: { arn: string; key: string; value: string }
}

export const secretSteps: SchemaSteps = {
  '0400-secrets': async (db, { text, integer }) => {
    await db.schema
      .createTable('secrets')
      .addColumn('arn', text, (column) => column.primaryKey())
      .addColumn('account_id', text, (column) => column.notNull())
      .addColumn('region', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('description', text)
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('changed_at', integer, (column) => column.notNull())
      .addColumn('deleted_from', integer)
      .addColumn('deleted_at', integer)
      .addUniqueConstraint('secrets_name', ['account_id', 'region', 'name'])
      .execute()
    await db.schema
      .createTable('secret_versions')
      .addColumn('arn', text, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('sealed', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('secret_versions_key', ['arn', 'id'])
      .execute()
    await db.schema
      .createTable('secret_stages')
      .addColumn('arn', text, (column) => column.notNull())
      .addColumn('stage', text, (column) => column.notNull())
      .addColumn('version_id', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('secret_stages_key', ['arn', 'stage'])
      .execute()
    await db.schema
      .createTable('secret_tags')
      .addColumn('arn', text, (column) => column.notNull())
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('value', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('secret_tags_key', ['arn', 'key'])
      .execute()
  },
}
