/**
 * Task runs of ML transforms. Glue API reference: StartMLEvaluationTaskRun, StartMLLabelingSetGenerationTaskRun,
 * StartImportLabelsTaskRun, StartExportLabelsTaskRun, GetMLTaskRun(s), CancelMLTaskRun. A task goes through its states and
 * fails: this server trains nothing.
 */

import type { TaskRun, TaskRunFilterCriteria, TaskRunProperties } from '@aws-sdk/client-glue'
import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../../kernel/requirement.ts'
import { invalidInput, notFound } from '../faults.ts'
import { type GlueDeps, operation } from '../operation.ts'
import { pageOf } from '../page.ts'
import { dbOf, defaultPage, scopeOf } from './reading.ts'
import {
  changeRun,
  findRun,
  insertRun,
  newRunId,
  openRuns,
  type RunRow,
  runsBefore,
  secondsOf,
  stepMilliseconds,
} from './runs.ts'
import { definitionOf, resourceNamed, write } from './stored.ts'
import { positionIn } from './transform-order.ts'

function shape(run: RunRow): TaskRun {
  return {
    TransformId: run.owner,
    TaskRunId: run.id,
    Status: run.state as NonNullable<TaskRun['Status']>,
    Properties: definitionOf<TaskRunProperties>(run),
    ...(run.error === null ? {} : { ErrorString: run.error }),
    StartedOn: new Date(run.started_at),
    LastModifiedOn: new Date(run.updated_at),
    ...(run.completed_at === null ? {} : { CompletedOn: new Date(run.completed_at) }),
    ExecutionTime: secondsOf(run),
  }
}

interface Task {
  readonly scope: string
  readonly transform: string
  readonly time: number
  readonly properties: TaskRunProperties
  readonly needsReady?: boolean
}

function start(deps: GlueDeps, { scope, transform, time, properties, needsReady }: Task) {
  return write(deps, scope, async (db) => {
    const row = await resourceNamed(db, scope, 'mlTransform', transform)
    if (needsReady === true && row.state !== 'READY') {
      throw new ServiceFault('MLTransformNotReadyException', `MLTransform ${transform} is not ready.`)
    }
    const open = await openRuns(db, scope, 'mlTask', transform)
    const same = open.some((run) => definitionOf<TaskRunProperties>(run).TaskType === properties.TaskType)
    if (same) {
      const code = concurrencyFaults[properties.TaskType ?? ''] ?? 'ConcurrentRunsExceededException'
      throw new ServiceFault(code, `A task of this kind is already running for MLTransform ${transform}.`)
    }
    const id = newRunId('mlTask')
    const run = { scope, kind: 'mlTask', owner: transform, id, state: 'STARTING', time } as const
    await insertRun(db, { ...run, definition: properties, dueAt: time + stepMilliseconds })
    return { TaskRunId: id }
  })
}

/** Not every start has ConcurrentRunsExceededException in the model. */
const concurrencyFaults: Readonly<Record<string, string>> = {
  IMPORT_LABELS: 'ResourceNumberLimitExceededException',
  EXPORT_LABELS: 'InvalidInputException',
}

function checkedPath(path: string): string {
  if (!/^s3:\/\/[^/]+/.test(path)) throw invalidInput(`${path.slice(0, 256)} is not a path in Amazon S3.`)
  return path
}

export const startMLEvaluationTaskRun = operation('StartMLEvaluationTaskRun', {
  authorize: ({ input, arn }) => [requires('glue:StartMLEvaluationTaskRun', arn.mlTransform(input.TransformId))],
  handle: (call, deps) => {
    const properties = { TaskType: 'EVALUATION' } as const
    const { TransformId: transform } = call.input
    return start(deps, { scope: scopeOf(call), transform, time: call.time, properties, needsReady: true })
  },
})

export const startMLLabelingSetGenerationTaskRun = operation('StartMLLabelingSetGenerationTaskRun', {
  authorize: ({ input, arn }) => [
    requires('glue:StartMLLabelingSetGenerationTaskRun', arn.mlTransform(input.TransformId)),
  ],
  handle: (call, deps) => {
    const { TransformId: transform, OutputS3Path } = call.input
    const own = { LabelingSetGenerationTaskRunProperties: { OutputS3Path: checkedPath(OutputS3Path) } }
    const properties = { TaskType: 'LABELING_SET_GENERATION', ...own } as const
    return start(deps, { scope: scopeOf(call), transform, time: call.time, properties })
  },
})

export const startImportLabelsTaskRun = operation('StartImportLabelsTaskRun', {
  authorize: ({ input, arn }) => [requires('glue:StartImportLabelsTaskRun', arn.mlTransform(input.TransformId))],
  handle: (call, deps) => {
    const { TransformId: transform, InputS3Path, ReplaceAllLabels } = call.input
    const own = { InputS3Path: checkedPath(InputS3Path), Replace: ReplaceAllLabels ?? false }
    const properties = { TaskType: 'IMPORT_LABELS', ImportLabelsTaskRunProperties: own } as const
    return start(deps, { scope: scopeOf(call), transform, time: call.time, properties })
  },
})

