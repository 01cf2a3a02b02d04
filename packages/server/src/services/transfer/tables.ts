/** Transfer Family's tables. Settings are JSON: they are read and written whole, and never searched. */

import type { SchemaSteps } from '../../store/store.ts'

export interface TransferTables {
  transfer_servers: {
    id: string
    account_id: string
    region: string
    created_at: number
    state: string
    /** Where its listener is or was: it comes back there. */
    port: number | null
    /** `ServerSettings` */
    settings: string
  }
  transfer_users: {
    server_id: string
    name: string
    created_at: number
    /** `UserSettings` */
    settings: string
  }
  transfer_user_keys: {
    id: string
    server_id: string
    user_name: string
    /** As it was sent. */
    body: string
    /** `ssh-ed25519 AAAA…`: by which it is compared. */
    identity: string
    created_at: number
  }
  transfer_host_keys: {
    id: string
    server_id: string
    type: string
    fingerprint: string
    description: string | null
    /** The private key, sealed. */
    sealed: string
    created_at: number
    /** 1: imported by a user; 0: made with the server. */
    imported: number
  }
  transfer_accesses: {
    server_id: string
    external_id: string
    /** `UserSettings` */
    settings: string
  }
  transfer_tags: { arn: string; key: string; value: string }
}

export const transferSteps: SchemaSteps = {
  '0300-transfer': async (db, { text, integer }) => {
    await db.schema
      .createTable('transfer_servers')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('account_id', text, (column) => column.notNull())
      .addColumn('region', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('port', integer)
      .addColumn('settings', text, (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('transfer_servers_account')
      .on('transfer_servers')
      .columns(['account_id', 'region', 'id'])
      .execute()
    await db.schema
      .createTable('transfer_users')
      .addColumn('server_id', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('settings', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('transfer_users_key', ['server_id', 'name'])
      .execute()
    await db.schema
      .createTable('transfer_user_keys')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('server_id', text, (column) => column.notNull())
      .addColumn('user_name', text, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('identity', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addUniqueConstraint('transfer_user_keys_identity', ['server_id', 'user_name', 'identity'])
      .execute()
    await db.schema
      .createTable('transfer_host_keys')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('server_id', text, (column) => column.notNull())
      .addColumn('type', text, (column) => column.notNull())
      .addColumn('fingerprint', text, (column) => column.notNull())
      .addColumn('description', text)
      .addColumn('sealed', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('imported', integer, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('transfer_host_keys_server').on('transfer_host_keys').column('server_id').execute()
    await db.schema
      .createTable('transfer_accesses')
      .addColumn('server_id', text, (column) => column.notNull())
      .addColumn('external_id', text, (column) => column.notNull())
      .addColumn('settings', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('transfer_accesses_key', ['server_id', 'external_id'])
      .execute()
    await db.schema
      .createTable('transfer_tags')
      .addColumn('arn', text, (column) => column.notNull())
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('value', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('transfer_tags_key', ['arn', 'key'])
      .execute()
  },
}
