/**
 * Crawls and their schedules. Glue API reference: StartCrawler, StopCrawler, ListCrawls, GetCrawlerMetrics,
 * StartCrawlerSchedule, StopCrawlerSchedule, UpdateCrawlerSchedule. A crawl goes through its states and fails: this server
 * reads no data stores.
 */

import type { CrawlerHistory } from '@aws-sdk/client-glue'
import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../../kernel/requirement.ts'
import { operation } from '../operation.ts'
import { pageOf } from '../page.ts'
import { crawlFilter } from './crawl-filter.ts'
import { type CrawlerDefinition, type CrawlerProgress, crawlerRunning, cronOf } from './crawler-shape.ts'
import { dbOf, defaultPage, pageOfKind, scopeOf } from './reading.ts'
import { changeRun, insertRun, newRunId, type RunRow, runKey, runsBefore, secondsOf, stepMilliseconds } from './runs.ts'
import {
  changeResource,
  type Db,
  definitionOf,
  progressOf,
  type ResourceRow,
  resourceNamed,
  without,
  write,
} from './stored.ts'

/** The crawler is there; throws where it is busy. */
export async function beginCrawl(db: Db, row: ResourceRow, time: number, trigger: string | null): Promise<void> {
  if (row.state !== 'READY') throw crawlerRunning(row.name)
  const id = newRunId('crawl')
  await insertRun(db, {
    scope: row.scope,
    kind: 'crawl',
    owner: row.name,
    id,
    state: 'RUNNING',
    time,
    definition: {},
    trigger,
    dueAt: time + stepMilliseconds,
  })
  const progress: Partial<CrawlerProgress> = { ...progressOf<CrawlerProgress>(row), crawl: id, startedAt: time }
  await changeResource(db, row, { state: 'RUNNING', progress })
}

export const startCrawler = operation('StartCrawler', {
  authorize: ({ input, arn }) => [requires('glue:StartCrawler', arn.crawler(input.Name))],
  handle: async (call, deps) => {
    await write(deps, scopeOf(call), async (db) => {
      await beginCrawl(db, await resourceNamed(db, scopeOf(call), 'crawler', call.input.Name), call.time, null)
    })
    return {}
  },
})

export const stopCrawler = operation('StopCrawler', {
  authorize: ({ input, arn }) => [requires('glue:StopCrawler', arn.crawler(input.Name))],
  handle: async (call, deps) => {
    const { Name } = call.input
    await write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'crawler', Name)
      if (row.state === 'STOPPING') {
        throw new ServiceFault('CrawlerStoppingException', `Crawler with name ${Name} is stopping.`)
      }
      const { crawl } = progressOf<CrawlerProgress>(row)
      if (row.state === 'READY' || crawl === undefined) {
        throw new ServiceFault('CrawlerNotRunningException', `Crawler with name ${Name} isn't running.`)
      }
      await changeResource(db, row, { state: 'STOPPING' })
      const run = { scope: row.scope, kind: 'crawl', owner: Name, id: crawl } as const
      await changeRun(db, run, { state: 'CANCELLING', updated_at: call.time, due_at: call.time + stepMilliseconds })
    })
    return {}
  },
})

const historyStates: Readonly<Record<string, NonNullable<CrawlerHistory['State']>>> = {
  RUNNING: 'RUNNING',
  FINISHING: 'RUNNING',
  CANCELLING: 'RUNNING',
  CANCELLED: 'STOPPED',
  FAILED: 'FAILED',
}

function historyShape(run: RunRow): CrawlerHistory {
  return {
    CrawlId: run.id,
    State: historyStates[run.state] ?? 'FAILED',
    StartTime: new Date(run.started_at),
    ...(run.completed_at === null ? {} : { EndTime: new Date(run.completed_at) }),
    ...(run.error === null ? {} : { ErrorMessage: run.error }),
    DPUHour: 0,
  }
}

