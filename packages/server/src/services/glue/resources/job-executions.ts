/** The job runs that this server executes: claimed in the store, handed to the runner, watched for stops and time-outs. */

import type { GlueDeps } from '../operation.ts'
import { endRun } from './advance.ts'
import type { JobEnd, JobOrder, JobRunner } from './job-runner.ts'
import type { JobRunDefinition } from './job-shape.ts'
import { dbOf } from './reading.ts'
import { changeRun, findRun, type RunRow } from './runs.ts'
import { definitionOf, write } from './stored.ts'

export interface ExecutionOptions {
  readonly deps: Pick<GlueDeps, 'store'>
  readonly runner: JobRunner
  readonly clock: () => number
  readonly onError: (error: unknown) => void
  /** This server's name among those that share the store. */
  readonly server: string
}

interface Execution {
  readonly run: RunRow
  readonly abort: AbortController
  readonly endsBy: number
  leaseUntil: number
  readonly done: Promise<void>
}

const minute = 60_000
/** Glue API reference, Job `Timeout`: 2,880 minutes (48 hours) for batch jobs. */
const defaultTimeout = 2880

export class JobExecutions {
  readonly server: string
  readonly leaseMilliseconds = 30_000
  readonly #options: ExecutionOptions
  readonly #active = new Map<string, Execution>()

  constructor(options: ExecutionOptions) {
    this.#options = options
    this.server = options.server
  }

  /** `run`: claimed for this server, and committed. */
  begin(run: RunRow): void {
    const abort = new AbortController()
    const { shown } = definitionOf<JobRunDefinition>(run)
    const key = `${run.scope} ${run.owner} ${run.id}`
    const endsBy = run.updated_at + (shown.Timeout ?? defaultTimeout) * minute
    const done = this.#execute(run, abort)
      .catch(this.#options.onError)
      .finally(() => this.#active.delete(key))
    this.#active.set(key, { run, abort, endsBy, leaseUntil: run.due_at ?? 0, done })
  }

  /** Ends what was stopped, deleted or has taken too long, and keeps the rest alive. */
  async look(time: number): Promise<void> {
    for (const execution of [...this.#active.values()]) {
      const { run, abort, endsBy, leaseUntil } = execution
      if (abort.signal.aborted) continue
      const now = await findRun(dbOf(this.#options.deps), run)
      if (now?.state !== 'RUNNING' || now.server !== this.server) abort.abort('STOPPED')
      else if (time >= endsBy) abort.abort('TIMEOUT')
      else if (leaseUntil - time < this.leaseMilliseconds / 2) {
        execution.leaseUntil = time + this.leaseMilliseconds
        await write(this.#options.deps, run.scope, async (db) => {
          const row = await findRun(db, run)
          if (row?.state === 'RUNNING') await changeRun(db, run, { due_at: execution.leaseUntil })
        })
      }
    }
  }

  async settled(): Promise<void> {
    await Promise.all([...this.#active.values()].map(({ done }) => done))
  }

  async stop(): Promise<void> {
    for (const { abort } of this.#active.values()) abort.abort('SHUTDOWN')
    await this.settled()
  }

  async #execute(run: RunRow, abort: AbortController): Promise<void> {
    const end = await this.#run(run, abort.signal)
    const reason = abort.signal.aborted ? String(abort.signal.reason) : undefined
    await write(this.#options.deps, run.scope, async (db) => {
      const now = await findRun(db, run)
      // Deleted with its job, or already counted as lost.
      if (now === undefined || now.due_at === null) return
      const time = this.#options.clock()
      if (now.state === 'STOPPING' || reason === 'STOPPED') await endRun(db, now, 'STOPPED', time)
      else if (reason === 'TIMEOUT') await endRun(db, now, 'TIMEOUT', time, 'Job run timed out')
      else if (reason !== undefined) await endRun(db, now, 'FAILED', time, 'this server was stopped')
      else await endRun(db, now, end.state, time, end.state === 'SUCCEEDED' ? undefined : end.message)
    })
  }

  async #run(run: RunRow, signal: AbortSignal): Promise<JobEnd> {
    try {
      return await this.#options.runner.run(orderOf(run), signal)
    } catch (error) {
      this.#options.onError(error)
      return { state: 'ERROR', message: 'the run could not be executed: the server failed' }
    }
  }
}

function orderOf(run: RunRow): JobOrder {
  const { job, shown, attempt, arguments: values } = definitionOf<JobRunDefinition>(run)
  return {
    scope: run.scope,
    jobName: run.owner,
    runId: run.id,
    attempt,
    role: job.Role,
    command: {
      name: job.Command.Name,
      scriptLocation: job.Command.ScriptLocation,
      pythonVersion: job.Command.PythonVersion,
    },
    glueVersion: job.GlueVersion,
    arguments: values,
    sessionPolicy: shown.ExecutionRoleSessionPolicy,
  }
}
