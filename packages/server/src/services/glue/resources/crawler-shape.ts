/** A crawler as stored, and as the API shows it. Glue API reference, `Crawler`. */

import type { Crawler, LastCrawlInfo } from '@aws-sdk/client-glue'
import { ServiceFault } from '@scopedown/wire'
import { invalidInput } from '../faults.ts'
import type { GlueInput } from '../operation.ts'
import { type Cron, parseCron } from './cron.ts'
import { definitionOf, progressOf, type ResourceRow, without } from './stored.ts'

export type CrawlerDefinition = Omit<GlueInput<'CreateCrawler'>, 'Tags' | 'Name'>

export interface CrawlerProgress {
  readonly scheduled: boolean
  /** The crawl under way. */
  readonly crawl?: string | undefined
  readonly startedAt?: number | undefined
  readonly last?: { readonly status: 'FAILED' | 'CANCELLED'; readonly error?: string; readonly startedAt: number }
}

export const noCrawls = 'crawls are not executed by this server: nothing was read and no table was changed'

export function crawlerRunning(name: string): ServiceFault {
  return new ServiceFault('CrawlerRunningException', `Crawler with name ${name} is already running.`)
}

export function crawlerShape(row: ResourceRow, time: number): Crawler {
  const { Schedule, ...definition } = definitionOf<CrawlerDefinition>(row)
  const { scheduled, startedAt, last } = progressOf<CrawlerProgress>(row)
  return {
    ...without(definition, 'Role'),
    Role: definition.Role,
    Name: row.name,
    State: row.state as NonNullable<Crawler['State']>,
    ...(Schedule === undefined
      ? {}
      : { Schedule: { ScheduleExpression: Schedule, State: scheduled === true ? 'SCHEDULED' : 'NOT_SCHEDULED' } }),
    CrawlElapsedTime: startedAt === undefined ? 0 : Math.max(0, time - startedAt),
    CreationTime: new Date(row.created_at),
    LastUpdated: new Date(row.updated_at),
    ...(last === undefined ? {} : { LastCrawl: lastCrawl(last) }),
    Version: row.version,
  }
}

function lastCrawl(last: NonNullable<CrawlerProgress['last']>): LastCrawlInfo {
  return {
    Status: last.status,
    ...(last.error === undefined ? {} : { ErrorMessage: last.error }),
    StartTime: new Date(last.startedAt),
  }
}

/** The schedule of a definition; an empty one is none. Throws for one that cannot be read. */
export function cronOf(schedule: string | undefined): Cron | undefined {
  if (schedule === undefined || schedule === '') return undefined
  const result = parseCron(schedule)
  if (result.ok) return result.cron
  throw invalidInput(`The schedule expression ${schedule.slice(0, 256)} is not valid: ${result.reason}.`)
}

const targetLists = [
  'S3Targets',
  'JdbcTargets',
  'MongoDBTargets',
  'DynamoDBTargets',
  'CatalogTargets',
  'DeltaTargets',
  'IcebergTargets',
  'HudiTargets',
] as const

export function checkCrawler(
  definition: Pick<GlueInput<'UpdateCrawler'>, 'Targets' | 'Configuration' | 'SchemaChangePolicy'>,
): void {
  const { Targets, Configuration } = definition
  if (Targets !== undefined && !targetLists.some((list) => (Targets[list]?.length ?? 0) > 0)) {
    throw invalidInput('Must specify at least one crawl target.')
  }
  for (const { Path } of [...(Targets?.S3Targets ?? []), ...(Targets?.DynamoDBTargets ?? [])]) {
    if (Path === undefined || Path === '') throw invalidInput('A crawl target needs a path.')
  }
  for (const { ConnectionName } of [...(Targets?.JdbcTargets ?? []), ...(Targets?.MongoDBTargets ?? [])]) {
    if (ConnectionName === undefined || ConnectionName === '') throw invalidInput('A crawl target needs a connection.')
  }
  if (Configuration === undefined || Configuration === '') return
  try {
    JSON.parse(Configuration)
  } catch {
    throw invalidInput('The crawler configuration is not valid JSON.')
  }
}
