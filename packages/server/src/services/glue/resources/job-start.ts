/**
 * Starting a job run: for a caller, for a trigger, or again after a failure. Glue API reference, StartJobRun; above
 * `MaxConcurrentRuns` a run waits where queuing is on and is refused where it is not.
 */

import { ServiceFault } from '@scopedown/wire'
import type { GlueInput } from '../operation.ts'
import type { JobDefinition, JobRunDefinition } from './job-shape.ts'
import { activeRuns, insertRun, newRunId, type RunRow } from './runs.ts'
import { type Db, definitionOf, type ResourceRow } from './stored.ts'

export type StartInput = Omit<GlueInput<'StartJobRun'>, 'JobName' | 'JobRunId'>

export interface Start {
  readonly time: number
  readonly trigger?: string | null
  readonly attempt?: number
  readonly previous?: string
  /** Of a run that is tried again: it waits for its turn in any case. */
  readonly id?: string
}

/** What a run shows of its job where it was not started with something else. */
const inherited = [
  'AllocatedCapacity',
  'MaxCapacity',
  'WorkerType',
  'NumberOfWorkers',
  'Timeout',
  'SecurityConfiguration',
  'NotificationProperty',
  'ExecutionClass',
  'GlueVersion',
  'JobMode',
  'JobRunQueuingEnabled',
  'MaintenanceWindow',
] as const

const defaultConcurrentRuns = 1

export async function isFull(db: Db, job: ResourceRow): Promise<boolean> {
  const { ExecutionProperty } = definitionOf<JobDefinition>(job)
  const active = await activeRuns(db, job.scope, 'jobRun', job.name)
  return active >= (ExecutionProperty?.MaxConcurrentRuns ?? defaultConcurrentRuns)
}

export async function startRun(db: Db, job: ResourceRow, input: StartInput, start: Start): Promise<RunRow> {
  const definition = definitionOf<JobDefinition>(job)
  const queuing = input.JobRunQueuingEnabled ?? definition.JobRunQueuingEnabled ?? start.id !== undefined
  const full = await isFull(db, job)
  if (full && !queuing) {
    throw new ServiceFault('ConcurrentRunsExceededException', `Concurrent runs exceeded for ${job.name}`)
  }
  return insertRun(db, {
    scope: job.scope,
    kind: 'jobRun',
    owner: job.name,
    id: start.id ?? newRunId('jobRun'),
    state: full ? 'WAITING' : 'STARTING',
    time: start.time,
    trigger: start.trigger ?? null,
    definition: runDefinition(definition, input, start),
  })
}

function runDefinition(job: JobDefinition, input: StartInput, start: Start): JobRunDefinition {
  const settings = Object.fromEntries(
    inherited.filter((key) => job[key] !== undefined).map((key) => [key, job[key]]),
  ) as JobRunDefinition['shown']
  return {
    shown: { ...settings, ...(input as JobRunDefinition['shown']) },
    attempt: start.attempt ?? 0,
    ...(start.previous === undefined ? {} : { previous: start.previous }),
    job,
    arguments: { ...job.DefaultArguments, ...input.Arguments, ...job.NonOverridableArguments },
  }
}

/** The next attempt of a run that failed, under the id that Glue gives it. */
export function retryOf(db: Db, job: ResourceRow, run: RunRow, time: number): Promise<RunRow> {
  const { shown, attempt } = definitionOf<JobRunDefinition>(run)
  const base = run.id.replace(/_attempt_\d+$/, '')
  return startRun(db, job, shown as StartInput, {
    time,
    trigger: run.trigger_name,
    attempt: attempt + 1,
    previous: run.id,
    id: `${base}_attempt_${attempt + 1}`,
  })
}
