/**
 * Crawlers, jobs and the other resources outside the catalog, and their runs, as stored. Times are milliseconds since 1970.
 * A definition is kept as it was sent, so that nothing comes back that nobody gave.
 */

import type { SchemaSteps } from '../../../store/store.ts'

/** `scope`: account and region, `123456789012/us-east-1`. */
export type ResourceKind =
  | 'crawler'
  | 'job'
  | 'trigger'
  | 'devEndpoint'
  | 'mlTransform'
  | 'classifier'
  | 'securityConfiguration'

export type RunKind = 'crawl' | 'jobRun' | 'mlTask'

export interface GlueResourceTables {
  glue_resources: {
    scope: string
    kind: ResourceKind
    /** What stands in the ARN: the name, or a transform's id. */
    name: string
    state: string
    version: number
    created_at: number
    updated_at: number
    /** When its schedule fires next; null: it has none, or it is off. */
    fires_at: number | null
    /** JSON, in the members of the API. */
    definition: string
    /** JSON: what became of it so far. */
    progress: string
  }
  glue_runs: {
    scope: string
    kind: RunKind
    /** Name of the crawler or job, id of the transform. */
    owner: string
    id: string
    state: string
    started_at: number
    updated_at: number
    completed_at: number | null
    /** When the next step is to be looked at; null: it has ended. */
    due_at: number | null
    /** The trigger that began the run. */
    trigger_name: string | null
    /** The server that executes it. */
    server: string | null
    error: string | null
    /** JSON, in the members of the API. */
    definition: string
  }
}

export const glueResourceSteps: SchemaSteps = {
  '0110-glue-resources': async (db, { text, integer }) => {
    await db.schema
      .createTable('glue_resources')
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('version', integer, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull())
      .addColumn('fires_at', integer)
      .addColumn('definition', text, (column) => column.notNull())
      .addColumn('progress', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('glue_resources_key', ['scope', 'kind', 'name'])
      .execute()
    await db.schema.createIndex('glue_resources_fires').on('glue_resources').column('fires_at').execute()
    await db.schema
      .createTable('glue_runs')
      .addColumn('scope', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('owner', text, (column) => column.notNull())
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('state', text, (column) => column.notNull())
      .addColumn('started_at', integer, (column) => column.notNull())
      .addColumn('updated_at', integer, (column) => column.notNull())
      .addColumn('completed_at', integer)
      .addColumn('due_at', integer)
      .addColumn('trigger_name', text)
      .addColumn('server', text)
      .addColumn('error', text)
      .addColumn('definition', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('glue_runs_key', ['scope', 'kind', 'owner', 'id'])
      .execute()
    await db.schema
      .createIndex('glue_runs_newest')
      .on('glue_runs')
      .columns(['scope', 'kind', 'owner', 'started_at', 'id'])
      .execute()
    await db.schema.createIndex('glue_runs_due').on('glue_runs').column('due_at').execute()
  },
}
