/** What an account may hold. IAM User Guide, "IAM and AWS STS quotas" (reference_iam-quotas): the defaults. */

/** By kind: the quota's name in an error, and the number. */
export const accountQuotas = {
  user: ['UsersPerAccount', 5000],
  group: ['GroupsPerAccount', 300],
  role: ['RolesPerAccount', 1000],
  'instance profile': ['InstanceProfilesPerAccount', 1000],
  policy: ['PoliciesPerAccount', 1500],
} as const

export const versionsPerPolicy = 5
export const accessKeysPerUser = 2
export const groupsPerUser = 10
export const rolesPerInstanceProfile = 1
export const tagsPerResource = 50

export const attachedPolicies = {
  user: ['PoliciesPerUser', 10],
  group: ['PoliciesPerGroup', 10],
  role: ['PoliciesPerRole', 10],
} as const
