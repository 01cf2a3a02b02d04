/** What the access map is made of, read with the caller's own permissions; what it may not read is named. */

import { type AccountPrincipal, accountPrincipals, type PolicySource } from '../../aws/account-details.ts'
import { bucketPolicy, buckets, folders } from '../../aws/buckets.ts'
import { catalogPolicy, databasePages, glueTags, tablePages } from '../../aws/catalog.ts'
import { allPages, type Page } from '../../aws/paged.ts'
import type { Session } from '../../aws/session.ts'
import type { Reachable } from '../../policy/reach.ts'
import { CatalogQuestions, catalogArns } from '../../policy/reachable.ts'

export interface MapBucket {
  readonly name: string
  readonly policy: PolicySource | undefined
  /** Those at its top, as far as they were read. */
  readonly folders: Page<string>
}

export interface Gap {
  readonly what: string
  readonly error: unknown
}

export interface MapFacts {
  readonly principals: readonly AccountPrincipal[]
  readonly catalog: readonly Reachable[]
  readonly buckets: readonly MapBucket[]
  /** What the map lacks, and why. */
  readonly gaps: readonly Gap[]
  /** The catalog has more tables than were asked for. */
  readonly truncated: boolean
}

/** `tableLimit`: tables and databases are read up to so many. */
export async function loadMap(session: Session, tableLimit: number): Promise<MapFacts> {
  const gaps: Gap[] = []
  const attempt: Attempt = async (what, work, otherwise) => {
    try {
      return await work
    } catch (error) {
      gaps.push({ what, error })
      return otherwise
    }
  }
  const principals = await accountPrincipals(session.client)
  const [catalog, found] = await Promise.all([catalogPart(session, attempt, tableLimit), bucketPart(session, attempt)])
  return { principals, catalog: catalog.resources, truncated: catalog.truncated, buckets: found, gaps }
}

type Attempt = <Value>(what: string, work: Promise<Value>, otherwise: Value) => Promise<Value>

async function catalogPart(session: Session, attempt: Attempt, limit: number) {
  const { client } = session
  const arns = catalogArns(session)
  const text = await attempt("the catalog's policy", catalogPolicy(client), undefined)
  const policy: PolicySource | undefined = text === undefined ? undefined : { name: arns.catalog, text }
  const none = { items: [], truncated: false }
  const { items, truncated } = await attempt('the databases', allPages(databasePages(client), limit), none)
  const questions = new CatalogQuestions(session, policy)
  const read = await inTurn(items, async ({ Name }) => ({
    Name,
    tags: await attempt(`tags of the database ${Name}`, glueTags(client, arns.database(Name)), {}),
    tables: await attempt(`tables of ${Name}`, allPages(tablePages(client, Name), limit), none),
  }))
  const resources = read.flatMap(({ Name, tags, tables }) => [
    questions.database(Name, tags),
    ...tables.items.map((table) => questions.table(Name, table.Name, tags)),
  ])
  return {
    resources: resources.slice(0, limit),
    truncated: truncated || resources.length > limit || read.some(({ tables }) => tables.truncated),
  }
}

async function bucketPart(session: Session, attempt: Attempt): Promise<MapBucket[]> {
  const { client, partition } = session
  const names = await attempt('the buckets', buckets(client), [])
  return inTurn(names, async (name) => {
    const text = await attempt(`the policy of ${name}`, bucketPolicy(client, name), undefined)
    const nothing: Page<string> = { items: [], next: undefined }
    return {
      name,
      policy: text === undefined ? undefined : { name: `arn:${partition}:s3:::${name}`, text },
      folders: await attempt(`folders of ${name}`, folders(client, name, ''), nothing),
    }
  })
}

/** Asked of the server at once. */
const hands = 4

/** Results in the order of the items. */
async function inTurn<Item, Result>(items: readonly Item[], work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  const queue = items.entries()
  const hand = async () => {
    for (const [index, item] of queue) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: hands }, hand))
  return results
}
