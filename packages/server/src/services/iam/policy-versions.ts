/**
 * Versions of managed policies. API reference: CreatePolicyVersion, GetPolicyVersion, ListPolicyVersions, DeletePolicyVersion,
 * SetDefaultPolicyVersion. AWS's own policies show the one version that is in force.
 */

import type { PolicyVersion } from '@aws-sdk/client-iam'
import { ServiceFault } from '@scopedown/wire'
import type { Selectable } from 'kysely'
import type { IdentityTables } from '../../principals/tables.ts'
import { versionsPerPolicy } from './account-quotas.ts'
import * as limits from './constraints.ts'
import { encodedDocument } from './documents.ts'
import type { Db } from './entities.ts'
import { deleteConflict, noSuchPolicy, nothing } from './faults.ts'
import { type IamDeps, operation } from './operation.ts'
import { pageOfAll } from './pages.ts'
import { checkManagedDocument, onPolicy, onReadablePolicy } from './policies.ts'
import { findPolicy, ownPolicy, type PolicyRow, type StoredPolicy } from './policy-store.ts'

type VersionRow = Selectable<IdentityTables['iam_policy_versions']>

const noSuchVersion = (arn: string, version: string): ServiceFault =>
  nothing(`Policy ${arn} version ${version} does not exist or is not attachable.`)

/** `v3` → 3. Undefined for `v3.draft`, which the pattern allows and nobody has. */
function numberOf(versionId: string): number | undefined {
  const digits = /^v([1-9][0-9]{0,9})$/.exec(versionId)?.[1]
  return digits === undefined ? undefined : Number(digits)
}

function versionsOf(db: Db, policyId: string): Promise<VersionRow[]> {
  return db
    .selectFrom('iam_policy_versions')
    .selectAll()
    .where('policy_id', '=', policyId)
    .orderBy('version', 'desc')
    .execute()
}

/** Newest first, each with its document. */
export async function policyVersions(
  deps: IamDeps,
  policy: StoredPolicy,
): Promise<(PolicyVersion & { Document: string })[]> {
  if (policy.row === undefined) {
    const { document = '', updatedAt = 0 } = deps.awsManaged.get(policy.arn) ?? {}
    return [
      {
        Document: encodedDocument(document),
        VersionId: policy.defaultVersion,
        IsDefaultVersion: true,
        CreateDate: new Date(updatedAt),
      },
    ]
  }
  const { id, default_version } = policy.row
  return (await versionsOf(deps.store.db, id)).map((version) => ({
    Document: encodedDocument(version.document),
    VersionId: `v${version.version}`,
    IsDefaultVersion: version.version === default_version,
    CreateDate: new Date(version.created_at),
  }))
}

async function versionNamed(db: Db, policy: PolicyRow, versionId: string): Promise<VersionRow> {
  const number = numberOf(versionId)
  const version = (await versionsOf(db, policy.id)).find((row) => row.version === number)
  if (version === undefined) throw noSuchVersion(policy.arn, versionId)
  return version
}

export const createPolicyVersion = operation('CreatePolicyVersion', {
  constraints: { PolicyArn: limits.arn, PolicyDocument: limits.policyDocument },
  authorize: ({ input }) => [onPolicy('iam:CreatePolicyVersion', input.PolicyArn)],
  handle: async ({ input, caller, time }, { store }) => {
    checkManagedDocument(input.PolicyDocument)
    const isDefault = input.SetAsDefault === true
    const version = await store.write(caller.account, async (db) => {
      const policy = await ownPolicy(db, caller.account, input.PolicyArn)
      if ((await versionsOf(db, policy.id)).length >= versionsPerPolicy) {
        throw new ServiceFault(
          'LimitExceededException',
          `A managed policy can have up to ${versionsPerPolicy} versions. Before you create a new version, you must ` +
            'delete an existing version.',
        )
      }
      const next = policy.last_version + 1
      await db
        .insertInto('iam_policy_versions')
        .values({ policy_id: policy.id, version: next, document: input.PolicyDocument, created_at: time })
        .execute()
      await db
        .updateTable('iam_policies')
        .set({ last_version: next, updated_at: time, ...(isDefault ? { default_version: next } : {}) })
        .where('id', '=', policy.id)
        .execute()
      return next
    })
    return { PolicyVersion: { VersionId: `v${version}`, IsDefaultVersion: isDefault, CreateDate: new Date(time) } }
  },
})

export const getPolicyVersion = operation('GetPolicyVersion', {
  constraints: { PolicyArn: limits.arn, VersionId: limits.versionId },
  authorize: ({ input, caller }) => [onReadablePolicy('iam:GetPolicyVersion', input.PolicyArn, caller.account)],
  handle: async ({ input, caller }, deps) => {
    const policy = await findPolicy(deps.store.db, deps, caller.account, input.PolicyArn)
    if (policy === undefined) throw noSuchPolicy(input.PolicyArn)
    const version = (await policyVersions(deps, policy)).find(({ VersionId }) => VersionId === input.VersionId)
    if (version === undefined) throw noSuchVersion(input.PolicyArn, input.VersionId)
    return { PolicyVersion: version }
  },
})

export const listPolicyVersions = operation('ListPolicyVersions', {
  constraints: { PolicyArn: limits.arn, ...limits.pages },
  authorize: ({ input, caller }) => [onReadablePolicy('iam:ListPolicyVersions', input.PolicyArn, caller.account)],
  handle: async ({ input, caller }, deps) => {
    const policy = await findPolicy(deps.store.db, deps, caller.account, input.PolicyArn)
    if (policy === undefined) throw noSuchPolicy(input.PolicyArn)
    // At most five, newest first; the marker counts from there.
    const versions = (await policyVersions(deps, policy)).map(({ Document: _, ...version }, index) => ({
      version,
      index,
    }))
    const { items, end } = pageOfAll(versions, input, ({ index }) => String(index))
    return { Versions: items.map(({ version }) => version), ...end }
  },
})

export const setDefaultPolicyVersion = operation('SetDefaultPolicyVersion', {
  constraints: { PolicyArn: limits.arn, VersionId: limits.versionId },
  authorize: ({ input }) => [onPolicy('iam:SetDefaultPolicyVersion', input.PolicyArn)],
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const policy = await ownPolicy(db, caller.account, input.PolicyArn)
      const { version } = await versionNamed(db, policy, input.VersionId)
      await db.updateTable('iam_policies').set({ default_version: version }).where('id', '=', policy.id).execute()
    })
    return {}
  },
})

export const deletePolicyVersion = operation('DeletePolicyVersion', {
  constraints: { PolicyArn: limits.arn, VersionId: limits.versionId },
  authorize: ({ input }) => [onPolicy('iam:DeletePolicyVersion', input.PolicyArn)],
  handle: async ({ input, caller }, { store }) => {
    await store.write(caller.account, async (db) => {
      const policy = await ownPolicy(db, caller.account, input.PolicyArn)
      const { version } = await versionNamed(db, policy, input.VersionId)
      if (version === policy.default_version) {
        throw deleteConflict('Cannot delete the default version of a policy.')
      }
      await db
        .deleteFrom('iam_policy_versions')
        .where('policy_id', '=', policy.id)
        .where('version', '=', version)
        .execute()
    })
    return {}
  },
})
