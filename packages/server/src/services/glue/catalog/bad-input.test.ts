/** What is wrong with a request is said by the error that the model has for it, and nothing is done. */

import { readJson, ServiceFault, type StructureShape } from '@scopedown/wire'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type GlueServer, startGlueServer } from '../glue-server.test-data.ts'
import { glueModel } from '../operation.ts'
import { numberCursor } from '../page.ts'
import { origin, probe } from '../probe.test-data.ts'
import { catalogCases } from './catalog-cases.test-data.ts'
import { readNameCursor } from './name-cursor.ts'
import { catalogRoom } from './room.ts'

let server: GlueServer
beforeAll(async () => {
  server = await startGlueServer()
  await call('CreateDatabase', { DatabaseInput: { Name: 'db' } })
})
afterAll(async () => {
  expect(server.log).toEqual([])
  await server.remove()
})
const caller = probe([{ action: '*', resource: '*' }])

/** The fault's code and message; undefined where there was none. Anything else than a modelled fault fails the test. */
async function call(operation: string, input: unknown) {
  try {
    await server.kernel.call('glue', operation, { input, caller, origin })
    return undefined
  } catch (error) {
    if (!(error instanceof ServiceFault)) throw error
    expect(glueModel.errors.has(error.code), `${operation}: ${error.code}`).toBe(true)
    return { code: error.code, message: error.message }
  }
}

/** As it comes off the wire; undefined for what the wire refuses already. */
function asRead(shape: StructureShape, input: object): Record<string, unknown> | undefined {
  const text = JSON.stringify(input, function (this: Record<string, unknown>, key, item: unknown) {
    const raw = this[key]
    return raw instanceof Date ? raw.getTime() / 1000 : item
  })
  try {
    return readJson(shape, Buffer.from(text))
  } catch (error) {
    if (error instanceof ServiceFault && error.code === 'SerializationException') return undefined
    throw error
  }
}

const inputs = new Map(catalogCases.map(({ operation, input }) => [operation, input('db')]))
const operations = catalogRoom.operations.map(({ name, model }) => ({ name, model, input: inputs.get(name) ?? {} }))

