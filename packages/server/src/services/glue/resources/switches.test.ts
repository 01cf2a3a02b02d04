/** What this server decides where AWS is silent, decided the other way. `switches.ts`. */

import {
  BatchGetJobsCommand,
  CreateCrawlerCommand,
  CreateJobCommand,
  GetCrawlerCommand,
  GetJobRunCommand,
  StartJobRunCommand,
} from '@aws-sdk/client-glue'
import { afterEach, expect, it } from 'vitest'
import type { StartOptions } from '../../../start-options.ts'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'

let server: GlueServer
afterEach(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

async function batchUnderDeny(glue: StartOptions['glue']): Promise<unknown> {
  server = await startGlueServer(glue === undefined ? {} : { glue })
  const job = { Name: 'j', Role: 'r', Command: { Name: 'glueetl' } }
  await server.glue.send(new CreateJobCommand(job))
  const client = await server.user(
    'u',
    { Effect: 'Allow', Action: 'glue:BatchGetJobs', Resource: '*' },
    { Effect: 'Deny', Action: 'glue:GetJobs', Resource: '*' },
  )
  return client.send(new BatchGetJobsCommand({ JobNames: ['j'] })).then(
    ({ Jobs }) => Jobs?.length,
    ({ name }: Error) => name,
  )
}

it('BatchGet looks at its own permission', async () => {
  expect(await batchUnderDeny(undefined)).toBe(1)
})

it('batchGetHonoursGetDeny: a Deny of the plural closes BatchGet, its mere absence does not', async () => {
  expect(await batchUnderDeny({ batchGetHonoursGetDeny: true })).toBe('AccessDeniedException')
  const free = await server.user('free', { Effect: 'Allow', Action: 'glue:BatchGetJobs', Resource: '*' })
  expect((await free.send(new BatchGetJobsCommand({ JobNames: ['j'] }))).Jobs).toHaveLength(1)
})

it('checkRoles passRoleOnly: a role need not be there yet', async () => {
  server = await startGlueServer({ glue: { checkRoles: 'passRoleOnly' } })
  const Targets = { S3Targets: [{ Path: 's3://bucket/data' }] }
  await server.glue.send(new CreateCrawlerCommand({ Name: 'c', Role: 'later', Targets }))
  expect((await server.glue.send(new GetCrawlerCommand({ Name: 'c' }))).Crawler?.Role).toBe('later')
})

it('nothing is lost when a server stops and another begins', async () => {
  server = await startGlueServer()
  const { data } = server
  await server.glue.send(new CreateJobCommand({ Name: 'j', Role: 'r', Command: { Name: 'glueetl' } }))
  const { JobRunId } = await server.glue.send(new StartJobRunCommand({ JobName: 'j' }))
  await server.close()
  server = await startGlueServer({ data })
  const state = async () =>
    (await server.glue.send(new GetJobRunCommand({ JobName: 'j', RunId: JobRunId }))).JobRun?.JobRunState
  await expect.poll(state, { timeout: 10_000 }).toBe('FAILED')
})
