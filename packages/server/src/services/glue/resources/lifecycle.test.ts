/** State machines through the wire. Glue API reference: the exceptions of each operation. */

import {
  BatchStopJobRunCommand,
  CancelMLTaskRunCommand,
  CreateCrawlerCommand,
  CreateJobCommand,
  CreateMLTransformCommand,
  type CreateMLTransformCommandInput,
  CreateTriggerCommand,
  DeleteCrawlerCommand,
  GetCrawlerCommand,
  GetCrawlerMetricsCommand,
  GetJobBookmarkCommand,
  GetJobRunCommand,
  GetJobRunsCommand,
  GetMLTaskRunCommand,
  GetMLTaskRunsCommand,
  GetMLTransformCommand,
  GetMLTransformsCommand,
  GetTriggerCommand,
  ListCrawlersCommand,
  ListCrawlsCommand,
  ListMLTransformsCommand,
  ResetJobBookmarkCommand,
  StartCrawlerCommand,
  StartCrawlerScheduleCommand,
  StartExportLabelsTaskRunCommand,
  StartJobRunCommand,
  StartMLEvaluationTaskRunCommand,
  StartTriggerCommand,
  StopCrawlerCommand,
  StopCrawlerScheduleCommand,
  StopTriggerCommand,
  UpdateCrawlerCommand,
  UpdateCrawlerScheduleCommand,
  UpdateMLTransformCommand,
  UpdateTriggerCommand,
} from '@aws-sdk/client-glue'
import { CreateRoleCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import { Scheduler } from './scheduler.ts'

let server: GlueServer
const Role = 'etl'
const fails = (name: string, message: unknown = expect.any(String)) => ({ name, message })

/** Time stands still unless a test lets some pass: the server's clock is this process's. */
const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)
const soon = { timeout: 10_000 }

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  server = await startGlueServer()
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  }
  await server
    .iam(server.administrator)
    .send(new CreateRoleCommand({ RoleName: Role, AssumeRolePolicyDocument: JSON.stringify(trust) }))
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
  vi.useRealTimers()
})

const Targets = { S3Targets: [{ Path: 's3://bucket/data' }] }
const crawler = (Name: string, more: object = {}) =>
  server.glue.send(new CreateCrawlerCommand({ Name, Role, Targets, ...more }))