describe('bad input', () => {
  for (const { name, model, input } of operations) {
    for (const member of model.input.required) {
      it(`${name} without ${member}`, async () => {
        const { [member]: _, ...rest } = input
        const path = member.charAt(0).toLowerCase() + member.slice(1)
        expect(await call(name, rest)).toEqual({
          code: 'ValidationException',
          message: `1 validation error detected: Value null at '${path}' failed to satisfy constraint: Member must not be null`,
        })
      })
    }
  }

  it.each([
    ['an empty name', 'GetDatabase', { Name: '' }, 'greater than or equal to 1'],
    ['a name of 256', 'GetDatabase', { Name: 'x'.repeat(256) }, 'less than or equal to 255'],
    ['a line break in a name', 'GetDatabase', { Name: 'a\nb' }, 'regular expression pattern'],
    ['a page of 0', 'GetDatabases', { MaxResults: 0 }, 'greater than or equal to 1'],
    ['a page of 1001', 'GetPartitions', { DatabaseName: 'd', TableName: 't', MaxResults: 1001 }, 'equal to 1000'],
    [
      '11 segments',
      'GetPartitions',
      { DatabaseName: 'd', TableName: 't', Segment: { SegmentNumber: 0, TotalSegments: 11 } },
      'equal to 10',
    ],
    [
      '101 partitions',
      'BatchCreatePartition',
      { DatabaseName: 'd', TableName: 't', PartitionInputList: Array.from({ length: 101 }, () => ({ Values: ['x'] })) },
      'less than or equal to 100',
    ],
    [
      '26 partitions to delete',
      'BatchDeletePartition',
      { DatabaseName: 'd', TableName: 't', PartitionsToDelete: Array.from({ length: 26 }, () => ({ Values: ['x'] })) },
      'less than or equal to 25',
    ],
    [
      '26 connections',
      'BatchDeleteConnection',
      { ConnectionNameList: Array(26).fill('c') },
      'less than or equal to 25',
    ],
    [
      'an unknown kind of connection',
      'CreateConnection',
      { ConnectionInput: { Name: 'c', ConnectionType: 'ODD', ConnectionProperties: {} } },
      'enum value set',
    ],
    ['a member that is not in the model', 'GetDatabase', { Name: 'db', Nmae: 'db' }, 'Member is not defined'],
    ['a number for a name', 'GetDatabase', { Name: 5 }, 'Member must be a string'],
  ])('%s', async (_what, operation, input, sentence) => {
    expect(await call(operation, input)).toEqual({
      code: 'ValidationException',
      message: expect.stringContaining(sentence),
    })
  })

  it.each([
    ['GetTableVersions', { DatabaseName: 'db', TableName: 't' }],
    ['GetUserDefinedFunctions', { Pattern: '.*' }],
    ['SearchTables', {}],
    ['SearchTables', { SortCriteria: [{ FieldName: 'Name', Sort: 'ASC' }] }],
  ])('%s refuses a token that was made up', async (operation, input) => {
    for (const NextToken of ['x', 'AAAA', Buffer.from('0123456789abcdef{').toString('base64url')]) {
      await call('CreateTable', { DatabaseName: 'db', TableInput: { Name: 't' } })
      expect(await call(operation, { ...input, NextToken })).toEqual({
        code: 'InvalidInputException',
        message: 'The NextToken does not belong to this request.',
      })
    }
  })

  it.each([
    ['CreateDatabase', { DatabaseInput: { Name: 'l', TargetDatabase: { DatabaseName: 'db' } } }, 'TargetDatabase'],
    ['UpdateDatabase', { Name: 'db', DatabaseInput: { Name: 'db', FederatedDatabase: {} } }, 'FederatedDatabase'],
    ['CreateTable', { DatabaseName: 'db', TableInput: { Name: 'l', TargetTable: { Name: 't' } } }, 'TargetTable'],
    ['UpdateTable', { DatabaseName: 'db', TableInput: { Name: 't', TargetTable: { Name: 'u' } } }, 'TargetTable'],
  ])('%s keeps no link that nothing would follow', async (operation, input, member) => {
    expect(await call(operation, input)).toEqual({
      code: 'InvalidInputException',
      message: expect.stringContaining(`leave out ${member}`),
    })
  })

  it.each(['aws', 'awsome', 'aws:x', 'AWS:x'])('a tag may not be called %s', async (key) => {
    const tags = { DatabaseInput: { Name: 'tagged' }, Tags: { [key]: '' } }
    expect(await call('CreateDatabase', tags)).toMatchObject({ code: 'InvalidInputException' })
    expect(await call('GetDatabase', { Name: 'tagged' })).toMatchObject({ code: 'EntityNotFoundException' })
  })

  it('statistics of one type under the name of another are told apart from the rest', async () => {
    const at = { DatabaseName: 'db', TableName: 'figures' }
    const StorageDescriptor = { Columns: [{ Name: 'n', Type: 'int' }] }
    await call('CreateTable', { DatabaseName: 'db', TableInput: { Name: 'figures', StorageDescriptor } })
    const long = { NumberOfNulls: 1, NumberOfDistinctValues: 2 }
    const statistics = (StatisticsData: object) => {
      return { ColumnName: 'n', ColumnType: 'int', AnalyzedTime: new Date(0), StatisticsData }
    }
    const ColumnStatisticsList = [
      statistics({ Type: 'DATE', LongColumnStatisticsData: long }),
      statistics({ Type: 'LONG' }),
      statistics({ Type: 'LONG', LongColumnStatisticsData: long, DateColumnStatisticsData: long }),
    ]
    const input = { ...at, ColumnStatisticsList }
    const answer = await server.kernel.call('glue', 'UpdateColumnStatisticsForTable', { input, caller, origin })
    const wrong = expect.objectContaining({ Error: expect.objectContaining({ ErrorCode: 'InvalidInputException' }) })
    expect(answer).toEqual({ Errors: [wrong, wrong, wrong] })
    const read = { ...at, ColumnNames: ['n'] }
    const found = await server.kernel.call('glue', 'GetColumnStatisticsForTable', { input: read, caller, origin })
    expect(found).toMatchObject({ ColumnStatisticsList: [] })
  })

  it.each([['{'], ['[]'], ['[1,2]'], ['null'], ['-1'], ['NaN']])('a cursor of %s is no cursor', (text) => {
    const refused = expect.objectContaining({ name: 'InvalidInputException' })
    expect(() => readNameCursor(text)).toThrow(refused)
    expect(() => numberCursor(text)).toThrow(refused)
  })

  it('answers any values at all by faults of the model', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('db', '*', '__proto__', 'arn:aws:glue:us-east-1:123456789012:database/db', "year = '1'", 'a/b'),
    )
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 3 }),
        fc.dictionary(text, tie('any'), { maxKeys: 3 }),
      ),
    })).any
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operations), value, fc.nat(), async ({ name, model, input }, any, place) => {
        const members = [...model.input.members.keys()]
        const member = members[place % members.length]
        const read = asRead(model.input, { ...input, ...(member === undefined ? {} : { [member]: any }) })
        if (read !== undefined) await call(name, read)
      }),
      { numRuns: 1500 },
    )
  })
})
