/** Runs of jobs. Glue API reference: StartJobRun, GetJobRun, GetJobRuns, BatchStopJobRun. All are asked on the job. */

import type { BatchStopJobRunError } from '@aws-sdk/client-glue'
import { requires } from '../../../kernel/requirement.ts'
import { invalidInput, notFound } from '../faults.ts'
import { operation } from '../operation.ts'
import { pageOf } from '../page.ts'
import { checkCapacity, type JobRunDefinition, jobRunShape } from './job-shape.ts'
import { startRun } from './job-start.ts'
import { dbOf, defaultPage, scopeOf } from './reading.ts'
import { changeRun, findRun, runKey, runsBefore } from './runs.ts'
import { type Db, definitionOf, resourceNamed, without, write } from './stored.ts'

export const startJobRun = operation('StartJobRun', {
  authorize: ({ input, arn }) => [requires('glue:StartJobRun', arn.job(input.JobName))],
  handle: async (call, deps) => {
    const { JobName, JobRunId } = call.input
    checkCapacity(call.input)
    const scope = scopeOf(call)
    return write(deps, scope, async (db) => {
      const job = await resourceNamed(db, scope, 'job', JobName)
      const given = without(call.input, 'JobName', 'JobRunId')
      if (JobRunId === undefined) {
        const run = await startRun(db, job, given, { time: call.time })
        return { JobRunId: run.id }
      }
      // "The ID of a previous JobRun to retry."
      const before = await findRun(db, { scope, kind: 'jobRun', owner: JobName, id: JobRunId })
      if (before === undefined) throw notFound('JobRun', JobRunId)
      if (before.due_at !== null) throw invalidInput(`JobRun ${JobRunId} has not ended.`)
      const { attempt, shown } = definitionOf<JobRunDefinition>(before)
      const run = await startRun(
        db,
        job,
        { ...(shown.Arguments === undefined ? {} : { Arguments: shown.Arguments }), ...given },
        { time: call.time, attempt: attempt + 1, previous: JobRunId },
      )
      return { JobRunId: run.id }
    })
  },
})

export const getJobRun = operation('GetJobRun', {
  authorize: ({ input, arn }) => [requires('glue:GetJobRun', arn.job(input.JobName))],
  handle: async (call, deps) => {
    const { JobName, RunId } = call.input
    const scope = scopeOf(call)
    await resourceNamed(dbOf(deps), scope, 'job', JobName)
    const run = await findRun(dbOf(deps), { scope, kind: 'jobRun', owner: JobName, id: RunId })
    if (run === undefined) throw notFound('JobRun', RunId)
    return { JobRun: jobRunShape(run) }
  },
})

export const getJobRuns = operation('GetJobRuns', {
  authorize: ({ input, arn }) => [requires('glue:GetJobRuns', arn.job(input.JobName))],
  handle: async (call, deps) => {
    const { JobName, MaxResults = defaultPage, NextToken: token } = call.input
    const scope = scopeOf(call)
    await resourceNamed(dbOf(deps), scope, 'job', JobName)
    const { rows, NextToken } = await pageOf(
      { operation: 'GetJobRuns', scope, filter: JobName, token, size: MaxResults },
      {
        fetch: (after, limit) => runsBefore(dbOf(deps), scope, 'jobRun', JobName, after, limit),
        keyOf: runKey,
      },
    )
    return { JobRuns: rows.map(jobRunShape), ...NextToken }
  },
})

const stoppable = new Set(['STARTING', 'RUNNING', 'WAITING'])

/** Undefined: it is stopping now. */
async function stopRun(
  db: Db,
  key: { readonly scope: string; readonly owner: string; readonly id: string },
  time: number,
): Promise<readonly [code: string, message: string] | undefined> {
  const run = await findRun(db, { ...key, kind: 'jobRun' })
  if (run === undefined) return ['EntityNotFoundException', `JobRun ${key.id} not found.`]
  if (run.state === 'STOPPING') return undefined
  if (!stoppable.has(run.state)) return ['InvalidInputException', `JobRun ${key.id} is in state ${run.state}.`]
  await changeRun(db, run, { state: 'STOPPING', updated_at: time, due_at: time })
  return undefined
}

export const batchStopJobRun = operation('BatchStopJobRun', {
  authorize: ({ input, arn }) => [requires('glue:BatchStopJobRun', arn.job(input.JobName))],
  handle: async (call, deps) => {
    const { JobName, JobRunIds } = call.input
    const scope = scopeOf(call)
    return write(deps, scope, async (db) => {
      const stopped: { JobName: string; JobRunId: string }[] = []
      const failed: BatchStopJobRunError[] = []
      for (const JobRunId of new Set(JobRunIds)) {
        const error = await stopRun(db, { scope, owner: JobName, id: JobRunId }, call.time)
        if (error === undefined) stopped.push({ JobName, JobRunId })
        else failed.push({ JobName, JobRunId, ErrorDetail: { ErrorCode: error[0], ErrorMessage: error[1] } })
      }
      return { SuccessfulSubmissions: stopped, Errors: failed }
    })
  },
})