describe('a crawler', () => {
  const Name = 'crawler'
  const get = async () => (await server.glue.send(new GetCrawlerCommand({ Name }))).Crawler

  it('runs, refuses what cannot be done meanwhile, and ends FAILED with the reason', async () => {
    await crawler(Name)
    await expect(server.glue.send(new StopCrawlerCommand({ Name }))).rejects.toMatchObject(
      fails('CrawlerNotRunningException'),
    )
    await server.glue.send(new StartCrawlerCommand({ Name }))
    expect((await get())?.State).toBe('RUNNING')
    for (const command of [
      new StartCrawlerCommand({ Name }),
      new UpdateCrawlerCommand({ Name, Description: 'x' }),
      new DeleteCrawlerCommand({ Name }),
    ]) {
      await expect(server.glue.send(command as StartCrawlerCommand)).rejects.toMatchObject(
        fails('CrawlerRunningException'),
      )
    }
    pass(500)
    await expect.poll(async () => (await get())?.State, soon).toBe('STOPPING')
    pass(500)
    await expect.poll(async () => (await get())?.State, soon).toBe('READY')
    const ended = await get()
    expect(ended?.LastCrawl).toMatchObject({
      Status: 'FAILED',
      ErrorMessage: expect.stringContaining('not executed by this server'),
    })
    expect(ended?.CrawlElapsedTime).toBe(0)
    // A crawl is no change of its definition.
    expect(ended?.Version).toBe(1)
  })

  it('stops, and remembers each crawl', async () => {
    await server.glue.send(new StartCrawlerCommand({ Name }))
    await server.glue.send(new StopCrawlerCommand({ Name }))
    expect((await get())?.State).toBe('STOPPING')
    await expect(server.glue.send(new StopCrawlerCommand({ Name }))).rejects.toMatchObject(
      fails('CrawlerStoppingException'),
    )
    pass(500)
    await expect.poll(async () => (await get())?.State, soon).toBe('READY')
    expect((await get())?.LastCrawl).toMatchObject({ Status: 'CANCELLED' })
    const list = (Filters?: ConstructorParameters<typeof ListCrawlsCommand>[0]['Filters']) =>
      server.glue.send(new ListCrawlsCommand({ CrawlerName: Name, ...(Filters && { Filters }) }))
    expect((await list()).Crawls?.map(({ State }) => State)).toEqual(['STOPPED', 'FAILED'])
    const failed = await list([{ FieldName: 'STATE', FilterOperator: 'EQ', FieldValue: 'FAILED' }])
    expect(failed.Crawls?.map(({ State }) => State)).toEqual(['FAILED'])
    const recent = await list([{ FieldName: 'START_TIME', FilterOperator: 'GT', FieldValue: String(Date.now()) }])
    expect(recent.Crawls).toEqual([])
    await expect(list([{ FieldName: 'START_TIME', FilterOperator: 'GT', FieldValue: 'x' }])).rejects.toMatchObject(
      fails('InvalidInputException'),
    )
    const { CrawlerMetricsList } = await server.glue.send(new GetCrawlerMetricsCommand({ CrawlerNameList: [Name] }))
    expect(CrawlerMetricsList).toMatchObject([{ CrawlerName: Name, StillEstimating: false }])
  })

  it('has a schedule that goes on and off', async () => {
    const CrawlerName = Name
    const start = () => server.glue.send(new StartCrawlerScheduleCommand({ CrawlerName }))
    const stop = () => server.glue.send(new StopCrawlerScheduleCommand({ CrawlerName }))
    await expect(start()).rejects.toMatchObject(fails('NoScheduleException'))
    await expect(stop()).rejects.toMatchObject(fails('SchedulerNotRunningException'))
    const Schedule = 'cron(0 1 * * ? *)'
    await server.glue.send(new UpdateCrawlerScheduleCommand({ CrawlerName, Schedule }))
    await expect(start()).rejects.toMatchObject(fails('SchedulerRunningException'))
    await stop()
    expect((await get())?.Schedule).toEqual({ ScheduleExpression: Schedule, State: 'NOT_SCHEDULED' })
    await expect(stop()).rejects.toMatchObject(fails('SchedulerNotRunningException'))
    await start()
    expect((await get())?.Schedule?.State).toBe('SCHEDULED')
    await expect(
      server.glue.send(new UpdateCrawlerScheduleCommand({ CrawlerName, Schedule: 'cron(* * * * ? *)' })),
    ).rejects.toMatchObject(fails('InvalidInputException', expect.stringContaining('every 5 minutes')))
    await server.glue.send(new UpdateCrawlerScheduleCommand({ CrawlerName, Schedule: '' }))
    expect(await get()).not.toHaveProperty('Schedule')
  })

  it('needs something to crawl, and a name of its own', async () => {
    await expect(crawler('empty', { Targets: {} })).rejects.toMatchObject(fails('InvalidInputException'))
    await expect(crawler(Name)).rejects.toMatchObject(fails('AlreadyExistsException', 'Crawler already exists.'))
    await expect(crawler('x'.repeat(256))).rejects.toMatchObject(
      fails(
        'ValidationException',
        expect.stringContaining(
          "at 'name' failed to satisfy constraint: Member must have length less than or equal to 255",
        ),
      ),
    )
    await expect(crawler('bad', { SchemaChangePolicy: { UpdateBehavior: 'SOMETIMES' } })).rejects.toMatchObject(
      fails('ValidationException', expect.stringContaining('enum value set')),
    )
  })

  it('is listed in pages, whose tokens belong to their call', async () => {
    for (const name of ['p1', 'p2', 'p3', 'p4']) await crawler(name, { Tags: { page: 'yes' } })
    const page = (NextToken?: string, Tags: Record<string, string> = { page: 'yes' }) =>
      server.glue.send(new ListCrawlersCommand({ MaxResults: 2, Tags, ...(NextToken && { NextToken }) }))
    const first = await page()
    expect(first.CrawlerNames).toEqual(['p1', 'p2'])
    const second = await page(first.NextToken)
    expect(second.CrawlerNames).toEqual(['p3', 'p4'])
    expect(second.NextToken).toBeUndefined()
    await expect(page(first.NextToken, { page: 'no' })).rejects.toMatchObject(fails('InvalidInputException'))
    await expect(page('rubbish')).rejects.toMatchObject(fails('InvalidInputException'))
    await expect(server.glue.send(new ListCrawlersCommand({ MaxResults: 1001 }))).rejects.toMatchObject(
      fails('ValidationException'),
    )
  })
})

