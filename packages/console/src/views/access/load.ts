/** What the access map is made of, read with the caller's own permissions; what it may not read is named. */

import { type AccountPrincipal, accountPrincipals, type PolicySource } from '../../aws/account-details.ts'
import { bucketPolicy, buckets, listing } from '../../aws/buckets.ts'
import { catalogPolicy, databases, glueTags, tables } from '../../aws/catalog.ts'
import type { Session } from '../../aws/session.ts'
import type { Reachable } from '../../policy/reach.ts'
import { CatalogQuestions, catalogArns, folderReachable } from '../../policy/reachable.ts'

export interface MapFacts {
  readonly principals: readonly AccountPrincipal[]
  readonly resources: readonly Reachable[]
  /** What the map lacks, and why. */
  readonly gaps: readonly { readonly what: string; readonly error: unknown }[]
}

const tableLimit = 5000
const databaseLimit = 1000

export async function loadMap(session: Session): Promise<MapFacts> {
  const gaps: { what: string; error: unknown }[] = []
  const attempt = async <Value>(what: string, work: Promise<Value>, otherwise: Value): Promise<Value> => {
    try {
      return await work
    } catch (error) {
      gaps.push({ what, error })
      return otherwise
    }
  }
  const principals = await accountPrincipals(session.client)
  const [catalog, folders] = await Promise.all([catalogPart(session, attempt, gaps), bucketPart(session, attempt)])
  return { principals, resources: [...catalog, ...folders], gaps }
}

type Attempt = <Value>(what: string, work: Promise<Value>, otherwise: Value) => Promise<Value>

async function catalogPart(
  session: Session,
  attempt: Attempt,
  gaps: { what: string; error: unknown }[],
): Promise<Reachable[]> {
  const { client } = session
  const arns = catalogArns(session)
  const text = await attempt("the catalog's policy", catalogPolicy(client), undefined)
  const policy: PolicySource | undefined = text === undefined ? undefined : { name: arns.catalog, text }
  const found = await attempt('the databases', databases(client, databaseLimit), { items: [], truncated: false })
  const questions = new CatalogQuestions(session, policy)
  const resources: Reachable[] = []
  for (const { Name } of found.items) {
    const tags = await attempt(`tags of the database ${Name}`, glueTags(client, arns.database(Name)), {})
    const limit = Math.max(1, tableLimit - resources.length)
    const listed = await attempt(`tables of ${Name}`, tables(client, Name, limit), { items: [], truncated: false })
    resources.push(questions.database(Name, tags))
    resources.push(...listed.items.map((table) => questions.table(Name, table.Name, tags)))
    if (listed.truncated || resources.length >= tableLimit) {
      gaps.push({ what: 'the catalog', error: new Error(`Only ${tableLimit} of its tables are drawn.`) })
      break
    }
  }
  return resources
}

async function bucketPart(session: Session, attempt: Attempt): Promise<Reachable[]> {
  const { client, partition } = session
  const resources: Reachable[] = []
  for (const bucket of await attempt('the buckets', buckets(client), [])) {
    const text = await attempt(`the policy of ${bucket}`, bucketPolicy(client, bucket), undefined)
    const policy = text === undefined ? undefined : { name: `arn:${partition}:s3:::${bucket}`, text }
    const { folders } = await attempt(`folders of ${bucket}`, listing(client, bucket, ''), {
      folders: [],
      objects: [],
      truncated: false,
    })
    for (const folder of ['', ...folders]) resources.push(folderReachable(session, bucket, folder, policy))
  }
  return resources
}
