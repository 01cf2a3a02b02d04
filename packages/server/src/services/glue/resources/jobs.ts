/** Jobs. Glue API reference: CreateJob, GetJob(s), UpdateJob, DeleteJob, ListJobs, BatchGetJobs, GetJobBookmark, ResetJobBookmark. */

import type { JobBookmarkEntry } from '@aws-sdk/client-glue'
import { requires } from '../../../kernel/requirement.ts'
import { operation } from '../operation.ts'
import { checkedTags } from '../tag-rows.ts'
import { checkJob, type JobDefinition, type JobProgress, jobShape } from './job-shape.ts'
import { nameBounds } from './names.ts'
import { networkContext } from './network-context.ts'
import { dbOf, pageOfKind, readBatch, scopeOf } from './reading.ts'
import { allowedOf, batchGetting, creating } from './requirements.ts'
import { passing } from './role.ts'
import {
  changeResource,
  createResource,
  deleteResource,
  progressOf,
  type ResourceRow,
  resourceNamed,
  without,
  write,
} from './stored.ts'

export const createJob = operation('CreateJob', {
  authorize: async (call, deps) => {
    const { input, arn, caller } = call
    const [create, ...tagging] = creating('glue:CreateJob', arn.job(input.Name), input.Tags)
    const context = await networkContext(scopeOf(call), input.Connections?.Connections, deps)
    return [{ ...create, context }, ...tagging, ...(await passing(input.Role, caller, deps))]
  },
  handle: async (call, deps) => {
    const { input, time } = call
    const definition = without(input, 'Tags', 'Name')
    checkJob(definition)
    const made = { scope: scopeOf(call), kind: 'job', name: input.Name, state: '', time, definition } as const
    await createResource(deps, { ...made, tags: checkedTags(input.Tags) })
    return { Name: input.Name }
  },
})

export const getJob = operation('GetJob', {
  authorize: ({ input, arn }) => [requires('glue:GetJob', arn.job(input.JobName))],
  handle: async (call, deps) => ({
    Job: jobShape(await resourceNamed(dbOf(deps), scopeOf(call), 'job', call.input.JobName)),
  }),
})

export const updateJob = operation('UpdateJob', {
  authorize: async (call, deps) => {
    const { input, arn, caller } = call
    const { Role, Connections } = input.JobUpdate
    const context = await networkContext(scopeOf(call), Connections?.Connections, deps)
    return [requires('glue:UpdateJob', arn.job(input.JobName), { context }), ...(await passing(Role, caller, deps))]
  },
  handle: async (call, deps) => {
    const { JobName, JobUpdate } = call.input
    checkJob(JobUpdate as Partial<JobDefinition>)
    await write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'job', JobName)
      // "Unspecified configuration is removed": the update is the whole new definition.
      await changeResource(db, row, { definition: JobUpdate, version: row.version + 1, updated_at: call.time })
    })
    return { JobName }
  },
})

export const deleteJob = operation('DeleteJob', {
  authorize: ({ input, arn }) => [requires('glue:DeleteJob', arn.job(input.JobName))],
  handle: async (call, deps) => {
    // "If the job definition is not found, no exception is thrown."
    await deleteResource(deps, scopeOf(call), 'job', call.input.JobName)
    return { JobName: call.input.JobName }
  },
})

export const getJobs = operation('GetJobs', {
  authorize: () => [requires('glue:GetJobs', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfKind(call, deps, 'job', 'GetJobs')
    return { Jobs: rows.map(jobShape), ...NextToken }
  },
})

export const listJobs = operation('ListJobs', {
  authorize: () => [requires('glue:ListJobs', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfKind(call, deps, 'job', 'ListJobs')
    return { JobNames: rows.map(({ name }) => name), ...NextToken }
  },
})

export const batchGetJobs = operation('BatchGetJobs', {
  authorize: ({ input, arn }) => batchGetting('glue:BatchGetJobs', input.JobNames, arn.job),
  handle: async (call, deps) => {
    const { JobNames } = call.input
    const allowed = await allowedOf(call, JobNames, 'glue:GetJobs', deps)
    const { found, missing } = await readBatch(dbOf(deps), scopeOf(call), 'job', JobNames, allowed)
    return { Jobs: found.map(jobShape), JobsNotFound: [...missing] }
  },
})

/** No run leaves one behind here, so a job's bookmark stands where it began. */
function bookmarkOf(row: ResourceRow): JobBookmarkEntry {
  const { bookmarkVersion = 0 } = progressOf<JobProgress>(row)
  return { JobName: row.name, Version: bookmarkVersion, Run: 0, Attempt: 0 }
}

export const getJobBookmark = operation('GetJobBookmark', {
  constraints: { JobName: nameBounds },
  authorize: () => [requires('glue:GetJobBookmark', '*')],
  handle: async (call, deps) => ({
    JobBookmarkEntry: bookmarkOf(await resourceNamed(dbOf(deps), scopeOf(call), 'job', call.input.JobName)),
  }),
})

export const resetJobBookmark = operation('ResetJobBookmark', {
  constraints: { JobName: nameBounds },
  authorize: () => [requires('glue:ResetJobBookmark', '*')],
  handle: (call, deps) =>
    write(deps, scopeOf(call), async (db) => {
      const row = await resourceNamed(db, scopeOf(call), 'job', call.input.JobName)
      const bookmarkVersion = (bookmarkOf(row).Version ?? 0) + 1
      await changeResource(db, row, { progress: { bookmarkVersion } satisfies JobProgress })
      return { JobBookmarkEntry: bookmarkOf({ ...row, progress: JSON.stringify({ bookmarkVersion }) }) }
    }),
})
