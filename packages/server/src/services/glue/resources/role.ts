/**
 * Roles that are handed to Glue: a bare name becomes the stored role's ARN, and the role must let Glue in. Glue Developer
 * Guide, "Step 3: Attach a policy to users or groups that access AWS Glue" (iam:PassRole); IAM User Guide, "Granting a user
 * permissions to pass a role to an AWS service".
 */

import { compile, parseArn, parseRequest } from '@scopedown/engine'
import type { ServiceFault } from '@scopedown/wire'
import type { Kysely } from 'kysely'
import type { Caller } from '../../../kernel/caller.ts'
import { serviceCaller } from '../../../kernel/caller.ts'
import { passRole, type Requirement } from '../../../kernel/requirement.ts'
import { iamArn, splitPathAndName } from '../../../principals/arns.ts'
import type { IdentityTables } from '../../../principals/tables.ts'
import { invalidInput } from '../faults.ts'
import type { GlueDeps } from '../operation.ts'

export const glueService = 'glue.amazonaws.com'

/** `arn:…`, `NAME` or `path/NAME`: the stored role's ARN; of a name that nobody bears, what it would be without a path. */
export async function roleArnOf(
  role: string,
  scope: Pick<Caller, 'account' | 'partition'>,
  { store }: Pick<GlueDeps, 'store'>,
): Promise<string> {
  if (role.startsWith('arn:')) return role
  const name = role.slice(role.lastIndexOf('/') + 1)
  const row = await store.db
    .selectFrom('iam_roles')
    .select(['path', 'name'])
    .where('account_id', '=', scope.account)
    .where('name_key', '=', name.toLowerCase())
    .where('name', '=', name)
    .executeTakeFirst()
  const arns = iamArn(scope)
  return row === undefined ? arns.role('/', role) : arns.role(row.path, row.name)
}

/** `iam:PassRole` where a role is given. */
export async function passing(
  role: string | undefined,
  caller: Caller,
  deps: GlueDeps,
): Promise<readonly Requirement[]> {
  return role === undefined ? [] : [passRole(await roleArnOf(role, caller, deps), glueService)]
}

/** Where `checkRoles` is strict: the role exists in the caller's account, and its trust policy lets Glue assume it. */
export async function checkRole(role: string | undefined, caller: Caller, deps: GlueDeps): Promise<void> {
  if (role === undefined || deps.switches.checkRoles !== 'strict') return
  const arn = await roleArnOf(role, caller, deps)
  const trust = await trustPolicyOf(arn, caller.account, deps.store.db)
  if (trust === undefined || !letsGlueIn(trust, arn, caller, deps)) throw untrusted(arn)
}

/** Terraform tries again on its last words, for a role that was made a moment ago. */
function untrusted(arn: string): ServiceFault {
  return invalidInput(`Service is unable to assume provided role ${arn}. Please verify the role's TrustPolicy`)
}

async function trustPolicyOf(text: string, account: string, db: Kysely<IdentityTables>): Promise<string | undefined> {
  const arn = parseArn(text)
  const parts = arn?.service === 'iam' && arn.account === account ? splitPathAndName(arn.resource) : undefined
  if (parts?.kind !== 'role') return undefined
  const row = await db
    .selectFrom('iam_roles')
    .select('trust_policy')
    .where('account_id', '=', account)
    .where('name_key', '=', parts.name.toLowerCase())
    .where('name', '=', parts.name)
    .where('path', '=', parts.path)
    .executeTakeFirst()
  return row?.trust_policy
}

/** The question that STS would be asked, without taking the role up. */
function letsGlueIn(trust: string, arn: string, caller: Caller, deps: GlueDeps): boolean {
  const glue = serviceCaller(glueService, caller.account, caller.partition)
  const policy = deps.policyCache.stored(trust, 'trust', `${arn}#trust`)
  const program = compile({ identity: [], boundary: undefined, session: undefined, resource: policy })
  const asked = parseRequest({
    principal: glue.principal,
    action: 'sts:AssumeRole',
    resource: arn,
    resourceAccount: caller.account,
    context: { ...glue.context },
  })
  return asked.ok && program.decide(asked.request).outcome === 'allowed'
}