describe('a job', () => {
  const JobName = 'job'
  const runs = async () => (await server.glue.send(new GetJobRunsCommand({ JobName }))).JobRuns ?? []

  it('runs, fails for want of a script, and says so', async () => {
    await server.glue.send(new CreateJobCommand({ Name: JobName, Role, Command: { Name: 'glueetl' }, Timeout: 5 }))
    const clock = vi.spyOn(Scheduler.prototype, 'tick').mockResolvedValue()
    const { JobRunId = '' } = await server.glue.send(new StartJobRunCommand({ JobName, Arguments: { '--a': 'b' } }))
    expect(JobRunId).toMatch(/^jr_[0-9a-f]{64}$/)
    await expect(server.glue.send(new StartJobRunCommand({ JobName }))).rejects.toMatchObject(
      fails('ConcurrentRunsExceededException'),
    )
    const get = async () => (await server.glue.send(new GetJobRunCommand({ JobName, RunId: JobRunId }))).JobRun
    expect((await get())?.JobRunState).toBe('STARTING')
    clock.mockRestore()
    await expect.poll(async () => (await get())?.JobRunState, soon).toBe('FAILED')
    expect(await get()).toMatchObject({
      Id: JobRunId,
      JobName,
      Attempt: 0,
      Timeout: 5,
      Arguments: { '--a': 'b' },
      ErrorMessage: 'The job names no script.',
      CompletedOn: expect.any(Date),
    })
    pass(1)
    const again = await server.glue.send(new StartJobRunCommand({ JobName, JobRunId }))
    expect(await runs()).toMatchObject([
      { Id: again.JobRunId, Attempt: 1, PreviousRunId: JobRunId, Arguments: { '--a': 'b' } },
      { Id: JobRunId },
    ])
  })

  it('stops runs one by one, each with its own error', async () => {
    await expect.poll(async () => (await runs())[0]?.JobRunState, soon).toBe('FAILED')
    const clock = vi.spyOn(Scheduler.prototype, 'tick').mockResolvedValue()
    const { JobRunId = '' } = await server.glue.send(new StartJobRunCommand({ JobName }))
    const ended = (await runs())[1]?.Id ?? ''
    const { SuccessfulSubmissions, Errors } = await server.glue.send(
      new BatchStopJobRunCommand({ JobName, JobRunIds: [JobRunId, 'jr_absent', ended] }),
    )
    expect(SuccessfulSubmissions).toEqual([{ JobName, JobRunId }])
    expect(Errors).toMatchObject([
      { JobRunId: 'jr_absent', ErrorDetail: { ErrorCode: 'EntityNotFoundException' } },
      { JobRunId: ended, ErrorDetail: { ErrorCode: 'InvalidInputException' } },
    ])
    clock.mockRestore()
    await expect.poll(async () => (await runs())[0]?.JobRunState, soon).toBe('STOPPED')
  })

  it('has a bookmark that can be put back', async () => {
    const get = () => server.glue.send(new GetJobBookmarkCommand({ JobName }))
    expect((await get()).JobBookmarkEntry).toMatchObject({ JobName, Version: 0, Run: 0 })
    await server.glue.send(new ResetJobBookmarkCommand({ JobName }))
    expect((await get()).JobBookmarkEntry).toMatchObject({ Version: 1 })
    await expect(server.glue.send(new GetJobBookmarkCommand({ JobName: 'absent' }))).rejects.toMatchObject(
      fails('EntityNotFoundException', 'Job absent not found.'),
    )
  })

  it('cannot be what the API forbids', async () => {
    const create = (more: object) =>
      server.glue.send(new CreateJobCommand({ Name: 'bad', Role, Command: { Name: 'glueetl' }, ...more }))
    await expect(create({ MaxCapacity: 2, WorkerType: 'G.1X', NumberOfWorkers: 2 })).rejects.toMatchObject(
      fails('InvalidInputException'),
    )
    await expect(create({ Timeout: 0 })).rejects.toMatchObject(fails('ValidationException'))
    await expect(create({ Command: { Name: 'perl' } })).rejects.toMatchObject(fails('InvalidInputException'))
    await expect(create({ Tags: { 'aws:x': '1' } })).rejects.toMatchObject(fails('InvalidInputException'))
  })
})

