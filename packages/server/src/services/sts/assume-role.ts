/**
 * AssumeRole. The role's trust policy is its resource policy here; session tags, source identity and chaining by
 * IAM User Guide, "Passing session tags in AWS STS" and "Monitor and control actions taken with assumed roles".
 */

import { parseArn } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import type { Selectable } from 'kysely'
import type { Call } from '../../kernel/call.ts'
import type { Caller, SourcedPolicy } from '../../kernel/caller.ts'
import { type Requirement, requires } from '../../kernel/requirement.ts'
import { foldKey, mergeTags, type Tags, tagsOf } from '../../kernel/tags.ts'
import { splitPathAndName, stsArn } from '../../principals/arns.ts'
import type { IdentityTables } from '../../principals/tables.ts'
import { issueSession } from './issue-session.ts'
import { operation, type StsDeps } from './operation.ts'
import {
  checkSessionPolicies,
  checkSessionTags,
  invalidValue,
  packedPercent,
  sessionConstraints,
  validationError,
} from './session-input.ts'
import { refuseMfa } from './session-token.ts'

type RoleRow = Selectable<IdentityTables['iam_roles']>

const shortest = 900
const defaultSeconds = 3600
/** A role assumed by a role: one hour, whatever the role allows. */
const chainedSeconds = 3600

interface Input {
  readonly RoleArn: string
  readonly RoleSessionName: string
  readonly DurationSeconds?: number | undefined
  readonly ExternalId?: string | undefined
  readonly SourceIdentity?: string | undefined
  readonly Tags?: { Key: string; Value: string }[] | undefined
  readonly TransitiveTagKeys?: string[] | undefined
}

export async function findRoleByArn(text: string, { store }: StsDeps): Promise<RoleRow | undefined> {
  const arn = parseArn(text)
  const parts = arn?.service === 'iam' && arn.region === '' ? splitPathAndName(arn.resource) : undefined
  if (arn === undefined || parts?.kind !== 'role') return undefined
  return store.db
    .selectFrom('iam_roles')
    .selectAll()
    .where('account_id', '=', arn.account)
    .where('name_key', '=', parts.name.toLowerCase())
    .where('name', '=', parts.name)
    .where('path', '=', parts.path)
    .executeTakeFirst()
}

/** Tags that the caller's own session hands down the chain. */
function inheritedTags({ session }: Caller): Tags {
  if (session === undefined) return new Map()
  const transitive = new Set(session.transitiveTagKeys.map(foldKey))
  return new Map([...session.sessionTags].filter(([key]) => transitive.has(foldKey(key))))
}

const isRoleSession = (caller: Caller): boolean => caller.session?.kind === 'assumedRole'

