/** Two callers at the same rows: each gets what one of the two orders would have given it, or an error of the model. */

import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchUpdatePartitionCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  DeleteTableCommand,
  GetPartitionsCommand,
  UpdateColumnStatisticsForTableCommand,
  UpdatePartitionCommand,
} from '@aws-sdk/client-glue'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../../../testing/databases.ts'
import { type GlueServer, startGlueServerOn } from '../glue-server.test-data.ts'
import { statisticsOfC } from './catalog-cases.test-data.ts'

const at = { DatabaseName: 'db', TableName: 't' }
const numbers = (count: number) => Array.from({ length: count }, (_, n) => `${n}`)

describe.each(databases)('at once on $name', (database) => {
  describe.skipIf(database.missing !== undefined)('through the wire', () => {
    let server: GlueServer
    beforeAll(async () => {
      server = await startGlueServerOn(database)
      await server.glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }))
    })
    afterAll(async () => {
      expect(server.log).toEqual([])
      await server.remove()
    })
    const createTable = () =>
      server.glue.send(
        new CreateTableCommand({
          DatabaseName: 'db',
          TableInput: { Name: 't', PartitionKeys: [{ Name: 'p', Type: 'string' }] },
        }),
      )
    const dropTable = () => server.glue.send(new DeleteTableCommand({ DatabaseName: 'db', Name: 't' }))

    it('a partition of a table that is being dropped is made before, or its table is not found', async () => {
      const answers = new Set<string>()
      for (let round = 0; round < 15; round += 1) {
        await createTable()
        const values = numbers(4).map((n) => [n])
        const calls = [
          ...values.map((Values) =>
            server.glue.send(new CreatePartitionCommand({ ...at, PartitionInput: { Values } })),
          ),
          server.glue.send(
            new BatchCreatePartitionCommand({ ...at, PartitionInputList: [{ Values: ['a'] }, { Values: ['b'] }] }),
          ),
          server.glue.send(
            new UpdateColumnStatisticsForTableCommand({ ...at, ColumnStatisticsList: [statisticsOfC as never] }),
          ),
          dropTable(),
          ...values.map((Values) =>
            server.glue.send(new CreatePartitionCommand({ ...at, PartitionInput: { Values: [`${Values}x`] } })),
          ),
        ]
        for (const settled of await Promise.allSettled(calls)) {
          answers.add(settled.status === 'fulfilled' ? 'done' : settled.reason.name)
        }
      }
      expect([...answers].sort()).toEqual(['EntityNotFoundException', 'done'])
    })

    it('batches of the same partitions in opposite orders wait for one another, and no partition is made twice', async () => {
      await createTable()
      const all = numbers(60)
      for (let round = 0; round < 5; round += 1) {
        const answers = await Promise.all(
          [all, [...all].reverse(), all, [...all].reverse()].map((values) =>
            server.glue.send(
              new BatchCreatePartitionCommand({ ...at, PartitionInputList: values.map((n) => ({ Values: [n] })) }),
            ),
          ),
        )
        const refused = answers.flatMap(({ Errors = [] }) => Errors)
        expect(refused).toHaveLength(3 * all.length)
        expect(new Set(refused.map(({ ErrorDetail }) => ErrorDetail?.ErrorCode))).toEqual(
          new Set(['AlreadyExistsException']),
        )
        const entries = (values: string[]) =>
          values.map((n) => ({ PartitionValueList: [n], PartitionInput: { Parameters: { round: `${round}` } } }))
        await Promise.all(
          [all, [...all].reverse()].map((values) =>
            server.glue.send(new BatchUpdatePartitionCommand({ ...at, Entries: entries(values) })),
          ),
        )
        const { Partitions = [] } = await server.glue.send(new GetPartitionsCommand(at))
        expect(Partitions.map(({ Parameters }) => Parameters?.round)).toEqual(all.map(() => `${round}`))
        const thrown = [all.slice(0, 25), all.slice(0, 25).reverse()].map((values) =>
          server.glue.send(
            new BatchDeletePartitionCommand({ ...at, PartitionsToDelete: values.map((n) => ({ Values: [n] })) }),
          ),
        )
        expect((await Promise.all(thrown)).flatMap(({ Errors = [] }) => Errors)).toHaveLength(25)
        await dropTable()
        await createTable()
      }
      await dropTable()
    })

    it('of two partitions that become the same one, one does', async () => {
      await createTable()
      for (let round = 0; round < 10; round += 1) {
        const names = [`a${round}`, `b${round}`]
        for (const name of names) {
          await server.glue.send(new CreatePartitionCommand({ ...at, PartitionInput: { Values: [name] } }))
        }
        const moves = names.map((name) =>
          server.glue.send(
            new UpdatePartitionCommand({
              ...at,
              PartitionValueList: [name],
              PartitionInput: { Values: [`c${round}`] },
            }),
          ),
        )
        const settled = await Promise.allSettled(moves)
        const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason.name] : []))
        expect(refused).toEqual(['AlreadyExistsException'])
      }
    })
  })
})
