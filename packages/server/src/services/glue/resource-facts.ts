/**
 * Tags and the catalog's resource policy, read at every decision and therefore kept in memory until something of their
 * account and region is written. Whoever writes them does so under the topic of `factsTopic`.
 */

import type { SourcedPolicy } from '../../kernel/caller.ts'
import type { PolicyCache } from '../../kernel/policy-cache.ts'
import type { Tags } from '../../kernel/tags.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import type { Store } from '../../store/store.ts'
import type { GlueTables } from './tables.ts'

const tagsLimit = 50_000
const topicPrefix = 'glue-facts/'

/** The topic under which tags and policies of an account's region are written: `store.write(factsTopic(scope), …)`. */
export const factsTopic = (scope: string): string => `${topicPrefix}${scope}`

export class ResourceFactsCache {
  readonly #store: Store<GlueTables>
  readonly #policies: PolicyCache
  #tags = new Map<string, Tags>()
  readonly #catalogPolicies = new Map<string, SourcedPolicy | undefined>()
  /** Counts what was forgotten, so that a read that began before a write is not kept after it. */
  #epoch = 0

  constructor(store: Store<IdentityTables & GlueTables>, policies: PolicyCache) {
    this.#store = store.as<GlueTables>()
    this.#policies = policies
    store.changes.onChange((topic) => {
      if (topic.startsWith(topicPrefix)) this.#forget(topic.slice(topicPrefix.length))
    })
  }

  /** Without a promise where they are known already. */
  tags(scope: string, resource: string): Tags | Promise<Tags> {
    return this.#tags.get(`${scope}:${resource}`) ?? this.#loadTags(scope, resource)
  }

  catalogPolicy(scope: string, catalogArn: string): SourcedPolicy | undefined | Promise<SourcedPolicy | undefined> {
    return this.#catalogPolicies.has(scope) ? this.#catalogPolicies.get(scope) : this.#loadPolicy(scope, catalogArn)
  }

  /** As the engine takes it; `document` with its principals frozen. */
  sourced(document: string, catalogArn: string): SourcedPolicy {
    return {
      policy: this.#policies.stored(document, 'resource', catalogArn),
      uri: catalogArn,
      inline: true,
      attachedTo: catalogArn,
    }
  }

  async #loadTags(scope: string, resource: string): Promise<Tags> {
    const epoch = this.#epoch
    const rows = await this.#store.db
      .selectFrom('glue_tags')
      .select(['key', 'value'])
      .where('scope', '=', scope)
      .where('resource', '=', resource)
      .orderBy('key')
      .execute()
    const tags: Tags = new Map(rows.map(({ key, value }) => [key, value]))
    if (epoch !== this.#epoch) return tags
    if (this.#tags.size >= tagsLimit) this.#tags.delete(this.#tags.keys().next().value ?? '')
    this.#tags.set(`${scope}:${resource}`, tags)
    return tags
  }

  async #loadPolicy(scope: string, catalogArn: string): Promise<SourcedPolicy | undefined> {
    const epoch = this.#epoch
    const row = await this.#store.db
      .selectFrom('glue_resource_policies')
      .select('document')
      .where('scope', '=', scope)
      .executeTakeFirst()
    const policy = row && this.sourced(row.document, catalogArn)
    if (epoch === this.#epoch) this.#catalogPolicies.set(scope, policy)
    return policy
  }

  #forget(scope: string): void {
    this.#epoch += 1
    this.#catalogPolicies.delete(scope)
    // One account's tags among many: to find them would cost more than to read them again.
    this.#tags = new Map()
  }
}
