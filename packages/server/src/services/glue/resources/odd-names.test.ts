/** Names that no model forbids: they are answered like any other, and never with a failure of the server. */

import {
  BatchGetDevEndpointsCommand,
  CreateDevEndpointCommand,
  CreateJobCommand,
  GetDevEndpointCommand,
  GetJobCommand,
} from '@aws-sdk/client-glue'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type GlueServer, prefix, startGlueServer } from '../glue-server.test-data.ts'

let server: GlueServer
beforeAll(async () => {
  server = await startGlueServer()
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})

const odd = ['a*', 'a?', 'a/b', 'a:b', ' ', '${aws:username}', 'naïve 名', 'x\ny', '\u0000', 'x'.repeat(300), '']
const labelled = odd.map((name) => [JSON.stringify(name).slice(0, 40), name] as const)

it.each(labelled)('%s names nothing', async (_, EndpointName) => {
  await expect(server.glue.send(new GetDevEndpointCommand({ EndpointName }))).rejects.toMatchObject({
    name: expect.stringMatching(/^(EntityNotFound|Validation|InvalidInput)Exception$/),
  })
  const batch = server.glue.send(new BatchGetDevEndpointsCommand({ DevEndpointNames: [EndpointName] }))
  await expect(
    batch.then(
      ({ DevEndpointsNotFound }) => DevEndpointsNotFound,
      ({ name }: Error) => name,
    ),
  ).resolves.toSatisfy((seen: unknown) => seen === 'ValidationException' || Array.isArray(seen))
})

it('a wildcard in a name is that character, and grants nothing more', async () => {
  const job = { Role: 'r', Command: { Name: 'glueetl' } }
  for (const Name of ['a*', 'ab']) await server.glue.send(new CreateJobCommand({ Name, ...job }))
  const client = await server.user('star', { Effect: 'Allow', Action: 'glue:GetJob', Resource: `${prefix}job/ab` })
  expect((await client.send(new GetJobCommand({ JobName: 'ab' }))).Job?.Name).toBe('ab')
  await expect(client.send(new GetJobCommand({ JobName: 'a*' }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  })
})

it('an endpoint has a name of usual length', async () => {
  const RoleArn = 'arn:aws:iam::123456789012:role/r'
  for (const EndpointName of ['', 'x'.repeat(256), 'x\ny']) {
    await expect(server.glue.send(new CreateDevEndpointCommand({ EndpointName, RoleArn }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  }
})
