/** Glue's resources for the registry test: how to make what a call needs. What it must be allowed stands in `glue-authorization.tsv`. */

import type { World } from '../../../testing/permission-case.ts'

export interface ResourceCase {
  readonly operation: string
  readonly about?: string
  /** Makes what the call needs, and answers its input. */
  readonly input: (world: World, unique: string) => Promise<Readonly<Record<string, unknown>>>
  /** What the table leaves to the request: tags that come with a new resource. */
  readonly tagged?: true
  /** The fault of a call that got past permission and cannot go further. */
  readonly fault?: string
}

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'glue.amazonaws.com' }, Action: 'sts:AssumeRole' }],
})

/** Its path must come to be in the ARN though calls give the bare name. */
export const rolePath = '/service-role/'

async function role(world: World, unique: string): Promise<string> {
  const RoleName = `role-${unique}`
  await world.make('iam', 'CreateRole', { RoleName, Path: rolePath, AssumeRolePolicyDocument: trust })
  return RoleName
}

const roleArn = (world: World, name: string) => `arn:aws:iam::${world.account}:role${rolePath}${name}`
const Tags = { team: 'blue' }

type Made = Readonly<Record<string, unknown>>
type Maker = (world: World, unique: string) => Promise<Made>

const crawlerInput: Maker = async (world, unique) => ({
  Name: unique,
  Role: await role(world, unique),
  Targets: { S3Targets: [{ Path: 's3://bucket/data' }] },
  Schedule: 'cron(0 12 * * ? 2199)',
})
const jobInput: Maker = async (world, unique) => ({
  Name: unique,
  Role: await role(world, unique),
  Command: { Name: 'glueetl', ScriptLocation: 's3://bucket/script.py' },
  ExecutionProperty: { MaxConcurrentRuns: 10 },
})
const triggerInput: Maker = async (world, unique) => {
  await world.make('glue', 'CreateJob', await jobInput(world, unique))
  return { Name: unique, Type: 'ON_DEMAND', Actions: [{ JobName: unique }] }
}
const endpointInput: Maker = async (world, unique) => ({
  EndpointName: unique,
  RoleArn: await roleOf(world, unique),
})
const transformInput: Maker = async (world, unique) => ({
  Name: unique,
  Role: await role(world, unique),
  InputRecordTables: [{ DatabaseName: 'db', TableName: 'table' }],
  Parameters: { TransformType: 'FIND_MATCHES', FindMatchesParameters: { PrimaryKeyColumnName: 'id' } },
})

const crawler: Maker = async (world, unique) => {
  await world.make('glue', 'CreateCrawler', await crawlerInput(world, unique))
  return { Name: unique }
}
const job: Maker = async (world, unique) => {
  await world.make('glue', 'CreateJob', await jobInput(world, unique))
  return { JobName: unique }
}
const trigger: Maker = async (world, unique) => {
  await world.make('glue', 'CreateTrigger', await triggerInput(world, unique))
  return { Name: unique }
}
const endpoint: Maker = async (world, unique) => {
  await world.make('glue', 'CreateDevEndpoint', await endpointInput(world, unique))
  return { EndpointName: unique }
}
const transform: Maker = async (world, unique) => {
  const { TransformId } = await world.make('glue', 'CreateMLTransform', await transformInput(world, unique))
  return { TransformId }
}
const run: Maker = async (world, unique) => {
  const { JobRunId } = await world.make('glue', 'StartJobRun', await job(world, unique))
  return { JobName: unique, RunId: JobRunId }
}
const task: Maker = async (world, unique) => {
  const made = await transform(world, unique)
  const path = { OutputS3Path: 's3://bucket/labels' }
  return { ...made, ...(await world.make('glue', 'StartExportLabelsTaskRun', { ...made, ...path })) }
}
/** By its ARN, as it must be handed to what takes no bare name. */
export const roleOf = async (world: World, unique: string): Promise<string> => roleArn(world, await role(world, unique))

const jsonClassifier = (Name: string) => ({ JsonClassifier: { Name, JsonPath: '$' } })
const classifier: Maker = async (world, unique) => {
  await world.make('glue', 'CreateClassifier', jsonClassifier(unique))
  return { Name: unique }
}
const securityInput: Maker = async (_, unique) => ({ Name: unique, EncryptionConfiguration: {} })
const security: Maker = async (world, unique) => {
  await world.make('glue', 'CreateSecurityConfiguration', await securityInput(world, unique))
  return { Name: unique }
}
const nothing: Maker = async () => ({})

/** What `make` made, with more, and with members under other names. */
const and =
  (make: Maker, more: Made): Maker =>
  async (world, unique) => ({ ...(await make(world, unique)), ...more })
const named =
  (make: Maker, member: string): Maker =>
  async (world, unique) => {
    await make(world, unique)
    return { [member]: member.endsWith('s') ? [unique] : unique }
  }