export const startExportLabelsTaskRun = operation('StartExportLabelsTaskRun', {
  authorize: ({ input, arn }) => [requires('glue:StartExportLabelsTaskRun', arn.mlTransform(input.TransformId))],
  handle: (call, deps) => {
    const { TransformId: transform, OutputS3Path } = call.input
    const own = { OutputS3Path: checkedPath(OutputS3Path) }
    const properties = { TaskType: 'EXPORT_LABELS', ExportLabelsTaskRunProperties: own } as const
    return start(deps, { scope: scopeOf(call), transform, time: call.time, properties })
  },
})

export const getMLTaskRun = operation('GetMLTaskRun', {
  authorize: ({ input, arn }) => [requires('glue:GetMLTaskRun', arn.mlTransform(input.TransformId))],
  handle: async (call, deps) => {
    const { TransformId, TaskRunId } = call.input
    const scope = scopeOf(call)
    await resourceNamed(dbOf(deps), scope, 'mlTransform', TransformId)
    const run = await findRun(dbOf(deps), { scope, kind: 'mlTask', owner: TransformId, id: TaskRunId })
    if (run === undefined) throw notFound('MLTaskRun', TaskRunId)
    return shape(run)
  },
})

/** What is read of a transform's task runs, the newest first. */
const mostRuns = 10_000

const columns: Readonly<Record<string, (run: TaskRun) => string>> = {
  TASK_RUN_TYPE: (run) => run.Properties?.TaskType ?? '',
  STATUS: (run) => run.Status ?? '',
  STARTED: (run) => run.StartedOn?.toISOString() ?? '',
}

function taskFilter(filter: TaskRunFilterCriteria = {}): (run: TaskRun) => boolean {
  const { TaskRunType, Status, StartedBefore, StartedAfter } = filter
  return ({ Properties, Status: own, StartedOn = new Date(0) }) =>
    (TaskRunType === undefined || Properties?.TaskType === TaskRunType) &&
    (Status === undefined || own === Status) &&
    (StartedBefore === undefined || StartedOn < StartedBefore) &&
    (StartedAfter === undefined || StartedOn > StartedAfter)
}

export const getMLTaskRuns = operation('GetMLTaskRuns', {
  authorize: ({ input, arn }) => [requires('glue:GetMLTaskRuns', arn.mlTransform(input.TransformId))],
  handle: async (call, deps) => {
    const { TransformId, Filter, Sort, MaxResults = defaultPage, NextToken: token } = call.input
    const scope = scopeOf(call)
    await resourceNamed(dbOf(deps), scope, 'mlTransform', TransformId)
    const wanted = taskFilter(Filter)
    const column = columns[Sort?.Column ?? 'STARTED'] ?? (() => '')
    const direction = Sort?.SortDirection ?? 'DESCENDING'
    const keyOf = (run: TaskRun) => `${column(run)}\u0001${run.TaskRunId ?? ''}`
    const { rows, NextToken } = await pageOf(
      { operation: 'GetMLTaskRuns', scope, filter: [TransformId, Filter, Sort], token, size: MaxResults },
      {
        fetch: async (after, limit) => {
          const runs = await runsBefore(dbOf(deps), scope, 'mlTask', TransformId, undefined, mostRuns)
          return positionIn(runs.map(shape).filter(wanted), keyOf, direction, after).slice(0, limit)
        },
        keyOf,
      },
    )
    return { TaskRuns: rows, ...NextToken }
  },
})

export const cancelMLTaskRun = operation('CancelMLTaskRun', {
  authorize: ({ input, arn }) => [requires('glue:CancelMLTaskRun', arn.mlTransform(input.TransformId))],
  handle: (call, deps) => {
    const { TransformId, TaskRunId } = call.input
    const scope = scopeOf(call)
    return write(deps, scope, async (db) => {
      await resourceNamed(db, scope, 'mlTransform', TransformId)
      const run = await findRun(db, { scope, kind: 'mlTask', owner: TransformId, id: TaskRunId })
      if (run === undefined) throw notFound('MLTaskRun', TaskRunId)
      const open = run.state === 'STARTING' || run.state === 'RUNNING'
      if (open) {
        const due_at = call.time + stepMilliseconds
        await changeRun(db, run, { state: 'STOPPING', updated_at: call.time, due_at })
      }
      const Status = (open ? 'STOPPING' : run.state) as NonNullable<TaskRun['Status']>
      return { TransformId, TaskRunId, Status }
    })
  },
})
