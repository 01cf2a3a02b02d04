/** How much there is, and how much there may be. API reference: GetAccountSummary. */

import { quotas } from '@scopedown/engine'
import { requires } from '../../kernel/requirement.ts'
import {
  accessKeysPerUser,
  accountQuotas,
  attachedPolicies,
  groupsPerUser,
  versionsPerPolicy,
} from './account-quotas.ts'
import { countEntities } from './entities.ts'
import { operation } from './operation.ts'
import { policyUsage } from './policy-store.ts'

export const getAccountSummary = operation('GetAccountSummary', {
  authorize: () => [requires('iam:GetAccountSummary', '*')],
  handle: async ({ caller: { account } }, { store: { db } }) => {
    const { count: policies } = await db
      .selectFrom('iam_policies')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('account_id', '=', account)
      .executeTakeFirstOrThrow()
    const rootKeys = await db
      .selectFrom('iam_access_keys')
      .select('id')
      .where('account_id', '=', account)
      .where('user_id', 'is', null)
      .limit(1)
      .execute()
    return {
      SummaryMap: {
        Users: await countEntities(db, 'user', account),
        UsersQuota: accountQuotas.user[1],
        Groups: await countEntities(db, 'group', account),
        GroupsQuota: accountQuotas.group[1],
        Roles: await countEntities(db, 'role', account),
        RolesQuota: accountQuotas.role[1],
        InstanceProfiles: await countEntities(db, 'instance profile', account),
        InstanceProfilesQuota: accountQuotas['instance profile'][1],
        Policies: policies,
        PoliciesQuota: accountQuotas.policy[1],
        PolicyVersionsInUse: (await policyUsage(db, account)).size,
        VersionsPerPolicyQuota: versionsPerPolicy,
        PolicySizeQuota: quotas.managed.characters,
        UserPolicySizeQuota: quotas.userInline.characters,
        GroupPolicySizeQuota: quotas.groupInline.characters,
        RolePolicySizeQuota: quotas.roleInline.characters,
        AssumeRolePolicySizeQuota: quotas.trust.characters,
        AttachedPoliciesPerUserQuota: attachedPolicies.user[1],
        AttachedPoliciesPerGroupQuota: attachedPolicies.group[1],
        AttachedPoliciesPerRoleQuota: attachedPolicies.role[1],
        GroupsPerUserQuota: groupsPerUser,
        AccessKeysPerUserQuota: accessKeysPerUser,
        AccountAccessKeysPresent: rootKeys.length,
        AccountMFAEnabled: 0,
        MFADevices: 0,
        MFADevicesInUse: 0,
        Providers: 0,
        ServerCertificates: 0,
      },
    }
  },
})