export const resourceCases: readonly ResourceCase[] = [
  { operation: 'CreateCrawler', input: crawlerInput },
  { operation: 'CreateCrawler', about: 'with tags', input: and(crawlerInput, { Tags }), tagged: true },
  { operation: 'GetCrawler', input: crawler },
  { operation: 'UpdateCrawler', input: and(crawler, { Description: 'new' }) },
  {
    operation: 'UpdateCrawler',
    about: 'with a role',
    input: async (world, unique) => ({ ...(await crawler(world, unique)), Role: `role-${unique}` }),
  },
  { operation: 'DeleteCrawler', input: crawler },
  { operation: 'GetCrawlers', input: nothing },
  { operation: 'ListCrawlers', input: nothing },
  { operation: 'BatchGetCrawlers', input: named(crawler, 'CrawlerNames') },
  { operation: 'StartCrawler', input: crawler },
  { operation: 'StopCrawler', input: crawler, fault: 'CrawlerNotRunningException' },
  { operation: 'ListCrawls', input: named(crawler, 'CrawlerName') },
  { operation: 'GetCrawlerMetrics', input: nothing },
  { operation: 'StartCrawlerSchedule', input: named(crawler, 'CrawlerName'), fault: 'SchedulerRunningException' },
  { operation: 'StopCrawlerSchedule', input: named(crawler, 'CrawlerName') },
  { operation: 'UpdateCrawlerSchedule', input: and(named(crawler, 'CrawlerName'), { Schedule: '' }) },
  { operation: 'CreateJob', input: jobInput },
  { operation: 'CreateJob', about: 'with tags', input: and(jobInput, { Tags }), tagged: true },
  { operation: 'GetJob', input: job },
  {
    operation: 'UpdateJob',
    input: async (world, unique) => ({
      ...(await job(world, unique)),
      JobUpdate: { Role: `role-${unique}`, Command: { Name: 'glueetl' } },
    }),
  },
  {
    operation: 'UpdateJob',
    about: 'without a role',
    input: and(job, { JobUpdate: {} }),
    fault: 'InvalidInputException',
  },
  { operation: 'DeleteJob', input: job },
  { operation: 'GetJobs', input: nothing },
  { operation: 'ListJobs', input: nothing },
  { operation: 'BatchGetJobs', input: named(job, 'JobNames') },
  { operation: 'GetJobBookmark', input: job },
  { operation: 'ResetJobBookmark', input: job },
  { operation: 'StartJobRun', input: job },
  { operation: 'GetJobRun', input: run },
  { operation: 'GetJobRuns', input: job },
  { operation: 'BatchStopJobRun', input: and(job, { JobRunIds: ['jr_absent'] }) },
  { operation: 'CreateTrigger', input: triggerInput },
  { operation: 'CreateTrigger', about: 'with tags', input: and(triggerInput, { Tags }), tagged: true },
  { operation: 'GetTrigger', input: trigger },
  { operation: 'UpdateTrigger', input: and(trigger, { TriggerUpdate: { Description: 'new' } }) },
  { operation: 'DeleteTrigger', input: trigger },
  { operation: 'StartTrigger', input: trigger },
  { operation: 'StopTrigger', input: trigger, fault: 'InvalidInputException' },
  { operation: 'GetTriggers', input: nothing },
  { operation: 'ListTriggers', input: nothing },
  { operation: 'BatchGetTriggers', input: named(trigger, 'TriggerNames') },
  { operation: 'CreateDevEndpoint', input: endpointInput },
  { operation: 'CreateDevEndpoint', about: 'with tags', input: and(endpointInput, { Tags }), tagged: true },
  { operation: 'GetDevEndpoint', input: endpoint },
  { operation: 'UpdateDevEndpoint', input: endpoint },
  { operation: 'DeleteDevEndpoint', input: endpoint },
  { operation: 'GetDevEndpoints', input: nothing },
  { operation: 'ListDevEndpoints', input: nothing },
  { operation: 'BatchGetDevEndpoints', input: named(endpoint, 'DevEndpointNames') },
  { operation: 'CreateMLTransform', input: transformInput },
  { operation: 'GetMLTransform', input: transform },
  { operation: 'UpdateMLTransform', input: and(transform, { Description: 'new' }) },
  {
    operation: 'UpdateMLTransform',
    about: 'with a role',
    input: async (world, unique) => ({ ...(await transform(world, unique)), Role: `role-${unique}` }),
  },
  { operation: 'DeleteMLTransform', input: transform },
  { operation: 'GetMLTransforms', input: nothing },
  { operation: 'ListMLTransforms', input: nothing },
  { operation: 'StartMLEvaluationTaskRun', input: transform, fault: 'MLTransformNotReadyException' },
  { operation: 'StartMLLabelingSetGenerationTaskRun', input: and(transform, { OutputS3Path: 's3://bucket/set' }) },
  { operation: 'StartImportLabelsTaskRun', input: and(transform, { InputS3Path: 's3://bucket/labels' }) },
  { operation: 'StartExportLabelsTaskRun', input: and(transform, { OutputS3Path: 's3://bucket/labels' }) },
  { operation: 'GetMLTaskRun', input: task },
  { operation: 'GetMLTaskRuns', input: transform },
  { operation: 'CancelMLTaskRun', input: task },
  { operation: 'CreateClassifier', input: async (_, unique) => jsonClassifier(unique) },
  { operation: 'GetClassifier', input: classifier },
  { operation: 'GetClassifiers', input: nothing },
  {
    operation: 'UpdateClassifier',
    input: async (world, unique) => {
      await classifier(world, unique)
      return jsonClassifier(unique)
    },
  },
  { operation: 'DeleteClassifier', input: classifier },
  { operation: 'CreateSecurityConfiguration', input: securityInput },
  { operation: 'GetSecurityConfiguration', input: security },
  { operation: 'GetSecurityConfigurations', input: nothing },
  { operation: 'DeleteSecurityConfiguration', input: security },
]
