/** TagResource, UntagResource, GetTags: for every kind of resource of every room. Glue Developer Guide, "Tagging APIs". */

import { parseArn } from '@scopedown/engine'
import { type Requirement, requires } from '../../kernel/requirement.ts'
import { noTags } from '../../kernel/tags.ts'
import { scopeKey, splitKind } from './arns.ts'
import { invalidInput, notFound } from './faults.ts'
import { type GlueDb, type GlueDeps, operation } from './operation.ts'
import { factsTopic } from './resource-facts.ts'
import type { ResourceKind } from './room.ts'
import { checkedTags, putTags, removeTags } from './tag-rows.ts'

interface Named {
  readonly kind: ResourceKind
  readonly arn: string
  readonly scope: string
  readonly resource: string
  readonly name: string
}

/** The three operations over the kinds that the rooms keep. */
export function taggingOperations(kinds: ReadonlyMap<string, ResourceKind>) {
  const named = (text: string, partition: string): Named => {
    const arn = parseArn(text)
    if (arn?.service !== 'glue' || arn.partition !== partition || arn.account === '' || arn.region === '') {
      throw invalidInput(`${text} is not the ARN of a Glue resource.`)
    }
    const { kind: prefix, name: written } = splitKind(arn.resource)
    const kind = kinds.get(prefix)
    if (kind === undefined || !kind.taggable || written === '') throw invalidInput(`${text} cannot bear tags.`)
    const name = kind.foldsNames === true ? written.toLowerCase() : written
    const resource = `${prefix}/${name}`
    const stored = `arn:${arn.partition}:glue:${arn.region}:${arn.account}:${resource}`
    return { kind, arn: stored, scope: scopeKey(arn), resource, name }
  }
  const fold = ({ kind }: Named, { switches }: GlueDeps) => ({
    foldResourceNames: kind.foldsNames === true && switches.foldNames,
  })
  const mustExist = async ({ kind, scope, name }: Named, db: GlueDb) => {
    if (!(await kind.exists(db, scope, name))) throw notFound(kind.title, name)
  }

  const tagResource = operation('TagResource', {
    authorize: ({ input, caller }, deps) => {
      const target = named(input.ResourceArn, caller.partition)
      const tags = checkedTags(input.TagsToAdd)
      const first = requires('glue:TagResource', target.arn, { ...fold(target, deps), requestTags: tags })
      const also: Requirement[] =
        target.kind.tagNeeds === undefined ? [] : [requires(target.kind.tagNeeds, target.arn, fold(target, deps))]
      return [first, ...also]
    },
    handle: async ({ input, caller }, deps) => {
      const target = named(input.ResourceArn, caller.partition)
      await deps.store.write(factsTopic(target.scope), async (db) => {
        await mustExist(target, db)
        await putTags(db, target.scope, target.resource, checkedTags(input.TagsToAdd))
      })
      return {}
    },
  })

  const untagResource = operation('UntagResource', {
    authorize: ({ input, caller }, deps) => {
      const target = named(input.ResourceArn, caller.partition)
      return [requires('glue:UntagResource', target.arn, { ...fold(target, deps), tagKeys: input.TagsToRemove })]
    },
    handle: async ({ input, caller }, deps) => {
      const target = named(input.ResourceArn, caller.partition)
      await deps.store.write(factsTopic(target.scope), async (db) => {
        await mustExist(target, db)
        await removeTags(db, target.scope, target.resource, input.TagsToRemove)
      })
      return {}
    },
  })

  const getTags = operation('GetTags', {
    authorize: ({ input, caller }, deps) => {
      const target = named(input.ResourceArn, caller.partition)
      return [requires('glue:GetTags', target.arn, fold(target, deps))]
    },
    handle: async ({ input, caller }, deps) => {
      const target = named(input.ResourceArn, caller.partition)
      await mustExist(target, deps.store.db)
      const tags = (await deps.facts.tags(target.scope, target.resource)) ?? noTags
      return { Tags: Object.fromEntries(tags) }
    },
  })
  return [tagResource, untagResource, getTags]
}
