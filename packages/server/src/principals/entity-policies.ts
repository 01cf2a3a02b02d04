/** PIP: the policies and tags that an IAM entity carries, read from the store. */

import type { PolicyKind } from '@scopedown/engine'
import type { Kysely } from 'kysely'
import type { SourcedPolicy } from '../kernel/caller.ts'
import type { PolicyCache } from '../kernel/policy-cache.ts'
import type { Tags } from '../kernel/tags.ts'
import type { ManagedPolicy } from './managed-policies.ts'
import type { IdentityTables } from './tables.ts'

/** Allows nothing. Stands in for a policy that is referred to and no longer there, so that its absence widens nothing. */
const nothing = '{"Version":"2012-10-17","Statement":[]}'

export class EntityPolicies {
  readonly #db: Kysely<IdentityTables>
  readonly #cache: PolicyCache
  readonly #awsManaged: ReadonlyMap<string, ManagedPolicy>

  constructor(db: Kysely<IdentityTables>, cache: PolicyCache, awsManaged: ReadonlyMap<string, ManagedPolicy>) {
    this.#db = db
    this.#cache = cache
    this.#awsManaged = awsManaged
  }

  /** Inline and attached policies of several owners (a user and its groups) at once. `owners`: unique id → ARN. */
  async identity(owners: ReadonlyMap<string, string>): Promise<SourcedPolicy[]> {
    const ids = [...owners.keys()]
    if (ids.length === 0) return []
    const inline = await this.#db
      .selectFrom('iam_inline_policies')
      .selectAll()
      .where('owner_id', 'in', ids)
      .orderBy('owner_id')
      .orderBy('name')
      .execute()
    const attached = await this.#db
      .selectFrom('iam_attachments')
      .selectAll()
      .where('owner_id', 'in', ids)
      .orderBy('owner_id')
      .orderBy('policy_arn')
      .execute()
    const documents = await this.documents(attached.map(({ policy_arn }) => policy_arn))
    const policies: SourcedPolicy[] = []
    for (const id of ids) {
      const owner = owners.get(id) ?? id
      for (const { owner_id, name, document } of inline) {
        if (owner_id === id) policies.push(this.inline(document, 'identity', owner, name))
      }
      for (const { owner_id, policy_arn } of attached) {
        if (owner_id === id) policies.push(this.#managed(documents, policy_arn, 'identity', owner))
      }
    }
    return policies
  }

  async managed(arn: string, kind: PolicyKind, attachedTo: string): Promise<SourcedPolicy> {
    return this.#managed(await this.documents([arn]), arn, kind, attachedTo)
  }

  inline(document: string, kind: PolicyKind, owner: string, name: string): SourcedPolicy {
    const uri = `${owner}#${name}`
    return { policy: this.#cache.stored(document, kind, uri), uri, inline: true, attachedTo: owner }
  }

  /** The text in force of each managed policy, AWS's or a customer's; those that do not exist are left out. */
  async documents(arns: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const documents = new Map<string, string>()
    const stored: string[] = []
    for (const arn of new Set(arns)) {
      const aws = this.#awsManaged.get(arn)
      if (aws === undefined) stored.push(arn)
      else documents.set(arn, aws.document)
    }
    if (stored.length === 0) return documents
    const rows = await this.#db
      .selectFrom('iam_policies')
      .innerJoin('iam_policy_versions', (join) =>
        join
          .onRef('iam_policy_versions.policy_id', '=', 'iam_policies.id')
          .onRef('iam_policy_versions.version', '=', 'iam_policies.default_version'),
      )
      .select(['iam_policies.arn', 'iam_policy_versions.document'])
      .where('iam_policies.arn', 'in', stored)
      .execute()
    for (const { arn, document } of rows) documents.set(arn, document)
    return documents
  }

  async tags(ownerId: string): Promise<Tags> {
    const rows = await this.#db
      .selectFrom('iam_tags')
      .select(['key', 'value'])
      .where('owner_id', '=', ownerId)
      .orderBy('key_fold')
      .execute()
    return new Map(rows.map(({ key, value }) => [key, value]))
  }

  #managed(documents: ReadonlyMap<string, string>, arn: string, kind: PolicyKind, attachedTo: string): SourcedPolicy {
    const text = documents.get(arn) ?? nothing
    return { policy: this.#cache.stored(text, kind, arn), uri: arn, inline: false, attachedTo }
  }
}
