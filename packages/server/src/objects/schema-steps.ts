/** The tables of `tables.ts`, step by step. A released step is never edited; a change is a new step. */

import type { SchemaSteps } from '../store/store.ts'

export const objectSteps: SchemaSteps = {
  '0200-s3-objects': async (db, { text, integer }) => {
    await db.schema
      .createTable('s3_buckets')
      .addColumn('name', text, (column) => column.primaryKey())
      .addColumn('account_id', text, (column) => column.notNull())
      .addColumn('region', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('policy', text)
      .addColumn('tags', text, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('s3_buckets_account').on('s3_buckets').columns(['account_id', 'name']).execute()
    // The reference is what keeps a bucket from being deleted while an object is being put into it.
    await db.schema
      .createTable('s3_objects')
      .addColumn('bucket', text, (column) => column.notNull().references('s3_buckets.name'))
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('size', integer, (column) => column.notNull())
      .addColumn('etag', text, (column) => column.notNull())
      .addColumn('modified_at', integer, (column) => column.notNull())
      .addColumn('facts', text, (column) => column.notNull())
      .addColumn('tags', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('s3_objects_key', ['bucket', 'key'])
      .execute()
    await db.schema
      .createTable('s3_segments')
      .addColumn('owner', text, (column) => column.notNull())
      .addColumn('ordinal', integer, (column) => column.notNull())
      .addColumn('content', text, (column) => column.notNull())
      .addColumn('size', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('s3_segments_key', ['owner', 'ordinal'])
      .execute()
    await db.schema.createIndex('s3_segments_content').on('s3_segments').column('content').execute()
    await db.schema
      .createTable('s3_uploads')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('bucket', text, (column) => column.notNull().references('s3_buckets.name'))
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('initiated_at', integer, (column) => column.notNull())
      .addColumn('initiator', text, (column) => column.notNull())
      .addColumn('initiator_account', text, (column) => column.notNull())
      .addColumn('initiator_user', text, (column) => column.notNull())
      .addColumn('facts', text, (column) => column.notNull())
      .addColumn('tags', text, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('s3_uploads_key').on('s3_uploads').columns(['bucket', 'key', 'id']).execute()
    await db.schema
      .createTable('s3_parts')
      .addColumn('upload_id', text, (column) => column.notNull().references('s3_uploads.id'))
      .addColumn('number', integer, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('size', integer, (column) => column.notNull())
      .addColumn('etag', text, (column) => column.notNull())
      .addColumn('modified_at', integer, (column) => column.notNull())
      .addColumn('checksum', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('s3_parts_key', ['upload_id', 'number'])
      .execute()
    await db.schema
      .createTable('s3_garbage')
      .addColumn('content', text, (column) => column.primaryKey())
      .addColumn('since', integer, (column) => column.notNull())
      .execute()
    await db.schema
      .createTable('s3_writers')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('seen_at', integer, (column) => column.notNull())
      .execute()
  },
  '0201-s3-completed-uploads': async (db, { text, integer }) => {
    await db.schema
      .createTable('s3_completed_uploads')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('bucket', text, (column) => column.notNull())
      .addColumn('key', text, (column) => column.notNull())
      .addColumn('etag', text, (column) => column.notNull())
      .addColumn('checksum', text, (column) => column.notNull())
      .addColumn('completed_at', integer, (column) => column.notNull())
      .execute()
    await db.schema.createIndex('s3_completed_uploads_time').on('s3_completed_uploads').column('completed_at').execute()
    await db.schema.alterTable('s3_segments').addColumn('checksum', text).execute()
  },
  '0202-s3-segment-bytes': async (db, { bytes }) => {
    await db.schema.alterTable('s3_segments').addColumn('bytes', bytes).execute()
  },
}
