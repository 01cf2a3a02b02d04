/** Managed policies of AWS (data) and of an account (rows), seen alike. API reference: Policy. */

import type { Policy } from '@aws-sdk/client-iam'
import type { Selectable } from 'kysely'
import type { ManagedPolicy } from '../../principals/managed-policies.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import type { Db } from './entities.ts'
import { invalidInput, noSuchPolicy } from './faults.ts'
import type { IamDeps } from './operation.ts'

export type PolicyRow = Selectable<IdentityTables['iam_policies']>

/** The account field of AWS's own policies. */
export const awsOwner = 'aws'

const policyArn = /^arn:[a-z0-9-]+:iam::([0-9]{12}|aws):policy\/[!-~]+$/

/** Refused before permission is asked: a text that is no policy's ARN has no resource to ask about. */
export function checkPolicyArn(arn: string): void {
  if (!policyArn.test(arn) || arn.endsWith('/')) throw invalidInput(`ARN ${arn} is not valid.`)
}

export const isAwsPolicy = (arn: string): boolean => policyArn.exec(arn)?.[1] === awsOwner

export interface StoredPolicy {
  /** Undefined: one of AWS's. */
  readonly row: PolicyRow | undefined
  readonly id: string
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly description: string
  readonly defaultVersion: string
  readonly createdAt: number
  readonly updatedAt: number
}

export function ofRow(row: PolicyRow): StoredPolicy {
  return {
    row,
    id: row.id,
    arn: row.arn,
    name: row.name,
    path: row.path,
    description: row.description,
    defaultVersion: `v${row.default_version}`,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

export function ofAws(policy: ManagedPolicy): StoredPolicy {
  return { ...policy, row: undefined, defaultVersion: policy.versionId }
}

/** AWS's, or the account's own; other accounts' policies cannot be used. */
export async function findPolicy(
  db: Db,
  { awsManaged }: Pick<IamDeps, 'awsManaged'>,
  account: string,
  arn: string,
): Promise<StoredPolicy | undefined> {
  const aws = awsManaged.get(arn)
  if (aws !== undefined) return ofAws(aws)
  const row = await findOwnPolicy(db, account, arn)
  return row && ofRow(row)
}

function findOwnPolicy(db: Db, account: string, arn: string): Promise<PolicyRow | undefined> {
  return db
    .selectFrom('iam_policies')
    .selectAll()
    .where('arn', '=', arn)
    .where('account_id', '=', account)
    .executeTakeFirst()
}

export async function ownPolicy(db: Db, account: string, arn: string): Promise<PolicyRow> {
  const row = await findOwnPolicy(db, account, arn)
  if (row === undefined) throw noSuchPolicy(arn)
  return row
}

export interface Usage {
  readonly attachments: number
  readonly boundaries: number
}

const unused: Usage = { attachments: 0, boundaries: 0 }

/** How often each policy is attached in an account, and how often it is a boundary; policies that are not used are left out. */
export async function policyUsage(db: Db, account: string): Promise<ReadonlyMap<string, Usage>> {
  const usage = new Map<string, Usage>()
  const add = (arn: string | null, more: Usage) => {
    if (arn === null) return
    const { attachments, boundaries } = usage.get(arn) ?? unused
    usage.set(arn, { attachments: attachments + more.attachments, boundaries: boundaries + more.boundaries })
  }
  const attached = await db
    .selectFrom('iam_attachments')
    .select((select) => ['policy_arn', select.fn.countAll<number>().as('count')])
    .where('account_id', '=', account)
    .groupBy('policy_arn')
    .execute()
  for (const { policy_arn, count } of attached) add(policy_arn, { attachments: count, boundaries: 0 })
  for (const table of ['iam_users', 'iam_roles'] as const) {
    const bounded = await db
      .selectFrom(table)
      .select((select) => ['boundary_arn', select.fn.countAll<number>().as('count')])
      .where('account_id', '=', account)
      .where('boundary_arn', 'is not', null)
      .groupBy('boundary_arn')
      .execute()
    for (const { boundary_arn, count } of bounded) add(boundary_arn, { attachments: 0, boundaries: count })
  }
  return usage
}

export function policyShape(policy: StoredPolicy, usage: ReadonlyMap<string, Usage>): Policy {
  const { attachments, boundaries } = usage.get(policy.arn) ?? unused
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion,
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: boundaries,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  }
}
