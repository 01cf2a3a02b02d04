/** Crawlers. Glue API reference: CreateCrawler, GetCrawler(s), UpdateCrawler, DeleteCrawler, ListCrawlers, BatchGetCrawlers. */

import { requires } from '../../../kernel/requirement.ts'
import { notFound } from '../faults.ts'
import { operation } from '../operation.ts'
import { checkedTags } from '../tag-rows.ts'
import {
  type CrawlerDefinition,
  type CrawlerProgress,
  checkCrawler,
  crawlerRunning,
  crawlerShape,
  cronOf,
} from './crawler-shape.ts'
import { dbOf, pageOfKind, readBatch, scopeOf } from './reading.ts'
import { allowedOf, batchGetting, creating } from './requirements.ts'
import { checkRole, passing } from './role.ts'
import {
  changeResource,
  createResource,
  definitionOf,
  deleteResource,
  progressOf,
  resourceNamed,
  without,
  write,
} from './stored.ts'

export const createCrawler = operation('CreateCrawler', {
  authorize: async ({ input, arn, caller }, deps) => [
    ...creating('glue:CreateCrawler', arn.crawler(input.Name), input.Tags),
    ...(await passing(input.Role, caller, deps)),
  ],
  handle: async (call, deps) => {
    const { input, caller, time } = call
    await checkRole(input.Role, caller, deps)
    checkCrawler(input)
    const cron = cronOf(input.Schedule)
    const definition = without(input, 'Tags', 'Name')
    await createResource(deps, {
      scope: scopeOf(call),
      kind: 'crawler',
      name: input.Name,
      state: 'READY',
      time,
      definition: cron === undefined ? without(definition, 'Schedule') : definition,
      firesAt: cron?.next(time),
      progress: { scheduled: cron !== undefined } satisfies CrawlerProgress,
      tags: checkedTags(input.Tags),
    })
    return {}
  },
})

export const getCrawler = operation('GetCrawler', {
  authorize: ({ input, arn }) => [requires('glue:GetCrawler', arn.crawler(input.Name))],
  handle: async (call, deps) => {
    const row = await resourceNamed(dbOf(deps), scopeOf(call), 'crawler', call.input.Name)
    return { Crawler: crawlerShape(row, call.time) }
  },
})

export const updateCrawler = operation('UpdateCrawler', {
  authorize: async ({ input, arn, caller }, deps) => [
    requires('glue:UpdateCrawler', arn.crawler(input.Name)),
    ...(await passing(input.Role, caller, deps)),
  ],
  handle: async (call, deps) => {
    const { input, caller, time } = call
    await checkRole(input.Role, caller, deps)
    checkCrawler(input)
    const cron = cronOf(input.Schedule)
    await write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'crawler', input.Name)
      if (row.state !== 'READY') throw crawlerRunning(input.Name)
      const changed = without(input, 'Name') as Partial<CrawlerDefinition>
      const definition = { ...definitionOf<CrawlerDefinition>(row), ...changed }
      const rescheduled = input.Schedule !== undefined
      await changeResource(db, row, {
        definition: rescheduled && cron === undefined ? without(definition, 'Schedule') : definition,
        version: row.version + 1,
        updated_at: time,
        ...(rescheduled
          ? {
              fires_at: cron?.next(time) ?? null,
              progress: { ...progressOf<CrawlerProgress>(row), scheduled: cron !== undefined },
            }
          : {}),
      })
    })
    return {}
  },
})

export const deleteCrawler = operation('DeleteCrawler', {
  authorize: ({ input, arn }) => [requires('glue:DeleteCrawler', arn.crawler(input.Name))],
  handle: async (call, deps) => {
    const { Name } = call.input
    const deleted = await deleteResource(deps, scopeOf(call), 'crawler', Name, (row) => {
      if (row.state !== 'READY') throw crawlerRunning(Name)
    })
    if (!deleted) throw notFound('Crawler', Name)
    return {}
  },
})

export const getCrawlers = operation('GetCrawlers', {
  authorize: () => [requires('glue:GetCrawlers', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfKind(call, deps, 'crawler', 'GetCrawlers')
    return { Crawlers: rows.map((row) => crawlerShape(row, call.time)), ...NextToken }
  },
})

export const listCrawlers = operation('ListCrawlers', {
  authorize: () => [requires('glue:ListCrawlers', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfKind(call, deps, 'crawler', 'ListCrawlers')
    return { CrawlerNames: rows.map(({ name }) => name), ...NextToken }
  },
})

export const batchGetCrawlers = operation('BatchGetCrawlers', {
  authorize: ({ input, arn }) => batchGetting('glue:BatchGetCrawlers', input.CrawlerNames, arn.crawler),
  handle: async (call, deps) => {
    const { CrawlerNames } = call.input
    const allowed = await allowedOf(call, CrawlerNames, 'glue:GetCrawlers', deps)
    const { found, missing } = await readBatch(dbOf(deps), scopeOf(call), 'crawler', CrawlerNames, allowed)
    return { Crawlers: found.map((row) => crawlerShape(row, call.time)), CrawlersNotFound: [...missing] }
  },
})
