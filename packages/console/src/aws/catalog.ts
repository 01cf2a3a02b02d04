/** Glue's Data Catalog as this page reads it: databases, tables, tags, the catalog's own policy. */

import type { Client } from './client.ts'
import { AwsFault } from './fault.ts'
import type { FetchPage } from './paged.ts'

export interface Database {
  readonly Name: string
  readonly Description?: string
}

export interface Table {
  readonly Name: string
  readonly DatabaseName: string
  readonly Description?: string
  readonly StorageDescriptor?: {
    readonly Location?: string
    readonly Columns?: readonly { readonly Name: string; readonly Type?: string }[]
  }
}

export const databasePages =
  (client: Client): FetchPage<Database> =>
  async (NextToken) => {
    const page = await client.json<{ DatabaseList?: Database[]; NextToken?: string }>('glue', 'AWSGlue.GetDatabases', {
      NextToken,
      MaxResults: 100,
    })
    return { items: page.DatabaseList ?? [], next: page.NextToken }
  }

export const tablePages =
  (client: Client, DatabaseName: string): FetchPage<Table> =>
  async (NextToken) => {
    const page = await client.json<{ TableList?: Table[]; NextToken?: string }>('glue', 'AWSGlue.GetTables', {
      DatabaseName,
      NextToken,
      MaxResults: 100,
    })
    return { items: page.TableList ?? [], next: page.NextToken }
  }

export async function glueTags(client: Client, arn: string): Promise<Readonly<Record<string, string>>> {
  const { Tags } = await client.json<{ Tags?: Record<string, string> }>('glue', 'AWSGlue.GetTags', { ResourceArn: arn })
  return Tags ?? {}
}

/** Undefined: there is none. */
export async function catalogPolicy(client: Client): Promise<string | undefined> {
  try {
    const answer = await client.json<{ PolicyInJson?: string }>('glue', 'AWSGlue.GetResourcePolicy', {})
    return answer.PolicyInJson
  } catch (error) {
    if (error instanceof AwsFault && error.code === 'EntityNotFoundException') return undefined
    throw error
  }
}
