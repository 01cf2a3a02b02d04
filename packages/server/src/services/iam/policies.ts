/** Managed policies. API reference: CreatePolicy, GetPolicy, ListPolicies, DeletePolicy. */

import { policySize, quotas } from '@scopedown/engine'
import { type Requirement, type RequirementDetails, requires } from '../../kernel/requirement.ts'
import { tagsOf } from '../../kernel/tags.ts'
import { uniqueId } from '../../principals/unique-ids.ts'
import { accountQuotas } from './account-quotas.ts'
import * as limits from './constraints.ts'
import { checkedPolicy } from './documents.ts'
import { type Db, nameKey, tagList } from './entities.ts'
import { alreadyExists, deleteConflict, limitExceeded, noSuchPolicy } from './faults.ts'
import { operation } from './operation.ts'
import { pageOfAll } from './pages.ts'
import {
  checkPolicyArn,
  findPolicy,
  isAwsPolicy,
  ofAws,
  ofRow,
  ownPolicy,
  type PolicyRow,
  policyShape,
  policyUsage,
} from './policy-store.ts'
import { insertTags } from './tags.ts'

export function onPolicy(action: string, arn: string, details: RequirementDetails = {}): Requirement {
  checkPolicyArn(arn)
  return requires(action, arn, details)
}

/** For what every account may do with AWS's policies: they then count as its own. Anything else on them is another account's. */
export function onReadablePolicy(action: string, arn: string, account: string): Requirement {
  checkPolicyArn(arn)
  return requires(action, arn, isAwsPolicy(arn) ? { resourceAccount: account } : {})
}

export function checkManagedDocument(text: string): void {
  checkedPolicy(text, 'identity')
  const { characters } = quotas.managed
  if (policySize(text, 'managed') > characters) throw limitExceeded('PolicySize', characters)
}

export const createPolicy = operation('CreatePolicy', {
  constraints: {
    PolicyName: limits.name,
    Path: limits.path,
    PolicyDocument: limits.policyDocument,
    Description: limits.policyDescription,
    ...limits.tags,
  },
  authorize: ({ input, arn }) => {
    const resource = arn.policy(input.Path ?? '/', input.PolicyName)
    const create = requires('iam:CreatePolicy', resource, { requestTags: input.Tags })
    if (!input.Tags?.length) return [create]
    return [create, requires('iam:TagPolicy', resource, { requestTags: input.Tags })]
  },
  handle: async ({ input, caller, arn, time }, deps) => {
    checkManagedDocument(input.PolicyDocument)
    const path = input.Path ?? '/'
    const row: PolicyRow = {
      id: uniqueId('policy'),
      account_id: caller.account,
      name: input.PolicyName,
      name_key: nameKey(input.PolicyName),
      path,
      created_at: time,
      arn: arn.policy(path, input.PolicyName),
      description: input.Description ?? '',
      default_version: 1,
      last_version: 1,
      updated_at: time,
    }
    await deps.store.write(caller.account, async (db) => {
      await checkNewPolicy(db, caller.account, input.PolicyName)
      await db.insertInto('iam_policies').values(row).execute()
      await db
        .insertInto('iam_policy_versions')
        .values({ policy_id: row.id, version: 1, document: input.PolicyDocument, created_at: time })
        .execute()
      await insertTags(db, row.id, input.Tags)
    })
    return { Policy: { ...policyShape(ofRow(row), new Map()), ...tagList(tagsOf(input.Tags)) } }
  },
})

async function checkNewPolicy(db: Db, account: string, name: string): Promise<void> {
  const taken = await db
    .selectFrom('iam_policies')
    .select('id')
    .where('account_id', '=', account)
    .where('name_key', '=', nameKey(name))
    .executeTakeFirst()
  if (taken !== undefined) throw alreadyExists('policy', name)
  const { count } = await db
    .selectFrom('iam_policies')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('account_id', '=', account)
    .executeTakeFirstOrThrow()
  const [quota, limit] = accountQuotas.policy
  if (count >= limit) throw limitExceeded(quota, limit)
}

export const getPolicy = operation('GetPolicy', {
  constraints: { PolicyArn: limits.arn },
  authorize: ({ input, caller }) => [onReadablePolicy('iam:GetPolicy', input.PolicyArn, caller.account)],
  handle: async ({ input, caller }, deps) => {
    const policy = await findPolicy(deps.store.db, deps, caller.account, input.PolicyArn)
    if (policy === undefined) throw noSuchPolicy(input.PolicyArn)
    const usage = await policyUsage(deps.store.db, caller.account)
    const tags = await deps.policies.tags(policy.id)
    return {
      Policy: {
        ...policyShape(policy, usage),
        ...(policy.description === '' ? {} : { Description: policy.description }),
        ...tagList(tags),
      },
    }
  },
})

export const listPolicies = operation('ListPolicies', {
  constraints: {
    Scope: { oneOf: ['All', 'AWS', 'Local'] },
    PolicyUsageFilter: { oneOf: ['PermissionsPolicy', 'PermissionsBoundary'] },
    PathPrefix: limits.pathPrefix,
    ...limits.pages,
  },
  authorize: () => [requires('iam:ListPolicies', '*')],
  handle: async ({ input, caller }, { store, awsManaged }) => {
    const scope = input.Scope ?? 'All'
    const prefix = input.PathPrefix ?? '/'
    const own =
      scope === 'AWS'
        ? []
        : await store.db.selectFrom('iam_policies').selectAll().where('account_id', '=', caller.account).execute()
    const aws = scope === 'Local' ? [] : [...awsManaged.values()]
    const usage = await policyUsage(store.db, caller.account)
    const { PolicyUsageFilter: used } = input
    const wanted = [...own.map(ofRow), ...aws.map(ofAws)].filter(({ arn, path }) => {
      if (!path.startsWith(prefix)) return false
      const { attachments = 0, boundaries = 0 } = usage.get(arn) ?? {}
      if (used === 'PermissionsBoundary') return boundaries > 0
      if (used === 'PermissionsPolicy') return attachments > 0
      return input.OnlyAttached !== true || attachments > 0
    })
    const { items, end } = pageOfAll(wanted, input, ({ arn }) => arn)
    return { Policies: items.map((policy) => policyShape(policy, usage)), ...end }
  },
})

export const deletePolicy = operation('DeletePolicy', {
  constraints: { PolicyArn: limits.arn },
  authorize: ({ input }) => [onPolicy('iam:DeletePolicy', input.PolicyArn)],
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const policy = await ownPolicy(db, caller.account, input.PolicyArn)
      if ((await policyUsage(db, caller.account)).has(policy.arn)) {
        throw deleteConflict('Cannot delete a policy attached to entities.')
      }
      const versions = await db
        .selectFrom('iam_policy_versions')
        .select('version')
        .where('policy_id', '=', policy.id)
        .execute()
      if (versions.length > 1) {
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
            'The default version is deleted with the policy.',
        )
      }
      await db.deleteFrom('iam_policy_versions').where('policy_id', '=', policy.id).execute()
      await db.deleteFrom('iam_tags').where('owner_id', '=', policy.id).execute()
      await db.deleteFrom('iam_policies').where('id', '=', policy.id).execute()
    })
    return {}
  },
})
