/**
 * The catalog's resource policy, one for each account and region. API reference: PutResourcePolicy, GetResourcePolicy,
 * DeleteResourcePolicy, GetResourcePolicies; Glue Developer Guide, "Resource-based policies".
 */

import { createHash } from 'node:crypto'
import { ServiceFault } from '@scopedown/wire'
import type { Selectable } from 'kysely'
import type { Call } from '../../../kernel/call.ts'
import { type Requirements, requires } from '../../../kernel/requirement.ts'
import { thawPrincipals } from '../../../principals/frozen-principals.ts'
import type { GlueArns } from '../arns.ts'
import { invalidInput } from '../faults.ts'
import { type GlueDb, type GlueDeps, operation } from '../operation.ts'
import { type Owner, ownerOf } from '../owner.ts'
import { wrongToken } from '../page.ts'
import { factsTopic } from '../resource-facts.ts'
import type { GlueTables } from '../tables.ts'
import { checkedPolicy } from './policy-document.ts'

type PolicyRow = Selectable<GlueTables['glue_resource_policies']>

const noPolicy = () => new ServiceFault('EntityNotFoundException', 'Policy not found')
const conditionFailed = (message: string) => new ServiceFault('ConditionCheckFailureException', message)

function asked(action: string, owner: Owner, resourceArn: string | undefined): Requirements {
  const catalog = requires(`glue:${action}`, owner.arn.catalog())
  if (resourceArn === undefined || resourceArn === owner.arn.catalog()) return [catalog]
  return [catalog, requires(`glue:${action}`, resourceArn)]
}

/** Only the catalog as a whole has a policy here: those of single resources are made by AWS RAM. */
function policyScope(call: Call<{ readonly ResourceArn?: string | undefined }, GlueArns>): string {
  const owner = ownerOf(call, undefined)
  const { ResourceArn } = call.input
  if (ResourceArn === undefined || ResourceArn === owner.arn.catalog()) return owner.scope()
  throw noPolicy()
}

async function policyRow(db: GlueDb, scope: string): Promise<PolicyRow | undefined> {
  return db.selectFrom('glue_resource_policies').selectAll().where('scope', '=', scope).executeTakeFirst()
}

async function shown(row: PolicyRow, owner: Owner, deps: GlueDeps) {
  const { policy } = deps.facts.sourced(row.document, owner.arn.catalog())
  return {
    PolicyInJson: await thawPrincipals(deps.store.db, row.document, policy, deps.partition),
    PolicyHash: row.hash,
    CreateTime: new Date(row.created_at),
    UpdateTime: new Date(row.updated_at),
  }
}

function checkHash(row: PolicyRow | undefined, wanted: string | undefined): void {
  if (wanted === undefined) return
  if (row === undefined) throw conditionFailed('PolicyHashCondition was given, and there is no policy.')
  if (row.hash !== wanted) throw conditionFailed('The policy was changed: its hash is not PolicyHashCondition.')
}

export const putResourcePolicy = operation('PutResourcePolicy', {
  authorize: (call) => asked('PutResourcePolicy', ownerOf(call, undefined), call.input.ResourceArn),
  handle: async (call, deps) => {
    const { input, time } = call
    const owner = ownerOf(call, undefined)
    if (input.ResourceArn !== undefined && input.ResourceArn !== owner.arn.catalog()) {
      throw invalidInput('Only the catalog as a whole can have a policy.')
    }
    const scope = owner.scope()
    const document = await checkedPolicy(input.PolicyInJson, owner, deps.store.db, deps)
    const resourcePolicy = deps.facts.sourced(document, owner.arn.catalog())
    const refusal = await call.ask(requires('glue:PutResourcePolicy', owner.arn.catalog(), { resourcePolicy }))
    if (refusal !== undefined) throw invalidInput('Policy would deny its author the next PutResourcePolicy.')
    const hash = createHash('sha256').update(input.PolicyInJson).digest('base64')
    await deps.store.write(factsTopic(scope), async (db) => {
      const row = await policyRow(db, scope)
      checkHash(row, input.PolicyHashCondition)
      if (input.PolicyExistsCondition === 'MUST_EXIST' && row === undefined) throw conditionFailed('No policy exists.')
      if (input.PolicyExistsCondition === 'NOT_EXIST' && row !== undefined) throw conditionFailed('A policy exists.')
      const next = { document, hash, updated_at: time }
      await db
        .insertInto('glue_resource_policies')
        .values({ scope, created_at: time, ...next })
        .onConflict((conflict) => conflict.column('scope').doUpdateSet(next))
        .execute()
    })
    return { PolicyHash: hash }
  },
})

export const getResourcePolicy = operation('GetResourcePolicy', {
  authorize: (call) => asked('GetResourcePolicy', ownerOf(call, undefined), call.input.ResourceArn),
  handle: async (call, deps) => {
    const row = await policyRow(deps.store.db, policyScope(call))
    if (row === undefined) throw noPolicy()
    return shown(row, ownerOf(call, undefined), deps)
  },
})

export const deleteResourcePolicy = operation('DeleteResourcePolicy', {
  authorize: (call) => asked('DeleteResourcePolicy', ownerOf(call, undefined), call.input.ResourceArn),
  handle: async (call, deps) => {
    const scope = policyScope(call)
    await deps.store.write(factsTopic(scope), async (db) => {
      const row = await policyRow(db, scope)
      if (row === undefined) throw noPolicy()
      checkHash(row, call.input.PolicyHashCondition)
      await db.deleteFrom('glue_resource_policies').where('scope', '=', scope).execute()
    })
    return {}
  },
})

export const getResourcePolicies = operation('GetResourcePolicies', {
  authorize: (call) => asked('GetResourcePolicies', ownerOf(call, undefined), undefined),
  handle: async (call, deps) => {
    const owner = ownerOf(call, undefined)
    if (call.input.NextToken !== undefined) throw wrongToken()
    const row = await policyRow(deps.store.db, owner.scope())
    return { GetResourcePoliciesResponseList: row === undefined ? [] : [await shown(row, owner, deps)] }
  },
})
