import { ServiceFault } from '@scopedown/wire'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../testing/databases.ts'
import { catalogCases } from './catalog/catalog-cases.test-data.ts'
import { type GlueServer, prefix, startGlueServerOn } from './glue-server.test-data.ts'
import { glueModel } from './operation.ts'
import { origin, probe } from './probe.test-data.ts'

const caller = probe([{ action: '*', resource: '*' }])

/** The same input once for each text in it, U+0000 put in its midst: of a map, its keys too. */
function spoilt(value: unknown): unknown[] {
  if (typeof value === 'string') return [`${value}\0x`]
  if (typeof value !== 'object' || value === null || value instanceof Date) return []
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => spoilt(item).map((bad) => value.map((other, n) => (n === at ? bad : other))))
  }
  return Object.entries(value).flatMap(([key, item]) => [
    ...spoilt(item).map((bad) => ({ ...value, [key]: bad })),
    ...(key === 'team' ? [{ 'te\0am': item }] : []),
  ])
}

const calls: readonly (readonly [string, object])[] = [
  ...catalogCases.map(({ operation, input }) => [operation, input('db')] as const),
  ['CreateJob', { Name: 'j', Role: 'r', Command: { Name: 'glueetl' }, Tags: { team: 'blue' } }],
  ['GetJob', { JobName: 'j' }],
  ['BatchGetJobs', { JobNames: ['j'] }],
  ['BatchStopJobRun', { JobName: 'j', JobRunIds: ['jr_1'] }],
  ['ListJobs', { Tags: { team: 'blue' } }],
  ['GetTriggers', { DependentJobName: 'j' }],
  ['ListCrawls', { CrawlerName: 'c' }],
  ['GetDevEndpoint', { EndpointName: 'e' }],
  ['GetMLTransform', { TransformId: 'tfm-1' }],
  ['GetClassifier', { Name: 'c' }],
  ['GetSession', { Id: 's' }],
  ['GetTags', { ResourceArn: `${prefix}job/j` }],
  ['TagResource', { ResourceArn: `${prefix}job/j`, TagsToAdd: { team: 'blue' } }],
  ['UntagResource', { ResourceArn: `${prefix}job/j`, TagsToRemove: ['team'] }],
]

describe.each(databases)('U+0000 on $name', (database) => {
  describe.skipIf(database.missing !== undefined)('in any text of a request', () => {
    let server: GlueServer
    beforeAll(async () => {
      server = await startGlueServerOn(database)
      await server.kernel.call('glue', 'CreateDatabase', { input: { DatabaseInput: { Name: 'db' } }, caller, origin })
    })
    afterAll(async () => {
      expect(server.log).toEqual([])
      await server.remove()
    })

    it.each(calls.filter(([, input]) => spoilt(input).length > 0))(
      '%s answers an error of the model',
      async (name, input) => {
        for (const bad of spoilt(input)) {
          const thrown: unknown = await server.kernel
            .call('glue', name, { input: bad, caller, origin })
            .catch((error) => error)
          const code = thrown instanceof ServiceFault ? thrown.code : thrown
          expect(['InvalidInputException', 'ValidationException'], JSON.stringify(bad)).toContain(code)
          expect(glueModel.errors.has(String(code))).toBe(true)
        }
      },
    )
  })
})
