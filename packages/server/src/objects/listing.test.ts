/** The scan against the obvious way: sort everything, group it, cut a page. S3 API reference, ListObjectsV2. */

import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStore, type Store } from '../store/store.ts'
import { databases, type TestDatabase } from '../testing/databases.ts'
import { compare, listObjects, scan, successor } from './listing.ts'
import { objectSteps } from './schema-steps.ts'
import type { ObjectTables } from './tables.ts'

interface Query {
  readonly prefix: string
  readonly delimiter: string
  readonly after: string
  readonly max: number
}

/** Every entry of the whole listing in order, then those behind `after`, at most `max`. */
function obviously(keys: readonly string[], { prefix, delimiter, after, max }: Query) {
  const entries: { readonly name: string; readonly group: boolean }[] = []
  for (const key of [...keys].sort(compare)) {
    if (!key.startsWith(prefix)) continue
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    const name = at === -1 ? key : key.slice(0, at + delimiter.length)
    if (at !== -1 && name === after) continue
    if (compare(key, after) <= 0 && after !== '') continue
    if (at === -1) entries.push({ name, group: false })
    else if (!entries.some((entry) => entry.group && entry.name === name)) entries.push({ name, group: true })
  }
  const page = entries.slice(0, max)
  return {
    rows: page.filter(({ group }) => !group).map(({ name }) => name),
    prefixes: page.filter(({ group }) => group).map(({ name }) => name),
    next: entries.length > max && max > 0 ? page[page.length - 1]?.name : undefined,
  }
}

function scanning(keys: readonly string[], query: Query) {
  const rows = [...keys].sort(compare).map((key) => ({ key }))
  let fetched = 0
  const result = scan(query, async (from, exclusive, to, limit) => {
    const inside = rows.filter(({ key }) => {
      const order = compare(key, from)
      return (exclusive ? order > 0 : order >= 0) && (to === undefined || compare(key, to) < 0)
    })
    const some = inside.slice(0, limit)
    fetched += some.length
    return some
  })
  return result.then(({ rows: found, prefixes, next }) => ({
    listed: { rows: found.map(({ key }) => key), prefixes, next },
    fetched,
  }))
}

const letters = fc.constantFrom('a', 'b', '/', '//', 'é', '\uffff', '\u{10ffff}', '\u{1f600}', '-')
const word = (max: number) => fc.array(letters, { maxLength: max }).map((parts) => parts.join(''))

describe('a listing', () => {
  it('is what sorting and grouping everything gives, page by page', async () => {
    const query = fc.record({
      keys: fc.uniqueArray(
        word(6).filter((key) => key !== ''),
        { maxLength: 60 },
      ),
      prefix: word(2),
      delimiter: fc.constantFrom('', '/', '//', 'a', 'é'),
      after: word(4),
      max: fc.integer({ min: 0, max: 20 }),
    })
    await fc.assert(
      fc.asyncProperty(query, async ({ keys, ...asked }) => {
        expect((await scanning(keys, asked)).listed).toEqual(obviously(keys, asked))
      }),
      { numRuns: 3000 },
    )
  })

  it('has every entry once, however it is cut into pages', async () => {
    const bucket = fc.record({
      keys: fc.uniqueArray(
        word(6).filter((key) => key !== ''),
        { maxLength: 60 },
      ),
      prefix: word(1),
      delimiter: fc.constantFrom('', '/'),
      max: fc.integer({ min: 1, max: 7 }),
    })
    await fc.assert(
      fc.asyncProperty(bucket, async ({ keys, max, ...asked }) => {
        const whole = obviously(keys, { ...asked, after: '', max: 1000 })
        const rows: string[] = []
        const prefixes: string[] = []
        let after: string | undefined = ''
        while (after !== undefined) {
          const { listed } = await scanning(keys, { ...asked, after, max })
          rows.push(...listed.rows)
          prefixes.push(...listed.prefixes)
          after = listed.next
        }
        expect({ rows, prefixes }).toEqual({ rows: whole.rows, prefixes: whole.prefixes })
      }),
      { numRuns: 1000 },
    )
  })

  it('does not look at what lies under a common prefix', async () => {
    const keys = Array.from({ length: 20_000 }, (_, i) => `${i % 4}/${i}`)
    const { listed, fetched } = await scanning(keys, { prefix: '', delimiter: '/', after: '', max: 1000 })
    expect(listed.prefixes).toEqual(['0/', '1/', '2/', '3/'])
    expect(fetched).toBeLessThan(100)
  })
})

describe('the successor of a prefix', () => {
  it('lies behind all that begin with it, and before all else that is behind', () => {
    fc.assert(
      fc.property(word(3), word(3), (prefix, text) => {
        const end = successor(prefix)
        if (end === undefined) return
        expect(compare(prefix + text, end)).toBeLessThan(0)
        if (!text.startsWith(prefix) && compare(text, prefix) > 0) expect(compare(text, end)).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

for (const { name, missing, create } of databases) {
  describe.skipIf(missing !== undefined)(`a listing by ${name}`, () => {
    let database: TestDatabase
    let store: Store<ObjectTables>
    beforeAll(async () => {
      database = await create()
      store = (await openStore({ location: database.location, steps: objectSteps })).as<ObjectTables>()
    })
    afterAll(async () => {
      await store.close()
      await database.remove()
    })

    it('is what sorting and grouping everything gives', async () => {
      const bucketOf = fc.uniqueArray(
        word(6).filter((key) => key !== ''),
        { minLength: 1, maxLength: 60 },
      )
      const query = fc.record({
        prefix: word(2),
        delimiter: fc.constantFrom('', '/', '//', 'a', 'é', '\u{10ffff}', '/\u{10ffff}'),
        after: word(4),
        max: fc.integer({ min: 0, max: 20 }),
      })
      let serial = 0
      await fc.assert(
        fc.asyncProperty(bucketOf, fc.array(query, { minLength: 10, maxLength: 10 }), async (keys, queries) => {
          const bucket = `b${serial++}`
          const row = { name: bucket, account_id: 'a', region: 'r', created_at: 0, policy: null, tags: '[]' }
          await store.db.insertInto('s3_buckets').values(row).execute()
          const rows = keys.map((key) => ({
            bucket,
            key,
            id: key,
            size: 1,
            etag: '',
            modified_at: 1,
            facts: '',
            tags: '',
          }))
          await store.db.insertInto('s3_objects').values(rows).execute()
          for (const asked of queries) {
            const { objects, prefixes, next } = await listObjects(store, { ...asked, bucket })
            const listed = { rows: objects.map(({ key }) => key), prefixes, next }
            expect(listed).toEqual(obviously(keys, asked))
          }
        }),
        { numRuns: 60 },
      )
    })
  })
}
