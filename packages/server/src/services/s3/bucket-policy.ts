/**
 * GetBucketPolicy, PutBucketPolicy, DeleteBucketPolicy. S3 User Guide, "Bucket policies". The owning account's root always may,
 * whatever the policy says: a policy that locks everybody out can still be taken away.
 */

import { type Policy, parsePolicy, policySize, quotas, type Statement } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import type { Call } from '../../kernel/call.ts'
import type { Requirement } from '../../kernel/requirement.ts'
import { freezePrincipals, thawPrincipals } from '../../principals/frozen-principals.ts'
import { noPolicy } from './bucket-settings.ts'
import { bucketNamed, bucketsTopic, findBucket } from './buckets-table.ts'
import { operation, type S3Arns, type S3Deps } from './operation.ts'
import { isPublic } from './public-policy.ts'
import { asksBucket } from './requirements.ts'

async function policyRequirement(
  call: Call<{ readonly Bucket: string }, S3Arns>,
  action: string,
  { store }: S3Deps,
): Promise<Requirement> {
  const { caller, input } = call
  const requirement = asksBucket(call, action, input.Bucket)
  if (caller.principal.kind !== 'root') return requirement
  const bucket = await findBucket(store, input.Bucket)
  return bucket?.account_id === caller.account ? { ...requirement, resourcePolicy: null } : requirement
}

export const getBucketPolicy = operation('GetBucketPolicy', {
  authorize: async (call, deps) => [await policyRequirement(call, 's3:GetBucketPolicy', deps)],
  handle: async ({ input }, { store, identities, policyCache, partition }) => {
    const { policy, name } = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    if (policy === null) throw noPolicy(name)
    const parsed = policyCache.stored(policy, 'resource', `bucket-policy:${name}`)
    return { Policy: await thawPrincipals(identities.db, policy, parsed, partition) }
  },
})

export const putBucketPolicy = operation('PutBucketPolicy', {
  authorize: async (call, deps) => [await policyRequirement(call, 's3:PutBucketPolicy', deps)],
  handle: async ({ input, caller, arn }, { store, identities }) => {
    const { name } = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    const policy = checkedPolicy(input.Policy, arn.bucket(name))
    if (isPublic(policy)) {
      throw new ServiceFault(
        'AccessDenied',
        `User: ${caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${arn.bucket(name)}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`,
        { status: 403 },
      )
    }
    const frozen = await freezePrincipals(identities.db, input.Policy, policy)
    if (!frozen.ok) throw malformedPolicy('Invalid principal in policy', { Detail: `"AWS" : "${frozen.principal}"` })
    await setPolicy(name, frozen.text, store)
    return {}
  },
})

export const deleteBucketPolicy = operation('DeleteBucketPolicy', {
  authorize: async (call, deps) => [await policyRequirement(call, 's3:DeleteBucketPolicy', deps)],
  handle: async ({ input }, { store }) => {
    const { name } = await bucketNamed(store, input.Bucket, input.ExpectedBucketOwner)
    await setPolicy(name, null, store)
    return {}
  },
})

async function setPolicy(name: string, policy: string | null, store: S3Deps['store']): Promise<void> {
  await store.write(bucketsTopic, (db) =>
    db.updateTable('s3_buckets').set({ policy }).where('name', '=', name).execute(),
  )
}

function checkedPolicy(text: string, bucketArn: string): Policy {
  if (policySize(text, 'bucket') > quotas.bucket.characters || Buffer.byteLength(text) > quotas.bucket.characters) {
    throw malformedPolicy(
      "Policies must be valid JSON and the first byte must be '{'; the policy is larger than 20 KiB",
    )
  }
  const result = parsePolicy(text, { kind: 'resource' })
  if (!result.ok) {
    const fault = result.diagnostics.find(({ severity }) => severity === 'error')
    const place = fault === undefined ? '' : ` at line ${fault.span.line}, column ${fault.span.column}`
    throw malformedPolicy(`${fault?.message ?? 'Policies must be valid JSON'}${place}`)
  }
  if (result.policy.statements.length === 0) throw malformedPolicy('Missing required field Statement')
  for (const statement of result.policy.statements) checkStatement(statement, bucketArn)
  return result.policy
}

function checkStatement({ action, resource }: Statement, bucketArn: string): void {
  if (action.patterns.some((pattern) => pattern !== '*' && !/^s3:/i.test(pattern))) {
    throw malformedPolicy('Policy has invalid action')
  }
  const within = (pattern: string) => pattern === bucketArn || pattern.startsWith(`${bucketArn}/`)
  if (resource === undefined || !resource.patterns.every(within)) throw malformedPolicy('Policy has invalid resource')
}

function malformedPolicy(message: string, members: Readonly<Record<string, string>> = {}): ServiceFault {
  return new ServiceFault('MalformedPolicy', message, { status: 400, members })
}
