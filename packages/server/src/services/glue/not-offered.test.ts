import { ListWorkflowsCommand } from '@aws-sdk/client-glue'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GlueServer, startGlueServer } from './glue-server.test-data.ts'
import { glueModel } from './operation.ts'
import { glueService } from './service.ts'

let server: GlueServer
beforeAll(async () => {
  server = await startGlueServer()
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

it('an operation that AWS has and this server has not is refused by its name, once, with 400', async () => {
  await expect(server.glue.send(new ListWorkflowsCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
    message: 'ListWorkflows is an operation of AWS that this server does not offer.',
    $metadata: { httpStatusCode: 400 },
  })
})

it('what AWS has not either is not recognized', async () => {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSGlue.ListNothing' },
    body: '{}',
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual({
    __type: 'UnknownOperationException',
    Message: 'The requested operation is not recognized by the service.',
  })
})

/** Of the kinds that are kept here, what is left out: integrations, Lake Formation's metadata, source control, upgrades, logs. */
const leftOut =
  /Integration|Unfiltered|SourceControl|UpgradeAnalysis|SystemLogs|^TestConnection$|^GetSessionEndpoint$|ConnectionType|TableOptimizer/

it('of the kinds that are kept here every other operation of AWS is offered', () => {
  const offered = new Set(glueService.operations.map(({ name }) => name))
  const kept =
    /Database|Table|Partition|UserDefinedFunction|Connection|ResourcePolic|Crawl|Job|Trigger|DevEndpoint|MLT|Classifier|SecurityConfiguration|ImportStatus|EncryptionSettings|Tags?$|Session|Statement/
  const missing = [...glueModel.operations.keys()].filter((name) => kept.test(name) && !offered.has(name))
  expect(missing.filter((name) => !leftOut.test(name))).toEqual([])
  expect(offered.size).toBeGreaterThanOrEqual(130)
})
