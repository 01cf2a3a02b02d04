/**
 * AWS managed policies: data, the same in every account, never changed by a call.
 * AWS Managed Policy Reference; the files say which version of each text they are.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface ManagedPolicy {
  readonly arn: string
  readonly name: string
  readonly path: string
  readonly id: string
  readonly description: string
  readonly versionId: string
  readonly document: string
  readonly createdAt: number
  readonly updatedAt: number
}

interface PolicyFile {
  readonly Arn: string
  readonly PolicyName: string
  readonly Path: string
  readonly DefaultVersionId: string
  readonly CreateDate: string
  readonly UpdateDate: string
  readonly Description?: string
  readonly PolicyId?: string
  readonly Document: unknown
}

/** One JSON file a policy; by ARN. */
export function loadManagedPolicies(folder: string): ReadonlyMap<string, ManagedPolicy> {
  const policies = new Map<string, ManagedPolicy>()
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.json')) continue
    const policy = read(JSON.parse(readFileSync(join(folder, file), 'utf8')) as PolicyFile)
    if (policies.has(policy.arn)) throw new Error(`${file} repeats ${policy.arn}`)
    policies.set(policy.arn, policy)
  }
  return policies
}

function read(file: PolicyFile): ManagedPolicy {
  return {
    arn: file.Arn,
    name: file.PolicyName,
    path: file.Path,
    id:
      file.PolicyId ?? `ANPA${Buffer.from(file.PolicyName).toString('hex').toUpperCase().slice(0, 17).padEnd(17, 'A')}`,
    description: file.Description ?? '',
    versionId: file.DefaultVersionId,
    document: JSON.stringify(file.Document, null, 2),
    createdAt: Date.parse(file.CreateDate),
    updatedAt: Date.parse(file.UpdateDate),
  }
}
