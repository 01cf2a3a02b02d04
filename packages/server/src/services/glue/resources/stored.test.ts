import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases } from '../../../testing/databases.ts'
import { Clockwork, minute, scope } from './clockwork.test-data.ts'
import { insertRun, runKey, runsBefore } from './runs.ts'
import { createResource, deleteResource, type RoomTables, resourcesAfter } from './stored.ts'

for (const { name: kind, missing, create } of databases) {
  describe.skipIf(missing !== undefined)(`resources on ${kind}`, () => {
    let clockwork: Clockwork
    const db = () => clockwork.deps.store.as<RoomTables>().db
    const make = (name: string, tags: Readonly<Record<string, string>> = {}) =>
      createResource(clockwork.deps, {
        scope,
        kind: 'job',
        name,
        state: '',
        time: clockwork.now,
        definition: {},
        tags: new Map(Object.entries(tags)),
      })
    const names = async (filter: Parameters<typeof resourcesAfter>[3], limit = 10) =>
      (await resourcesAfter(db(), scope, 'job', filter, limit)).map(({ name }) => name)

    beforeEach(async () => {
      clockwork = new Clockwork(await create())
      await clockwork.server()
    })
    afterEach(() => clockwork.remove())

    it('come by name, in code points, and only those that bear all of the tags', async () => {
      await make('b', { team: 'blue', env: 'test' })
      await make('a', { team: 'blue' })
      await make('Z', { team: 'red', env: 'test' })
      await make('é')
      expect(await names({})).toEqual(['Z', 'a', 'b', 'é'])
      expect(await names({ after: 'a' }, 1)).toEqual(['b'])
      expect(await names({ tags: new Map([['team', 'blue']]) })).toEqual(['a', 'b'])
      const both = new Map([
        ['team', 'blue'],
        ['env', 'test'],
      ])
      expect(await names({ tags: both })).toEqual(['b'])
      expect(await names({ tags: new Map([['team', 'Blue']]) })).toEqual([])
    })

    it('take their tags and runs with them when they go', async () => {
      await make('j', { team: 'blue' })
      await clockwork.start('j')
      await expect(make('j')).rejects.toMatchObject({ message: 'Job already exists.' })
      expect(await deleteResource(clockwork.deps, scope, 'job', 'j')).toBe(true)
      expect(await deleteResource(clockwork.deps, scope, 'job', 'j')).toBe(false)
      await make('j')
      expect(await names({ tags: new Map([['team', 'blue']]) })).toEqual([])
      expect(await clockwork.runs('jobRun', 'j')).toEqual([])
    })

    it('remember their runs, the newest first, also those of one moment', async () => {
      for (const [id, later] of [
        ['b', 0],
        ['a', 0],
        ['c', 1],
        ['d', 2],
      ] as const) {
        const run = { scope, kind: 'jobRun', owner: 'j', id, state: 'FAILED', definition: {} } as const
        await insertRun(db(), { ...run, time: clockwork.now + later * minute })
      }
      const seen: string[] = []
      let after: string | undefined
      for (;;) {
        const [run] = await runsBefore(db(), scope, 'jobRun', 'j', after, 1)
        if (run === undefined) break
        seen.push(run.id)
        after = runKey(run)
      }
      expect(seen).toEqual(['d', 'c', 'b', 'a'])
    })
  })
}
