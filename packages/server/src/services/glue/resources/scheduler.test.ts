import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../../../testing/databases.ts'
import { Clockwork, HandRunner, minute, noon, scope } from './clockwork.test-data.ts'
import { noCrawls } from './crawler-shape.ts'
import { findRun } from './runs.ts'
import type { Scheduler } from './scheduler.ts'
import { changeResource, deleteResource, type RoomTables, write } from './stored.ts'

let clockwork: Clockwork
let server: Scheduler
let runner: HandRunner

const crawler = (name = 'c') =>
  clockwork.make(
    'crawler',
    name,
    { Role: 'r', Targets: {}, Schedule: 'cron(0/10 * * * ? *)' },
    { state: 'READY', firesAt: noon + 10 * minute, progress: { scheduled: true } },
  )

for (const { name: kind, missing, create } of databases) {
  describe.skipIf(missing !== undefined)(`on ${kind}`, () => {
    beforeEach(async () => {
      clockwork = new Clockwork(await create())
      runner = new HandRunner()
      server = await clockwork.server(runner)
    })
    afterEach(async () => {
      await server.stop()
      expect(clockwork.errors).toEqual([])
      await clockwork.remove()
    })

    describe('a schedule', () => {
      it('starts its crawler at its times and not before, which goes through its states and fails', async () => {
        await crawler()
        await clockwork.pass(10 * minute - 1, server)
        expect(await clockwork.runs('crawl', 'c')).toEqual([])
        await clockwork.pass(1, server)
        expect((await clockwork.read('crawler', 'c')).state).toBe('RUNNING')
        await clockwork.pass(500, server)
        expect((await clockwork.read('crawler', 'c')).state).toBe('STOPPING')
        await clockwork.pass(500, server)
        const row = await clockwork.read('crawler', 'c')
        expect(row).toMatchObject({ state: 'READY', fires_at: noon + 20 * minute })
        expect(JSON.parse(row.progress).last).toEqual({
          status: 'FAILED',
          error: noCrawls,
          startedAt: noon + 10 * minute,
        })
        expect(await clockwork.runs('crawl', 'c')).toMatchObject([{ state: 'FAILED', error: noCrawls, due_at: null }])
      })

      it('makes up for many missed times once', async () => {
        await crawler()
        await clockwork.pass(65 * minute, server)
        await clockwork.pass(500, server)
        await clockwork.pass(500, server)
        expect(await clockwork.states('crawl', 'c')).toEqual(['FAILED'])
        expect((await clockwork.read('crawler', 'c')).fires_at).toBe(noon + 70 * minute)
      })

      it('fires once though several servers share the store', async () => {
        await clockwork.job('j', { ExecutionProperty: { MaxConcurrentRuns: 50 } })
        const actions = { Type: 'SCHEDULED', Schedule: 'cron(0/5 * * * ? *)', Actions: [{ JobName: 'j' }] }
        await clockwork.make('trigger', 't', actions, { state: 'ACTIVATED', firesAt: noon + 5 * minute })
        await crawler()
        const runners = [new HandRunner(), new HandRunner()]
        const others = await Promise.all(runners.map((each) => clockwork.server(each)))
        for (let fired = 1; fired <= 5; fired++) {
          await clockwork.pass(5 * minute, server, ...others)
          expect(await clockwork.runs('jobRun', 'j')).toHaveLength(fired)
        }
        // At 12:20 the crawl of 12:10 is still under way.
        expect(await clockwork.runs('crawl', 'c')).toHaveLength(1)
        await clockwork.pass(500, server, ...others)
        const orders = [runner, ...runners].flatMap((each) => each.orders.map(({ runId }) => runId))
        expect(orders).toHaveLength(5)
        expect(new Set(orders).size).toBe(5)
        for (const other of others) await other.stop()
      })

      it('that cannot be read holds up no other, and is told once a minute', async () => {
        const broken = { Type: 'SCHEDULED', Schedule: 'nonsense', Actions: [] }
        await clockwork.make('trigger', 'broken', broken, { state: 'ACTIVATED', firesAt: noon })
        await crawler()
        await clockwork.pass(10 * minute, server)
        expect(await clockwork.states('crawl', 'c')).toEqual(['RUNNING'])
        await clockwork.pass(500, server)
        expect(clockwork.errors).toHaveLength(1)
        await clockwork.pass(minute, server)
        expect(clockwork.errors.splice(0)).toHaveLength(2)
      })

      it('that never comes again is off', async () => {
        const actions = { Type: 'SCHEDULED', Schedule: 'cron(5 12 5 1 ? 2026)', Actions: [{ JobName: 'absent' }] }
        await clockwork.make('trigger', 't', actions, { state: 'ACTIVATED', firesAt: noon + 5 * minute })
        await clockwork.pass(5 * minute, server)
        expect((await clockwork.read('trigger', 't')).fires_at).toBeNull()
      })
    })

    describe('a conditional trigger', () => {
      const watch = (Logical: 'AND' | 'ANY') =>
        clockwork.make(
          'trigger',
          'after',
          {
            Type: 'CONDITIONAL',
            Predicate: {
              Logical,
              Conditions: [
                { LogicalOperator: 'EQUALS', JobName: 'a', State: 'SUCCEEDED' },
                { LogicalOperator: 'EQUALS', CrawlerName: 'c', CrawlState: 'FAILED' },
              ],
            },
            Actions: [{ JobName: 'z', Arguments: { '--from': 'after' } }],
          },
          { state: 'ACTIVATED' },
        )

      beforeEach(async () => {
        for (const name of ['a', 'z']) await clockwork.job(name)
        await clockwork.make('crawler', 'c', { Role: 'r', Targets: {} }, { state: 'READY' })
        await clockwork.make('trigger', 'both', {
          Type: 'ON_DEMAND',
          Actions: [{ JobName: 'a' }, { CrawlerName: 'c' }],
        })
      })

      async function succeed(): Promise<void> {
        await clockwork.pass(0, server)
        runner.end({ state: 'SUCCEEDED' })
        await server.settled()
      }
      async function crawled(): Promise<void> {
        await clockwork.pass(500, server)
        await clockwork.pass(500, server)
      }

      it('waits for all that it watches, and begins anew', async () => {
        await watch('AND')
        for (let round = 1; round <= 2; round++) {
          await clockwork.fire('both')
          await succeed()
          expect(await clockwork.runs('jobRun', 'z')).toHaveLength(round - 1)
          await crawled()
          expect(await clockwork.runs('jobRun', 'z')).toHaveLength(round)
          await succeed()
        }
        expect((await clockwork.runs('jobRun', 'z')).map(({ trigger_name }) => trigger_name)).toEqual([
          'after',
          'after',
        ])
        expect(runner.orders.at(-1)?.arguments).toEqual({ '--from': 'after' })
      })

      it('fires for any of them where that is said', async () => {
        await watch('ANY')
        await clockwork.fire('both')
        await succeed()
        expect(await clockwork.states('jobRun', 'z')).toEqual(['STARTING'])
      })

      it('watches only what a trigger began', async () => {
        await watch('ANY')
        await clockwork.start('a')
        await succeed()
        expect(await clockwork.states('jobRun', 'a')).toEqual(['SUCCEEDED'])
        expect(await clockwork.runs('jobRun', 'z')).toEqual([])
      })

      it('that is off sees nothing', async () => {
        const row = await watch('ANY')
        await write(clockwork.deps, scope, (db) => changeResource(db, row, { state: 'DEACTIVATED' }))
        await clockwork.fire('both')
        await succeed()
        expect(await clockwork.runs('jobRun', 'z')).toEqual([])
      })

      it('on demand starts all of its actions or, where one cannot be, none', async () => {
        await clockwork.make('trigger', 'bad', {
          Type: 'ON_DEMAND',
          Actions: [{ JobName: 'a' }, { JobName: 'absent' }],
        })
        await expect(clockwork.fire('bad')).rejects.toMatchObject({ message: 'Job absent not found.' })
        expect(await clockwork.runs('jobRun', 'a')).toEqual([])
      })
    })

    describe('a job run', () => {
      it('without a runtime fails and says so', async () => {
        const bare = await clockwork.server()
        await clockwork.job('j')
        await clockwork.start('j')
        await clockwork.pass(0, bare)
        await bare.settled()
        expect(await clockwork.runs('jobRun', 'j')).toMatchObject([
          { state: 'FAILED', error: 'job runs are not executed by this server: no runtime is configured' },
        ])
      })

      it('is executed by one of several servers', async () => {
        const runners = [new HandRunner(), new HandRunner()]
        const others = await Promise.all(runners.map((each) => clockwork.server(each)))
        await clockwork.job('j')
        await clockwork.start('j')
        await clockwork.pass(0, server, ...others)
        expect([runner, ...runners].flatMap(({ orders }) => orders)).toHaveLength(1)
        expect(await clockwork.states('jobRun', 'j')).toEqual(['RUNNING'])
        for (const other of others) await other.stop()
      })

      it('is handed over with the arguments of the job and its own', async () => {
        await clockwork.job('j', {
          DefaultArguments: { '--a': 'job', '--b': 'job', '--c': 'job' },
          NonOverridableArguments: { '--c': 'fixed' },
        })
        await clockwork.start('j', { Arguments: { '--b': 'run', '--c': 'run' } })
        await clockwork.pass(0, server)
        expect(runner.orders).toMatchObject([
          { jobName: 'j', role: 'r', attempt: 0, arguments: { '--a': 'job', '--b': 'run', '--c': 'fixed' } },
        ])
        clockwork.now += 3000
        runner.end({ state: 'SUCCEEDED' })
        await server.settled()
        expect(await clockwork.runs('jobRun', 'j')).toMatchObject([
          { state: 'SUCCEEDED', completed_at: noon + 3000, error: null },
        ])
      })

      it('is tried again as often as its job says', async () => {
        await clockwork.job('j', { MaxRetries: 1 })
        const { id } = await clockwork.start('j')
        for (let attempt = 0; attempt < 2; attempt++) {
          await clockwork.pass(1, server)
          runner.end({ state: 'FAILED', message: 'no' })
          await server.settled()
        }
        await clockwork.pass(1, server)
        const runs = await clockwork.runs('jobRun', 'j')
        expect(runs.map((run) => [run.id, run.state])).toEqual([
          [`${id}_attempt_1`, 'FAILED'],
          [id, 'FAILED'],
        ])
        expect(runner.orders.map(({ attempt }) => attempt)).toEqual([0, 1])
      })

      it('waits for its turn where its job queues, and is refused where it does not', async () => {
        await clockwork.job('j', { JobRunQueuingEnabled: true })
        await clockwork.start('j')
        clockwork.now += 1
        await clockwork.start('j')
        await clockwork.pass(1, server)
        expect(await clockwork.states('jobRun', 'j')).toEqual(['WAITING', 'RUNNING'])
        await expect(clockwork.start('j', { JobRunQueuingEnabled: false })).rejects.toMatchObject({
          name: 'ConcurrentRunsExceededException',
        })
        runner.end({ state: 'SUCCEEDED' })
        await server.settled()
        await clockwork.pass(500, server)
        await clockwork.pass(500, server)
        expect(await clockwork.states('jobRun', 'j')).toEqual(['RUNNING', 'SUCCEEDED'])
      })

      it('times out', async () => {
        await clockwork.job('j', { Timeout: 2 })
        await clockwork.start('j')
        await clockwork.pass(0, server)
        for (let seconds = 0; seconds < 110; seconds += 10) await clockwork.pass(10_000, server)
        // Long past the first lease: it was renewed.
        expect(await clockwork.states('jobRun', 'j')).toEqual(['RUNNING'])
        await clockwork.pass(10_000, server)
        await server.settled()
        expect(runner.reasons).toEqual(['TIMEOUT'])
        expect(await clockwork.states('jobRun', 'j')).toEqual(['TIMEOUT'])
      })

      it('is told to stop when its job is deleted', async () => {
        await clockwork.job('j')
        await clockwork.start('j')
        await clockwork.pass(0, server)
        await deleteResource(clockwork.deps, scope, 'job', 'j')
        await clockwork.pass(250, server)
        await server.settled()
        expect(runner.reasons).toEqual(['STOPPED'])
        expect(await clockwork.runs('jobRun', 'j')).toEqual([])
      })

      it('whose server is gone is FAILED once its lease has run out, with the reason', async () => {
        const lost = await clockwork.server(new HandRunner())
        await clockwork.job('j')
        const run = await clockwork.start('j')
        await clockwork.pass(0, lost)
        expect(await clockwork.states('jobRun', 'j')).toEqual(['RUNNING'])
        await clockwork.pass(29_000, server)
        expect(await clockwork.states('jobRun', 'j')).toEqual(['RUNNING'])
        await clockwork.pass(1_001, server)
        const row = await findRun(clockwork.deps.store.as<RoomTables>().db, run)
        expect(row).toMatchObject({
          state: 'FAILED',
          error: 'the server that executed this run stopped before the run had ended',
        })
        await lost.stop()
      })
    })
  })
}
