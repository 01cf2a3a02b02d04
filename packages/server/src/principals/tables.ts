/**
 * Who exists, as stored. Times are milliseconds since 1970. `name_key` is the name in lower case: names must be unique
 * without regard to case (IAM User Guide, "IAM and AWS STS quotas", reference_iam-quotas).
 */

export interface IdentityTables {
  accounts: { id: string; created_at: number }
  iam_users: EntityRow & { boundary_arn: string | null }
  iam_groups: EntityRow
  iam_memberships: { group_id: string; user_id: string }
  iam_roles: EntityRow & {
    /** Principals that are users or roles of this server stand in it by unique id. */
    trust_policy: string
    description: string
    max_session_seconds: number
    boundary_arn: string | null
    last_used_at: number | null
    last_used_region: string | null
  }
  iam_instance_profiles: EntityRow
  iam_instance_profile_roles: { profile_id: string; role_id: string }
  iam_policies: EntityRow & {
    arn: string
    description: string
    default_version: number
    /** The highest number ever given; versions are never numbered twice. */
    last_version: number
    updated_at: number
  }
  iam_policy_versions: { policy_id: string; version: number; document: string; created_at: number }
  /** `owner_id`: the unique id of a user, group or role. */
  iam_inline_policies: { owner_id: string; name: string; document: string }
  /** AWS managed policies are attached by ARN too; they are data, not rows. */
  iam_attachments: { owner_id: string; account_id: string; policy_arn: string; attached_at: number }
  /** `owner_id`: the unique id of a user, role, policy or instance profile. */
  iam_tags: { owner_id: string; key_fold: string; key: string; value: string }
  iam_access_keys: {
    id: string
    account_id: string
    /** Null: the account's root user. */
    user_id: string | null
    secret_sealed: string
    status: 'Active' | 'Inactive'
    created_at: number
    last_used_at: number | null
    last_used_service: string | null
    last_used_region: string | null
  }
  sts_sessions: {
    access_key_id: string
    account_id: string
    kind: 'assumedRole' | 'federatedUser' | 'sessionToken'
    /** The role, or the user who asked; null: the root user. */
    entity_id: string | null
    secret_sealed: string
    issued_at: number
    expires_at: number
    /** `SessionFacts` as JSON. */
    facts: string
  }
}

export interface EntityRow {
  id: string
  account_id: string
  name: string
  name_key: string
  path: string
  created_at: number
}

/** What a session was given when it was made. */
export interface SessionFacts {
  /** Role session name, or the federated user's name. */
  readonly name: string
  readonly tags: readonly (readonly [key: string, value: string])[]
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string
  readonly policy?: string
  readonly policyArns?: readonly string[]
  /** Made with the credentials of a role session. */
  readonly chained?: boolean
  /** By an AWS service for itself, `transfer.amazonaws.com`. */
  readonly invokedBy?: string
}
