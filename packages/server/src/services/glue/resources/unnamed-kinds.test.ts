/** Classifiers and security configurations: asked on `*`, kept as they were sent. */

import {
  CreateClassifierCommand,
  CreateSecurityConfigurationCommand,
  DeleteClassifierCommand,
  DeleteSecurityConfigurationCommand,
  GetClassifierCommand,
  GetClassifiersCommand,
  GetSecurityConfigurationCommand,
  GetSecurityConfigurationsCommand,
  UpdateClassifierCommand,
} from '@aws-sdk/client-glue'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'

let server: GlueServer
beforeAll(async () => {
  server = await startGlueServer()
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

it('keeps classifiers of one form each', async () => {
  const GrokClassifier = { Name: 'logs', Classification: 'log', GrokPattern: '%{WORD}' }
  const JsonClassifier = { Name: 'json', JsonPath: '$.a' }
  await server.glue.send(new CreateClassifierCommand({ GrokClassifier }))
  await server.glue.send(new CreateClassifierCommand({ JsonClassifier }))
  for (const input of [{}, { GrokClassifier, JsonClassifier }]) {
    await expect(server.glue.send(new CreateClassifierCommand(input))).rejects.toMatchObject({
      name: 'InvalidInputException',
    })
  }
  await expect(server.glue.send(new CreateClassifierCommand({ JsonClassifier }))).rejects.toMatchObject({
    name: 'AlreadyExistsException',
  })
  await server.glue.send(new UpdateClassifierCommand({ GrokClassifier: { Name: 'logs', GrokPattern: '%{INT}' } }))
  const { Classifier } = await server.glue.send(new GetClassifierCommand({ Name: 'logs' }))
  expect(Classifier).toEqual({
    GrokClassifier: {
      ...GrokClassifier,
      GrokPattern: '%{INT}',
      CreationTime: expect.any(Date),
      LastUpdated: expect.any(Date),
      Version: 2,
    },
  })
  await expect(
    server.glue.send(new UpdateClassifierCommand({ JsonClassifier: { Name: 'logs', JsonPath: '$' } })),
  ).rejects.toMatchObject({ name: 'InvalidInputException' })
  const { Classifiers } = await server.glue.send(new GetClassifiersCommand({}))
  expect(Classifiers?.map((each) => Object.keys(each)[0])).toEqual(['JsonClassifier', 'GrokClassifier'])
  await server.glue.send(new DeleteClassifierCommand({ Name: 'logs' }))
  await expect(server.glue.send(new DeleteClassifierCommand({ Name: 'logs' }))).rejects.toMatchObject({
    name: 'EntityNotFoundException',
  })
})

it('keeps security configurations', async () => {
  const EncryptionConfiguration = { S3Encryption: [{ S3EncryptionMode: 'SSE-S3' as const }] }
  await server.glue.send(new CreateSecurityConfigurationCommand({ Name: 's', EncryptionConfiguration }))
  const read = await server.glue.send(new GetSecurityConfigurationCommand({ Name: 's' }))
  const shown = { Name: 's', EncryptionConfiguration, CreatedTimeStamp: expect.any(Date) }
  expect(read.SecurityConfiguration).toEqual(shown)
  const { SecurityConfigurations } = await server.glue.send(new GetSecurityConfigurationsCommand({}))
  expect(SecurityConfigurations).toEqual([shown])
  await server.glue.send(new DeleteSecurityConfigurationCommand({ Name: 's' }))
  await expect(server.glue.send(new GetSecurityConfigurationCommand({ Name: 's' }))).rejects.toMatchObject({
    name: 'EntityNotFoundException',
  })
})
