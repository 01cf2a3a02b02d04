/** A job and its runs as stored, and as the API shows them. Glue API reference, `Job`, `JobRun`. */

import type { Job, JobRun } from '@aws-sdk/client-glue'
import { invalidInput } from '../faults.ts'
import type { GlueInput } from '../operation.ts'
import { type RunRow, secondsOf } from './runs.ts'
import { definitionOf, type ResourceRow } from './stored.ts'

export type JobDefinition = Omit<GlueInput<'CreateJob'>, 'Tags' | 'Name'>

export interface JobProgress {
  /** How often the bookmark was put back. */
  readonly bookmarkVersion?: number
}

/** What a run was started with, its job's settings filled in. */
export interface JobRunDefinition {
  readonly shown: Partial<JobRun>
  readonly attempt: number
  readonly previous?: string
  /** The job as it was when the run was started. */
  readonly job: JobDefinition
  /** All arguments: the job's, the run's, and those that a run cannot override. */
  readonly arguments: Readonly<Record<string, string>>
}

/** No optional member that was not sent: Terraform would plan a change. */
export function jobShape(row: ResourceRow): Job {
  return {
    ...definitionOf<JobDefinition>(row),
    Name: row.name,
    CreatedOn: new Date(row.created_at),
    LastModifiedOn: new Date(row.updated_at),
  }
}

export function jobRunShape(run: RunRow): JobRun {
  const { shown, attempt, previous } = definitionOf<JobRunDefinition>(run)
  return {
    ...shown,
    Id: run.id,
    Attempt: attempt,
    ...(previous === undefined ? {} : { PreviousRunId: previous }),
    ...(run.trigger_name === null ? {} : { TriggerName: run.trigger_name }),
    JobName: run.owner,
    StartedOn: new Date(run.started_at),
    LastModifiedOn: new Date(run.updated_at),
    ...(run.completed_at === null ? {} : { CompletedOn: new Date(run.completed_at) }),
    JobRunState: run.state as NonNullable<JobRun['JobRunState']>,
    ...(run.error === null ? {} : { ErrorMessage: run.error }),
    PredecessorRuns: [],
    ExecutionTime: secondsOf(run),
  }
}

interface Capacity {
  readonly AllocatedCapacity?: number | undefined
  readonly MaxCapacity?: number | undefined
  readonly WorkerType?: string | undefined
  readonly NumberOfWorkers?: number | undefined
}

/** Glue API reference, CreateJob: "Do not set MaxCapacity if using WorkerType and NumberOfWorkers." */
export function checkCapacity({ MaxCapacity, WorkerType, NumberOfWorkers }: Capacity): void {
  if (MaxCapacity !== undefined && (WorkerType !== undefined || NumberOfWorkers !== undefined)) {
    throw invalidInput('Please do not set Max Capacity if using Worker Type and Number of Workers.')
  }
  if (MaxCapacity !== undefined && !(MaxCapacity > 0)) throw invalidInput('Max Capacity must be greater than 0.')
  if (NumberOfWorkers !== undefined && NumberOfWorkers < 1) {
    throw invalidInput('Number of Workers must be at least 1.')
  }
}

const commandNames = ['glueetl', 'gluestreaming', 'pythonshell', 'glueray']

export function checkJob(job: Partial<JobDefinition>): void {
  if (job.Role === undefined || job.Role === '') throw invalidInput('Role should not be null or empty.')
  if (job.Command === undefined) throw invalidInput('Command should not be null.')
  const { Name } = job.Command
  if (Name !== undefined && !commandNames.includes(Name)) {
    throw invalidInput(`Command name ${Name.slice(0, 64)} is none of ${commandNames.join(', ')}.`)
  }
  checkCapacity(job)
  const runs = job.ExecutionProperty?.MaxConcurrentRuns
  if (runs !== undefined && runs < 1) throw invalidInput('MaxConcurrentRuns must be at least 1.')
  if (job.MaxRetries !== undefined && (job.MaxRetries < 0 || job.MaxRetries > 10)) {
    throw invalidInput('MaxRetries must be from 0 to 10.')
  }
}
