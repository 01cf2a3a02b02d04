/** The next state of a run whose time has come. Glue API reference: `Crawler.State`, `JobRunState`, `TaskStatusType`. */

import { type CrawlerProgress, noCrawls } from './crawler-shape.ts'
import { ended } from './firing.ts'
import type { JobRunDefinition } from './job-shape.ts'
import { isFull, retryOf } from './job-start.ts'
import { changeRun, type RunRow, stepMilliseconds } from './runs.ts'
import { changeResource, type Db, definitionOf, findResource, progressOf, without } from './stored.ts'

export const noTasks = 'ML tasks are not executed by this server: no labels were read or written'
const abandoned = 'the server that executed this run stopped before the run had ended'

/** What an execution of this server claims a run with. */
export interface Claim {
  readonly server: string
  /** Until when the run counts as alive, unless the claim is renewed. */
  readonly leaseMilliseconds: number
}

/** A job run that was claimed and is to be handed to the runner after the commit; undefined for all else. */
export async function advanceRun(db: Db, run: RunRow, time: number, claim: Claim): Promise<RunRow | undefined> {
  if (run.kind === 'crawl') await advanceCrawl(db, run, time)
  else if (run.kind === 'mlTask') await advanceTask(db, run, time)
  else return advanceJobRun(db, run, time, claim)
  return undefined
}

async function advanceCrawl(db: Db, run: RunRow, time: number): Promise<void> {
  const crawler = await findResource(db, run.scope, 'crawler', run.owner)
  if (crawler === undefined) return endRun(db, run, 'FAILED', time, noCrawls)
  if (run.state === 'RUNNING') {
    await changeResource(db, crawler, { state: 'STOPPING' })
    await changeRun(db, run, { state: 'FINISHING', updated_at: time, due_at: time + stepMilliseconds })
    return
  }
  const status = run.state === 'CANCELLING' ? 'CANCELLED' : 'FAILED'
  const error = status === 'CANCELLED' ? undefined : noCrawls
  const last = { status, startedAt: run.started_at, ...(error === undefined ? {} : { error }) } as const
  const progress = { ...without(progressOf<CrawlerProgress>(crawler), 'crawl', 'startedAt'), last }
  await changeResource(db, crawler, { state: 'READY', progress })
  await endRun(db, run, status, time, error)
}

async function advanceTask(db: Db, run: RunRow, time: number): Promise<void> {
  if (run.state === 'STARTING') {
    await changeRun(db, run, { state: 'RUNNING', updated_at: time, due_at: time + stepMilliseconds })
  } else if (run.state === 'STOPPING') await endRun(db, run, 'STOPPED', time)
  else await endRun(db, run, 'FAILED', time, noTasks)
}

async function advanceJobRun(db: Db, run: RunRow, time: number, claim: Claim): Promise<RunRow | undefined> {
  const job = await findResource(db, run.scope, 'job', run.owner)
  if (run.state === 'WAITING') {
    if (job === undefined || (await isFull(db, job))) {
      await changeRun(db, run, { due_at: time + stepMilliseconds })
      return undefined
    }
    await changeRun(db, run, { state: 'STARTING', updated_at: time })
    return undefined
  }
  if (run.state === 'STARTING') {
    const claimed = { state: 'RUNNING', updated_at: time, due_at: time + claim.leaseMilliseconds, server: claim.server }
    await changeRun(db, run, claimed)
    return { ...run, ...claimed }
  }
  if (run.state === 'STOPPING') {
    // Where it runs, its server ends it; it has as long as a lease to do so.
    if (run.server === null || time >= run.updated_at + claim.leaseMilliseconds) await endRun(db, run, 'STOPPED', time)
    else await changeRun(db, run, { due_at: time + stepMilliseconds })
    return undefined
  }
  await endRun(db, run, 'FAILED', time, abandoned)
  return undefined
}

/** The end of a run, and what follows from it: another attempt of a job that failed, or triggers. */
export async function endRun(db: Db, run: RunRow, state: string, time: number, error?: string): Promise<void> {
  await changeRun(db, run, { state, updated_at: time, completed_at: time, due_at: null, error: error ?? null })
  if (run.kind === 'jobRun' && state === 'FAILED' && (await tryAgain(db, run, time))) return
  await ended(db, run, state, time)
}

async function tryAgain(db: Db, run: RunRow, time: number): Promise<boolean> {
  const { attempt, job } = definitionOf<JobRunDefinition>(run)
  const row = await findResource(db, run.scope, 'job', run.owner)
  const retries = job.MaxRetries ?? 0
  if (row === undefined || attempt >= retries) return false
  await retryOf(db, row, run, time)
  return true
}