export const listCrawls = operation('ListCrawls', {
  authorize: ({ input, arn }) => [requires('glue:ListCrawls', arn.crawler(input.CrawlerName))],
  handle: async (call, deps) => {
    const { CrawlerName, Filters = [], MaxResults, NextToken } = call.input
    const scope = scopeOf(call)
    await resourceNamed(dbOf(deps), scope, 'crawler', CrawlerName)
    const wanted = crawlFilter(Filters)
    const { rows, NextToken: next } = await pageOf(
      {
        operation: 'ListCrawls',
        scope,
        filter: [CrawlerName, Filters],
        token: NextToken,
        size: MaxResults ?? defaultPage,
      },
      {
        fetch: (after, limit) => runsBefore(dbOf(deps), scope, 'crawl', CrawlerName, after, limit),
        keyOf: runKey,
        keep: (run) => wanted(historyShape(run)),
      },
    )
    return { Crawls: rows.map(historyShape), ...next }
  },
})

export const getCrawlerMetrics = operation('GetCrawlerMetrics', {
  authorize: () => [requires('glue:GetCrawlerMetrics', '*')],
  handle: async (call, deps) => {
    const { CrawlerNameList } = call.input
    const wanted = CrawlerNameList === undefined ? undefined : new Set(CrawlerNameList)
    const { rows, NextToken } = await pageOfKind(call, deps, 'crawler', 'GetCrawlerMetrics', (row) =>
      wanted === undefined ? true : wanted.has(row.name),
    )
    const metrics = []
    for (const { name, scope } of rows) {
      const runs = await runsBefore(dbOf(deps), scope, 'crawl', name, undefined, 100)
      const seconds = runs.filter((run) => run.completed_at !== null).map(secondsOf)
      const sorted = [...seconds].sort((a, b) => a - b)
      metrics.push({
        CrawlerName: name,
        TimeLeftSeconds: 0,
        StillEstimating: false,
        LastRuntimeSeconds: seconds[0] ?? 0,
        MedianRuntimeSeconds: sorted[Math.floor(sorted.length / 2)] ?? 0,
        TablesCreated: 0,
        TablesUpdated: 0,
        TablesDeleted: 0,
      })
    }
    return { CrawlerMetricsList: metrics, ...NextToken }
  },
})

function noSchedule(name: string): ServiceFault {
  return new ServiceFault('NoScheduleException', `There is no schedule for crawler with name ${name}.`)
}

export const startCrawlerSchedule = operation('StartCrawlerSchedule', {
  authorize: () => [requires('glue:StartCrawlerSchedule', '*')],
  handle: async (call, deps) => {
    const { CrawlerName } = call.input
    await write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'crawler', CrawlerName)
      const cron = cronOf(definitionOf<CrawlerDefinition>(row).Schedule)
      if (cron === undefined) throw noSchedule(CrawlerName)
      const progress = progressOf<CrawlerProgress>(row)
      if (progress.scheduled) {
        throw new ServiceFault('SchedulerRunningException', `The schedule of crawler ${CrawlerName} is already on.`)
      }
      const fires_at = cron.next(call.time) ?? null
      await changeResource(db, row, { progress: { ...progress, scheduled: true }, fires_at })
    })
    return {}
  },
})

export const stopCrawlerSchedule = operation('StopCrawlerSchedule', {
  authorize: () => [requires('glue:StopCrawlerSchedule', '*')],
  handle: async (call, deps) => {
    const { CrawlerName } = call.input
    await write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'crawler', CrawlerName)
      const progress = progressOf<CrawlerProgress>(row)
      // The model gives this call no NoScheduleException: without a schedule, none is running.
      if (!progress.scheduled) {
        throw new ServiceFault('SchedulerNotRunningException', `The schedule of crawler ${CrawlerName} is not on.`)
      }
      await changeResource(db, row, { progress: { ...progress, scheduled: false }, fires_at: null })
    })
    return {}
  },
})

export const updateCrawlerSchedule = operation('UpdateCrawlerSchedule', {
  authorize: () => [requires('glue:UpdateCrawlerSchedule', '*')],
  handle: async (call, deps) => {
    const { CrawlerName, Schedule } = call.input
    const cron = cronOf(Schedule)
    await write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'crawler', CrawlerName)
      const definition = definitionOf<CrawlerDefinition>(row)
      await changeResource(db, row, {
        definition: cron === undefined ? without(definition, 'Schedule') : { ...definition, Schedule },
        progress: { ...progressOf<CrawlerProgress>(row), scheduled: cron !== undefined },
        fires_at: cron?.next(call.time) ?? null,
        version: row.version + 1,
        updated_at: call.time,
      })
    })
    return {}
  },
})
