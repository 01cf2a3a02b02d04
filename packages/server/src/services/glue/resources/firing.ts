/**
 * Triggers firing. Glue Developer Guide, "AWS Glue triggers": an on-demand trigger fires when it is started, a scheduled one
 * by its cron, a conditional one when what it watches has ended so; and it watches only what a trigger began.
 */

import { ServiceFault } from '@scopedown/wire'
import { notFound } from '../faults.ts'
import { beginCrawl } from './crawls.ts'
import { type StartInput, startRun } from './job-start.ts'
import type { RunRow } from './runs.ts'
import { changeResource, type Db, definitionOf, findResource, progressOf, type ResourceRow, without } from './stored.ts'
import type { Action, Condition, TriggerDefinition, TriggerProgress } from './trigger-shape.ts'

async function perform(db: Db, trigger: ResourceRow, action: Action, time: number): Promise<void> {
  const [kind, name] = action.JobName === undefined ? ['crawler', action.CrawlerName ?? ''] : ['job', action.JobName]
  const target = await findResource(db, trigger.scope, kind as 'crawler' | 'job', name)
  if (target === undefined) throw notFound(kind === 'job' ? 'Job' : 'Crawler', name)
  if (kind === 'crawler') return beginCrawl(db, target, time, trigger.name)
  const input = without(action, 'JobName', 'CrawlerName') as StartInput
  await startRun(db, target, input, { time, trigger: trigger.name })
}

/** All actions or, where one cannot be done, none: the caller is told why. */
export async function fireOnDemand(db: Db, trigger: ResourceRow, time: number): Promise<void> {
  for (const action of definitionOf<TriggerDefinition>(trigger).Actions) await perform(db, trigger, action, time)
}

/** Nobody is there to be told: what can be started is. */
export async function fire(db: Db, trigger: ResourceRow, time: number): Promise<void> {
  for (const action of definitionOf<TriggerDefinition>(trigger).Actions) {
    try {
      await perform(db, trigger, action, time)
    } catch (error) {
      // Absent, busy or full: thrown before anything of it was written.
      if (!(error instanceof ServiceFault)) throw error
    }
  }
}

/** A run has ended in `state`: conditional triggers that waited for it come a step nearer, or fire. */
export async function ended(db: Db, run: RunRow, state: string, time: number): Promise<void> {
  if (run.trigger_name === null || (run.kind !== 'jobRun' && run.kind !== 'crawl')) return
  const triggers = await db
    .selectFrom('glue_resources')
    .selectAll()
    .where('scope', '=', run.scope)
    .where('kind', '=', 'trigger')
    .where('state', '=', 'ACTIVATED')
    .where('fires_at', 'is', null)
    .orderBy('name')
    .execute()
  for (const trigger of triggers) {
    const { Predicate } = definitionOf<TriggerDefinition>(trigger)
    const conditions = Predicate?.Conditions ?? []
    const now = conditions.flatMap((condition, index) => (matches(condition, run, state) ? [index] : []))
    if (now.length === 0) continue
    const met = new Set([...(progressOf<TriggerProgress>(trigger).met ?? []), ...now])
    const fires = Predicate?.Logical === 'ANY' || met.size === conditions.length
    await changeResource(db, trigger, { progress: { met: fires ? [] : [...met] } satisfies TriggerProgress })
    if (fires) await fire(db, trigger, time)
  }
}

function matches({ JobName, State, CrawlerName, CrawlState }: Condition, run: RunRow, state: string): boolean {
  return run.kind === 'jobRun'
    ? JobName === run.owner && State === state
    : CrawlerName === run.owner && CrawlState === state
}
