import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../testing/databases.ts'
import { openStore, type SchemaSteps, type Store } from './store.ts'

interface Tables {
  things: { id: string; size: number | null }
}

const steps: SchemaSteps = {
  '0001-things': async (db, { text, integer }) => {
    await db.schema
      .createTable('things')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('size', integer)
      .execute()
  },
}

for (const { name, missing, create } of databases) {
  describe.skipIf(missing !== undefined)(`the store on ${name}`, () => {
    let database: TestDatabase
    const open: Store<Tables>[] = []

    beforeEach(async () => {
      database = await create()
    })
    afterEach(async () => {
      for (const store of open.splice(0)) await store.close()
      await database.remove()
    })

    async function opened(more: SchemaSteps = {}): Promise<Store<Tables>> {
      const store = (await openStore({ location: database.location, steps: { ...steps, ...more } })).as<Tables>()
      open.push(store)
      return store
    }

    it('keeps what was written, over a close and another opening', async () => {
      const store = await opened()
      await store.write('t', (db) =>
        db
          .insertInto('things')
          .values({ id: 'a', size: 2 ** 45 })
          .execute(),
      )
      await store.close()
      open.pop()
      const again = await opened()
      expect(await again.db.selectFrom('things').selectAll().execute()).toEqual([{ id: 'a', size: 2 ** 45 }])
    })

    it('applies a new step, even one that sorts before an old one', async () => {
      await opened()
      const store = await opened({
        '0000-earlier': async (db, { text }) => {
          await db.schema.createTable('earlier').addColumn('id', text).execute()
        },
      })
      expect(await store.as<{ earlier: { id: string } }>().db.selectFrom('earlier').selectAll().execute()).toEqual([])
    })

    it('takes two servers that start at once', async () => {
      const [left, right] = await Promise.all([opened(), opened()])
      await left.write('t', (db) => db.insertInto('things').values({ id: 'a', size: 1 }).execute())
      expect(await right.db.selectFrom('things').selectAll().execute()).toHaveLength(1)
    })

    it('undoes a failed write altogether, and says nothing of it', async () => {
      const store = await opened()
      const told: string[] = []
      store.changes.onChange((topic) => told.push(topic))
      await expect(
        store.write('t', async (db) => {
          await db.insertInto('things').values({ id: 'a', size: 1 }).execute()
          throw new Error('no')
        }),
      ).rejects.toThrow('no')
      expect(await store.db.selectFrom('things').selectAll().execute()).toEqual([])
      expect(told).toEqual([])
      await store.write('t', (db) => db.insertInto('things').values({ id: 'a', size: 1 }).execute())
      expect(told).toEqual(['t'])
    })

    it('tells the other server', async () => {
      const [writer, other] = [await opened(), await opened()]
      const heard = new Promise<string>((resolve) => other.changes.onChange(resolve))
      await writer.write('account', (db) => db.insertInto('things').values({ id: 'a', size: 1 }).execute())
      expect(await heard).toBe('account')
    })

    it('keeps writes of one topic apart, so that a quota checked inside one holds', async () => {
      const [left, right] = [await opened(), await opened()]
      const limit = 5
      const add = (store: Store<Tables>, id: string) =>
        store.write('t', async (db) => {
          const rows = await db.selectFrom('things').select('id').execute()
          if (rows.length < limit) await db.insertInto('things').values({ id, size: null }).execute()
        })
      await Promise.all(Array.from({ length: 20 }, (_, index) => add(index % 2 === 0 ? left : right, `${index}`)))
      expect(await left.db.selectFrom('things').select('id').execute()).toHaveLength(limit)
    })

    it('lets reads go on beside a transaction, which do not see it before its end', async () => {
      const store = await opened()
      await store.write('t', async (db) => {
        await db.insertInto('things').values({ id: 'a', size: 1 }).execute()
        expect(await store.db.selectFrom('things').selectAll().execute()).toEqual([])
        expect(await store.within(db).db.selectFrom('things').selectAll().execute()).toHaveLength(1)
      })
      expect(await store.db.selectFrom('things').selectAll().execute()).toHaveLength(1)
    })

    it('sorts and compares text by code point', async () => {
      const store = await opened()
      const ids = ['a', 'B', 'b', 'A', '_', '-', 'é', 'z', 'ab', 'a-b', '😀', '\uFFFD']
      await store.write('t', (db) =>
        db
          .insertInto('things')
          .values(ids.map((id) => ({ id, size: 0 })))
          .execute(),
      )
      const rows = await store.db.selectFrom('things').select('id').orderBy('id').execute()
      const byCodePoint = (left: string, right: string) => Buffer.compare(Buffer.from(left), Buffer.from(right))
      expect(rows.map(({ id }) => id)).toEqual([...ids].sort(byCodePoint))
      expect(await store.db.selectFrom('things').select('id').where('id', '=', 'a').execute()).toHaveLength(1)
    })
  })
}