describe('a trigger', () => {
  const Actions = [{ JobName: 'job' }]
  const state = async (Name: string) => (await server.glue.send(new GetTriggerCommand({ Name }))).Trigger?.State
  const create = (Name: string, more: object) =>
    server.glue.send(new CreateTriggerCommand({ Name, Type: 'SCHEDULED', Actions, ...more }))

  it('with a schedule goes on and off', async () => {
    const Name = 'nightly'
    await create(Name, { Schedule: 'cron(0 1 * * ? *)' })
    expect(await state(Name)).toBe('CREATED')
    await server.glue.send(new StartTriggerCommand({ Name }))
    expect(await state(Name)).toBe('ACTIVATED')
    const { Trigger } = await server.glue.send(
      new UpdateTriggerCommand({ Name, TriggerUpdate: { Schedule: 'cron(0 2 * * ? *)' } }),
    )
    expect(Trigger).toEqual({ Name, Type: 'SCHEDULED', State: 'ACTIVATED', Schedule: 'cron(0 2 * * ? *)', Actions })
    await server.glue.send(new StopTriggerCommand({ Name }))
    expect(await state(Name)).toBe('DEACTIVATED')
    await create('at-once', { Schedule: 'cron(0 1 * * ? *)', StartOnCreation: true })
    expect(await state('at-once')).toBe('ACTIVATED')
  })

  it.each([
    ['no schedule', {}],
    ['a schedule that is none', { Schedule: 'tomorrow' }],
    ['no action', { Schedule: 'cron(0 1 * * ? *)', Actions: [] }],
    ['an action on nothing', { Schedule: 'cron(0 1 * * ? *)', Actions: [{}] }],
    ['three crawlers', { Schedule: 'cron(0 1 * * ? *)', Actions: [1, 2, 3].map((n) => ({ CrawlerName: `c${n}` })) }],
    ['no predicate', { Type: 'CONDITIONAL' }],
    ['a condition on nothing', { Type: 'CONDITIONAL', Predicate: { Conditions: [{ State: 'SUCCEEDED' }] } }],
    [
      'a condition that no run ends in',
      { Type: 'CONDITIONAL', Predicate: { Conditions: [{ JobName: 'job', State: 'RUNNING' }] } },
    ],
    ['StartOnCreation on demand', { Type: 'ON_DEMAND', StartOnCreation: true }],
    ['an event', { Type: 'EVENT' }],
  ])('cannot have %s', async (_, more) => {
    await expect(create('bad', more)).rejects.toMatchObject(fails('InvalidInputException'))
  })
})

