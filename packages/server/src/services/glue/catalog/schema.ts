/** The Data Catalog as stored. Ids are random 48-bit integers; bodies are the inputs as JSON (`body.ts`). */

import type { SchemaSteps } from '../../../store/store.ts'

export type CatalogTables = {
  glue_databases: {
    id: number
    scope: string
    name: string
    body: string
    created_at: number
  }
  glue_tables: {
    id: number
    database_id: number
    /** Said again here, so that a table is found in one look. */
    scope: string
    database_name: string
    name: string
    version: number
    body: string
    created_by: string
    created_at: number
    updated_at: number
  }
  /** Versions that were current once. */
  glue_table_versions: {
    table_id: number
    version: number
    body: string
    created_at: number
    updated_at: number
  }
  glue_partitions: {
    table_id: number
    /** `sortKey` of the values: orders as the columns' types order, unique for the values as written. */
    sort_key: string
    /** JSON array of the values as given. */
    values_json: string
    /** 0 … 2519, by the values: every number of segments from 1 to 10 divides it evenly. */
    bucket: number
    body: string
    created_at: number
  }
  glue_partition_indexes: {
    table_id: number
    name: string
    /** JSON array of key names, lower case. */
    keys: string
    created_at: number
  }
  /** Of a table (`sort_key` is `''`) or one of its partitions. */
  glue_column_statistics: {
    table_id: number
    sort_key: string
    column_name: string
    body: string
  }
  glue_functions: {
    id: number
    database_id: number
    scope: string
    database_name: string
    name: string
    body: string
    created_at: number
  }
  glue_connections: {
    id: number
    scope: string
    name: string
    body: string
    /** The members that may hold passwords, sealed. */
    sealed: string
    created_at: number
    updated_at: number
    updated_by: string
  }
  glue_catalog_settings: {
    scope: string
    import_completed_at: number
    imported_by: string
  }
}

export const catalogSteps: SchemaSteps = {
  '0110-glue-catalog': async (db, { text, integer }) => {
    await db.schema
      .createTable('glue_databases')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addUniqueConstraint('glue_databases_name', ['scope', 'name'])
      .execute()
    await db.schema
      .createTable('glue_tables')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('database_id', integer, (column) =>
        column.notNull().references('glue_databases.id').onDelete('cascade'),
      )
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('database_name', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('version', integer, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('created_by', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull())
      .addUniqueConstraint('glue_tables_name', ['scope', 'database_name', 'name'])
      .execute()
    await db.schema.createIndex('glue_tables_database').on('glue_tables').column('database_id').execute()
    const ofTable = (name: string) =>
      db.schema
        .createTable(name)
        .addColumn('table_id', integer, (column) => column.notNull().references('glue_tables.id').onDelete('cascade'))
    await ofTable('glue_table_versions')
      .addColumn('version', integer, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('glue_table_versions_key', ['table_id', 'version'])
      .execute()
    await ofTable('glue_partitions')
      .addColumn('sort_key', text, (column) => column.notNull())
      .addColumn('values_json', text, (column) => column.notNull())
      .addColumn('bucket', integer, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('glue_partitions_key', ['table_id', 'sort_key'])
      .execute()
    await ofTable('glue_partition_indexes')
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('keys', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('glue_partition_indexes_key', ['table_id', 'name'])
      .execute()
    await ofTable('glue_column_statistics')
      .addColumn('sort_key', text, (column) => column.notNull())
      .addColumn('column_name', text, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('glue_column_statistics_key', ['table_id', 'sort_key', 'column_name'])
      .execute()
    await db.schema
      .createTable('glue_functions')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('database_id', integer, (column) =>
        column.notNull().references('glue_databases.id').onDelete('cascade'),
      )
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('database_name', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addUniqueConstraint('glue_functions_name', ['scope', 'database_name', 'name'])
      .execute()
    await db.schema.createIndex('glue_functions_database').on('glue_functions').column('database_id').execute()
    await db.schema
      .createTable('glue_connections')
      .addColumn('id', integer, (column) => column.primaryKey())
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('sealed', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull())
      .addColumn('updated_by', text, (column) => column.notNull())
      .addUniqueConstraint('glue_connections_name', ['scope', 'name'])
      .execute()
    await db.schema
      .createTable('glue_catalog_settings')
      .addColumn('scope', text, (column) => column.primaryKey())
      .addColumn('import_completed_at', integer, (column) => column.notNull())
      .addColumn('imported_by', text, (column) => column.notNull())
      .execute()
  },
}
