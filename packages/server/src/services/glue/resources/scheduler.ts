/**
 * The clock of Glue's resources: schedules fire, runs move from state to state, job runs are handed to the runner. Several
 * servers may share a store: whatever is due is looked at again inside a transaction of its account, so that only one acts.
 */

import { randomUUID } from 'node:crypto'
import type { GlueDeps } from '../operation.ts'
import { advanceRun } from './advance.ts'
import type { CrawlerDefinition } from './crawler-shape.ts'
import { cronOf } from './crawler-shape.ts'
import { beginCrawl } from './crawls.ts'
import { fire } from './firing.ts'
import { JobExecutions } from './job-executions.ts'
import { type JobRunner, noJobRunner } from './job-runner.ts'
import { dbOf } from './reading.ts'
import { findRun } from './runs.ts'
import { changeResource, type Db, definitionOf, findResource, type ResourceRow, write } from './stored.ts'

export interface SchedulerOptions {
  readonly deps: Pick<GlueDeps, 'store'>
  /** Default: every run fails and says that none is configured. */
  readonly runner?: JobRunner
  /** Milliseconds since 1970. */
  readonly clock: () => number
  readonly onError: (error: unknown) => void
}

const tickMilliseconds = 250
/** Looked at in one go; the rest waits for the next. */
const batch = 200
const postponedMilliseconds = 60_000

export class Scheduler {
  readonly #deps: Pick<GlueDeps, 'store'>
  readonly #clock: () => number
  readonly #onError: (error: unknown) => void
  readonly #executions: JobExecutions
  readonly #postponed = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #ticking: Promise<void> | undefined

  constructor({ deps, runner = noJobRunner, clock, onError }: SchedulerOptions) {
    this.#deps = deps
    this.#clock = clock
    this.#onError = onError
    this.#executions = new JobExecutions({ deps, runner, clock, onError, server: randomUUID() })
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), tickMilliseconds)
    this.#timer.unref()
  }

  /** Ends what this server executes; other servers, or the next start, record those runs as failed. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#ticking
    await this.#executions.stop()
  }

  /** Does all that is due now. One at a time. */
  tick(): Promise<void> {
    this.#ticking ??= this.#tick()
      .catch(this.#onError)
      .finally(() => {
        this.#ticking = undefined
      })
    return this.#ticking
  }

  /** Until the runner's work so far is recorded: for tests. */
  settled(): Promise<void> {
    return this.#executions.settled()
  }

  async #tick(): Promise<void> {
    const time = this.#clock()
    await this.#fireSchedules(time)
    await this.#executions.look(time)
    await this.#advanceRuns(time)
  }

  async #fireSchedules(time: number): Promise<void> {
    const due = await dbOf(this.#deps)
      .selectFrom('glue_resources')
      .select(['scope', 'kind', 'name'])
      .where('fires_at', '<=', time)
      .orderBy('fires_at')
      .limit(batch)
      .execute()
    for (const { scope, kind, name } of due) {
      await this.#apart(`${scope} ${kind} ${name}`, time, () =>
        write(this.#deps, scope, async (db) => {
          const row = await findResource(db, scope, kind, name)
          // Another server was first, or its schedule was changed.
          if (row === undefined || row.fires_at === null || row.fires_at > time) return
          await fireSchedule(db, row, time)
        }),
      )
    }
  }

  async #advanceRuns(time: number): Promise<void> {
    const due = await dbOf(this.#deps)
      .selectFrom('glue_runs')
      .select(['scope', 'kind', 'owner', 'id'])
      .where('due_at', '<=', time)
      .orderBy('due_at')
      .limit(batch)
      .execute()
    for (const key of due) {
      await this.#apart(`${key.scope} ${key.kind} ${key.owner} ${key.id}`, time, async () => {
        const begun = await write(this.#deps, key.scope, async (db) => {
          const run = await findRun(db, key)
          if (run === undefined || run.due_at === null || run.due_at > time) return undefined
          return advanceRun(db, run, time, this.#executions)
        })
        if (begun !== undefined) this.#executions.begin(begun)
      })
    }
  }

  /** What cannot be done is told, left for a minute, and does not keep the rest from being done. */
  async #apart(name: string, time: number, work: () => Promise<void>): Promise<void> {
    if (time < (this.#postponed.get(name) ?? 0)) return
    try {
      await work()
      this.#postponed.delete(name)
    } catch (error) {
      this.#postponed.set(name, time + postponedMilliseconds)
      this.#onError(error)
    }
  }
}

/** However long it is overdue it fires once, and then at the next of its times. */
async function fireSchedule(db: Db, row: ResourceRow, time: number): Promise<void> {
  const { Schedule } = definitionOf<CrawlerDefinition>(row)
  await changeResource(db, row, { fires_at: cronOf(Schedule)?.next(time) ?? null })
  if (row.kind === 'trigger') return fire(db, row, time)
  // A crawl that is still under way lets this time pass.
  if (row.kind === 'crawler' && row.state === 'READY') await beginCrawl(db, row, time, null)
}