describe('an ML transform', () => {
  const given: Omit<CreateMLTransformCommandInput, 'Name'> = {
    Role,
    InputRecordTables: [{ DatabaseName: 'db', TableName: 'people' }],
    Parameters: {
      TransformType: 'FIND_MATCHES',
      FindMatchesParameters: { PrimaryKeyColumnName: 'id', PrecisionRecallTradeoff: 0.5 },
    },
  }
  let TransformId = ''

  it('is known by an id, its name being unique all the same', async () => {
    const made = await server.glue.send(new CreateMLTransformCommand({ Name: 'match', ...given, Tags: { a: 'b' } }))
    TransformId = made.TransformId ?? ''
    expect(TransformId).toMatch(/^tfm-[0-9a-f]{40}$/)
    await expect(server.glue.send(new CreateMLTransformCommand({ Name: 'match', ...given }))).rejects.toMatchObject(
      fails('AlreadyExistsException'),
    )
    const other = await server.glue.send(new CreateMLTransformCommand({ Name: 'other', ...given }))
    await expect(server.glue.send(new UpdateMLTransformCommand({ TransformId, Name: 'other' }))).rejects.toMatchObject(
      fails('AlreadyExistsException'),
    )
    await server.glue.send(new UpdateMLTransformCommand({ TransformId, Description: 'd' }))
    const read = await server.glue.send(new GetMLTransformCommand({ TransformId }))
    expect(read).toMatchObject({ Name: 'match', Status: 'NOT_READY', Description: 'd', LabelCount: 0, ...given })
    const ids = async (input: object) => (await server.glue.send(new ListMLTransformsCommand(input))).TransformIds
    expect(await ids({ Tags: { a: 'b' } })).toEqual([TransformId])
    expect(await ids({ Filter: { Name: 'other' } })).toEqual([other.TransformId])
    expect(await ids({ Sort: { Column: 'NAME', SortDirection: 'DESCENDING' } })).toEqual([
      other.TransformId,
      TransformId,
    ])
    const first = await server.glue.send(new GetMLTransformsCommand({ MaxResults: 1 }))
    const second = await server.glue.send(new GetMLTransformsCommand({ MaxResults: 1, NextToken: first.NextToken }))
    expect([first, second].map(({ Transforms }) => Transforms?.[0]?.Name)).toEqual(['match', 'other'])
    expect(second.NextToken).toBeUndefined()
  })

  it('has task runs, which go through their states and end', async () => {
    await expect(server.glue.send(new StartMLEvaluationTaskRunCommand({ TransformId }))).rejects.toMatchObject(
      fails('MLTransformNotReadyException'),
    )
    const start = () =>
      server.glue.send(new StartExportLabelsTaskRunCommand({ TransformId, OutputS3Path: 's3://bucket/labels' }))
    const { TaskRunId = '' } = await start()
    const get = () => server.glue.send(new GetMLTaskRunCommand({ TransformId, TaskRunId }))
    expect(await get()).toMatchObject({ Status: 'STARTING', Properties: { TaskType: 'EXPORT_LABELS' } })
    await expect(start()).rejects.toMatchObject(fails('InvalidInputException'))
    pass(500)
    await expect.poll(async () => (await get()).Status, soon).toBe('RUNNING')
    pass(500)
    await expect.poll(async () => (await get()).Status, soon).toBe('FAILED')
    expect((await get()).ErrorString).toContain('not executed by this server')
    const second = await start()
    const cancelled = await server.glue.send(new CancelMLTaskRunCommand({ TransformId, TaskRunId: second.TaskRunId }))
    expect(cancelled.Status).toBe('STOPPING')
    pass(500)
    const list = async (Filter: object) =>
      (await server.glue.send(new GetMLTaskRunsCommand({ TransformId, Filter }))).TaskRuns?.map(({ Status }) => Status)
    await expect.poll(() => list({}), soon).toEqual(['STOPPED', 'FAILED'])
    expect(await list({ Status: 'FAILED' })).toEqual(['FAILED'])
    const page = (more: object) => server.glue.send(new GetMLTaskRunsCommand({ TransformId, MaxResults: 1, ...more }))
    const { TaskRuns: [newest] = [], NextToken } = await page({})
    const last = await page({ NextToken })
    expect([newest?.Status, last.TaskRuns?.[0]?.Status, last.NextToken]).toEqual(['STOPPED', 'FAILED', undefined])
  })
})