/** Errors that no permission cures. */
function checkInput(input: Input, caller: Caller): void {
  if (parseArn(input.RoleArn)?.service !== 'iam') throw validationError(`${input.RoleArn} is invalid`)
  checkSessionTags(input.Tags ?? [])
  if (input.SourceIdentity?.toLowerCase().startsWith('aws:')) {
    throw invalidValue('The source identity must not begin with aws:.')
  }
  const inherited = new Set([...inheritedTags(caller).keys()].map(foldKey))
  const repeated = input.Tags?.find(({ Key }) => inherited.has(foldKey(Key)))
  if (repeated !== undefined) {
    throw invalidValue(
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.`,
    )
  }
  const given = new Set((input.Tags ?? []).map(({ Key }) => foldKey(Key)))
  if ((input.TransitiveTagKeys ?? []).some((key) => !given.has(foldKey(key)))) {
    throw invalidValue('The specified transitive tag key must be included in the requested tags.')
  }
  const { sourceIdentity } = caller
  if (sourceIdentity !== undefined && input.SourceIdentity !== undefined && input.SourceIdentity !== sourceIdentity) {
    throw new ServiceFault('AccessDenied', 'The source identity of a session cannot be changed.', { status: 403 })
  }
}

async function requirementsOf(
  { input, caller }: Call<Input, unknown>,
  deps: StsDeps,
): Promise<[Requirement, ...Requirement[]]> {
  const role = await findRoleByArn(input.RoleArn, deps)
  const trust = role === undefined ? null : trustOf(role, input.RoleArn, deps)
  const inherited = inheritedTags(caller)
  const roleTags = role === undefined ? new Map<string, string>() : await deps.policies.tags(role.id)
  const sourceIdentity = input.SourceIdentity ?? caller.sourceIdentity
  // Transitive tags replace the next role's own, already when its trust policy is read.
  const resourceTags = mergeTags(roleTags, inherited)
  const details = {
    resourcePolicy: trust,
    resourceTags,
    requestTags: input.Tags,
    context: {
      ...Object.fromEntries([...resourceTags].map(([key, value]) => [`iam:ResourceTag/${key}`, value])),
      'sts:RoleSessionName': input.RoleSessionName,
      ...(input.ExternalId === undefined ? {} : { 'sts:ExternalId': input.ExternalId }),
      ...(sourceIdentity === undefined ? {} : { 'sts:SourceIdentity': sourceIdentity }),
      ...(input.TransitiveTagKeys?.length ? { 'sts:TransitiveTagKeys': input.TransitiveTagKeys } : {}),
    },
  }
  const asked: [Requirement, ...Requirement[]] = [requires('sts:AssumeRole', input.RoleArn, details)]
  if (input.Tags?.length) asked.push(requires('sts:TagSession', input.RoleArn, details))
  if (sourceIdentity !== undefined) {
    asked.push(requires('sts:SetSourceIdentity', input.RoleArn, details))
    if (isRoleSession(caller)) asked.push(identityToo(input.RoleArn, details, caller, deps))
  }
  return asked
}

/**
 * When chaining, the caller's identity policies must allow `sts:SetSourceIdentity` as well: asked against a trust policy that
 * names the caller's account, which leaves the answer to identity.
 */
function identityToo(
  roleArn: string,
  details: Omit<Requirement, 'action' | 'resource'>,
  caller: Caller,
  deps: StsDeps,
): Requirement {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: caller.account }, Action: 'sts:SetSourceIdentity' }],
  })
  const delegation = deps.policies.inline(document, 'trust', roleArn, 'delegation to the account')
  return requires('sts:SetSourceIdentity', roleArn, { ...details, resourcePolicy: delegation })
}

function trustOf(role: RoleRow, arn: string, deps: StsDeps): SourcedPolicy {
  const uri = `${arn}#trust`
  return { policy: deps.policyCache.stored(role.trust_policy, 'trust', uri), uri, inline: true, attachedTo: arn }
}

function duration(input: Input, caller: Caller, role: RoleRow): number {
  const seconds = input.DurationSeconds ?? defaultSeconds
  if (seconds > role.max_session_seconds) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  if (isRoleSession(caller) && seconds > chainedSeconds) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    )
  }
  return seconds
}

export const assumeRole = operation('AssumeRole', {
  constraints: { ...sessionConstraints, DurationSeconds: { min: shortest, max: 43_200 } },
  authorize: async (call, deps) => {
    refuseMfa(call.input)
    checkInput(call.input, call.caller)
    if (call.caller.principal.kind === 'root') {
      throw new ServiceFault('AccessDenied', 'Roles may not be assumed by root accounts.', { status: 403 })
    }
    return requirementsOf(call, deps)
  },
  handle: async ({ input, caller, time }, deps) => {
    const role = await findRoleByArn(input.RoleArn, deps)
    // Deleted since it was asked about.
    if (role === undefined) throw new ServiceFault('AccessDenied', 'Access denied', { status: 403 })
    const seconds = duration(input, caller, role)
    const policies = await checkSessionPolicies(input, role.account_id, deps)
    const inherited = inheritedTags(caller)
    const tags = mergeTags(tagsOf(input.Tags), inherited)
    const packed = packedPercent(policies, tags, deps.packedPolicyLimit)
    const sourceIdentity = input.SourceIdentity ?? caller.sourceIdentity
    const credentials = await issueSession(
      {
        kind: 'assumedRole',
        account: role.account_id,
        entityId: role.id,
        time,
        seconds,
        facts: {
          name: input.RoleSessionName,
          tags: [...tags],
          transitiveTagKeys: [...new Set([...(input.TransitiveTagKeys ?? []), ...inherited.keys()])],
          ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
          ...(policies.policy === undefined ? {} : { policy: policies.policy }),
          ...(policies.policyArns.length === 0 ? {} : { policyArns: policies.policyArns }),
          ...(isRoleSession(caller) ? { chained: true } : {}),
          ...(caller.principal.kind === 'service' ? { invokedBy: caller.principal.name } : {}),
        },
      },
      deps,
    )
    const arn = stsArn({ partition: deps.partition, account: role.account_id }).assumedRole(
      role.name,
      input.RoleSessionName,
    )
    return {
      Credentials: credentials,
      AssumedRoleUser: { AssumedRoleId: `${role.id}:${input.RoleSessionName}`, Arn: arn },
      ...(packed === undefined ? {} : { PackedPolicySize: packed }),
      ...(sourceIdentity === undefined ? {} : { SourceIdentity: sourceIdentity }),
    }
  },
})
