/**
 * What a principal may reach, as questions: the catalog's hierarchy asks catalog, database and table in turn (Glue Developer
 * Guide, "Data Catalog resource ARNs"); a folder is asked about by an object in it.
 */

import type { PolicySource } from '../aws/account-details.ts'
import type { Ask, Level, Place, Reachable } from './reach.ts'

type Tags = Readonly<Record<string, string>> | undefined

const actions = {
  table: { read: 'glue:GetTable', write: 'glue:UpdateTable', delete: 'glue:DeleteTable' },
  database: { read: 'glue:GetDatabase', write: 'glue:UpdateDatabase', delete: 'glue:DeleteDatabase' },
  object: { read: 's3:GetObject', write: 's3:PutObject', delete: 's3:DeleteObject' },
} as const

/** A name that nobody's policy singles out. */
const anyObject = 'any-object'

export function catalogArns({ partition, region, account }: Place) {
  const prefix = `arn:${partition}:glue:${region}:${account}:`
  return {
    catalog: `${prefix}catalog`,
    database: (name: string) => `${prefix}database/${name}`,
    table: (database: string, name: string) => `${prefix}table/${database}/${name}`,
  }
}

type Names = Readonly<Record<Level, string>>

/** The questions of one catalog. What every table of a database asks alike is asked once. */
export class CatalogQuestions {
  readonly #arns: ReturnType<typeof catalogArns>
  readonly #policy: PolicySource | undefined
  readonly #shared = new Map<string, Ask>()

  constructor(place: Place, policy: PolicySource | undefined) {
    this.#arns = catalogArns(place)
    this.#policy = policy
  }

  database(name: string, tags: Tags): Reachable {
    return this.#reachable(this.#arns.database(name), name, actions.database, (action) => [
      this.#once(action, this.#arns.catalog, undefined),
      this.#once(action, this.#arns.database(name), tags),
    ])
  }

  table(database: string, name: string, tags: Tags): Reachable {
    const arn = this.#arns.table(database, name)
    return this.#reachable(arn, `${database}.${name}`, actions.table, (action) => [
      this.#once(action, this.#arns.catalog, undefined),
      this.#once(action, this.#arns.database(database), tags),
      { action, resource: arn },
    ])
  }

  #reachable(id: string, label: string, names: Names, asks: (action: string) => Ask[]): Reachable {
    return {
      id,
      label,
      asks: { read: asks(names.read), write: asks(names.write), delete: asks(names.delete) },
      resourcePolicy: this.#policy,
      foldNames: true,
    }
  }

  #once(action: string, resource: string, tags: Tags): Ask {
    const key = `${action} ${resource}`
    const known = this.#shared.get(key)
    if (known !== undefined) return known
    const ask: Ask = { action, resource, tags, shared: true }
    this.#shared.set(key, ask)
    return ask
  }
}

/** `prefix`: empty for objects at the top of the bucket, else with its slash. */
export function folderReachable(
  { partition }: Place,
  bucket: string,
  prefix: string,
  policy: PolicySource | undefined,
): Reachable {
  const resource = `arn:${partition}:s3:::${bucket}/${prefix}${anyObject}`
  const asks = (action: string): Ask[] => [{ action, resource }]
  return {
    id: resource,
    label: `${bucket}/${prefix}`,
    asks: { read: asks(actions.object.read), write: asks(actions.object.write), delete: asks(actions.object.delete) },
    resourcePolicy: policy,
    foldNames: false,
  }
}
