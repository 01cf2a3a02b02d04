/**
 * ML transforms, named by id in ARNs. Glue API reference: CreateMLTransform, GetMLTransform(s), UpdateMLTransform,
 * DeleteMLTransform, ListMLTransforms. None is trained here, so each stays NOT_READY.
 */

import { createHash } from 'node:crypto'
import type { MLTransform } from '@aws-sdk/client-glue'
import { requires } from '../../../kernel/requirement.ts'
import { alreadyExists, invalidInput, limitExceeded, notFound } from '../faults.ts'
import { type GlueInput, operation } from '../operation.ts'
import { pageOf } from '../page.ts'
import { checkedTags } from '../tag-rows.ts'
import { checkCapacity } from './job-shape.ts'
import { dbOf, defaultPage, scopeOf } from './reading.ts'
import { creating } from './requirements.ts'
import { passing } from './role.ts'
import {
  changeResource,
  createResource,
  type Db,
  definitionOf,
  deleteResource,
  type ResourceRow,
  resourceNamed,
  resourcesAfter,
  without,
  write,
} from './stored.ts'
import { positionIn, sortKey, transformFilter } from './transform-order.ts'

export type TransformDefinition = Omit<GlueInput<'CreateMLTransform'>, 'Tags'>

export function transformShape(row: ResourceRow): MLTransform {
  return {
    ...definitionOf<TransformDefinition>(row),
    TransformId: row.name,
    Status: row.state as NonNullable<MLTransform['Status']>,
    CreatedOn: new Date(row.created_at),
    LastModifiedOn: new Date(row.updated_at),
    LabelCount: 0,
    Schema: [],
  }
}

/** Known before the transform exists, for its tags are asked about on its ARN; the same throughout one call. */
function newId(call: { readonly requestId: string; readonly caller: { readonly account: string } }): string {
  const digest = createHash('sha256').update(`${call.caller.account} ${call.requestId}`).digest('hex')
  return `tfm-${digest.slice(0, 40)}`
}

function check(input: Partial<TransformDefinition>): void {
  checkCapacity(input)
  if (input.Parameters === undefined) return
  const { TransformType, FindMatchesParameters } = input.Parameters
  if (TransformType === 'FIND_MATCHES' && FindMatchesParameters === undefined) {
    throw invalidInput('A FIND_MATCHES transform needs FindMatchesParameters.')
  }
}

/** AWS General Reference, "AWS Glue endpoints and quotas": machine learning transforms per account, 100. */
const quota = 100

/** Names are unique though ARNs do not bear them. `own`: the transform that is being changed; undefined for a new one. */
async function checkPlace(db: Db, scope: string, name: string, own?: string): Promise<void> {
  const all = await resourcesAfter(db, scope, 'mlTransform', {}, quota)
  const taken = all.some((row) => row.name !== own && definitionOf<TransformDefinition>(row).Name === name)
  if (taken) throw alreadyExists('MLTransform')
  if (own === undefined && all.length >= quota) {
    throw limitExceeded(`An account can have at most ${quota} ML transforms.`)
  }
}

export const createMLTransform = operation('CreateMLTransform', {
  authorize: async (call, deps) => {
    const { input, arn, caller } = call
    return [
      ...creating('glue:CreateMLTransform', arn.mlTransform(newId(call)), input.Tags, '*'),
      ...(await passing(input.Role, caller, deps)),
    ]
  },
  handle: async (call, deps) => {
    const { input, time } = call
    check(input)
    const name = newId(call)
    const scope = scopeOf(call)
    const made = { scope, kind: 'mlTransform', name, state: 'NOT_READY', time } as const
    const definition = without(input, 'Tags')
    await createResource(deps, { ...made, definition, tags: checkedTags(input.Tags) }, (db) =>
      checkPlace(db, scope, input.Name),
    )
    return { TransformId: name }
  },
})

export const getMLTransform = operation('GetMLTransform', {
  authorize: ({ input, arn }) => [requires('glue:GetMLTransform', arn.mlTransform(input.TransformId))],
  handle: async (call, deps) =>
    transformShape(await resourceNamed(dbOf(deps), scopeOf(call), 'mlTransform', call.input.TransformId)),
})

export const updateMLTransform = operation('UpdateMLTransform', {
  authorize: async ({ input, arn, caller }, deps) => [
    requires('glue:UpdateMLTransform', arn.mlTransform(input.TransformId)),
    ...(await passing(input.Role, caller, deps)),
  ],
  handle: async (call, deps) => {
    const { TransformId, ...given } = call.input
    const changes = given as Partial<TransformDefinition>
    check(changes)
    const scope = scopeOf(call)
    await write(deps, scope, async (db) => {
      const row = await resourceNamed(db, scope, 'mlTransform', TransformId)
      if (changes.Name !== undefined) await checkPlace(db, scope, changes.Name, TransformId)
      const definition = { ...definitionOf<TransformDefinition>(row), ...changes }
      await changeResource(db, row, { definition, version: row.version + 1, updated_at: call.time })
    })
    return { TransformId }
  },
})

export const deleteMLTransform = operation('DeleteMLTransform', {
  authorize: ({ input, arn }) => [requires('glue:DeleteMLTransform', arn.mlTransform(input.TransformId))],
  handle: async (call, deps) => {
    const { TransformId } = call.input
    const deleted = await deleteResource(deps, scopeOf(call), 'mlTransform', TransformId)
    if (!deleted) throw notFound('MLTransform', TransformId)
    return { TransformId }
  },
})

type Many = GlueInput<'ListMLTransforms'> & { readonly Tags?: Readonly<Record<string, string>> | undefined }

/** There are at most a hundred: they are put in order here. */
async function pageOfTransforms(
  call: Parameters<typeof scopeOf>[0] & { readonly input: Many },
  operationName: string,
  deps: Parameters<typeof dbOf>[0],
) {
  const { Filter, Sort, Tags, MaxResults = defaultPage, NextToken: token } = call.input
  const scope = scopeOf(call)
  const wanted = transformFilter(Filter)
  const tags = new Map(Object.entries(Tags ?? {}))
  const keyOf = sortKey(Sort)
  return pageOf(
    { operation: operationName, scope, filter: [Filter, Sort, ...tags], token, size: MaxResults },
    {
      fetch: async (after, limit) => {
        const rows = await resourcesAfter(dbOf(deps), scope, 'mlTransform', { tags }, quota)
        const all = rows.map(transformShape).filter(wanted)
        return positionIn(all, keyOf, Sort?.SortDirection, after).slice(0, limit)
      },
      keyOf,
    },
  )
}

export const getMLTransforms = operation('GetMLTransforms', {
  authorize: () => [requires('glue:GetMLTransforms', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfTransforms(call, 'GetMLTransforms', deps)
    return { Transforms: rows, ...NextToken }
  },
})

export const listMLTransforms = operation('ListMLTransforms', {
  authorize: () => [requires('glue:ListMLTransforms', '*')],
  handle: async (call, deps) => {
    const { rows, NextToken } = await pageOfTransforms(call, 'ListMLTransforms', deps)
    return { TransformIds: rows.map(({ TransformId }) => TransformId ?? ''), ...NextToken }
  },
})
