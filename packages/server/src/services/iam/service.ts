/** AWS Identity and Access Management, API version 2010-05-08. */

import type { Arn } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import type { Call } from '../../kernel/call.ts'
import type { ResourceFacts, ServiceDefinition } from '../../kernel/service.ts'
import { splitPathAndName } from '../../principals/arns.ts'
import { type IamDeps, iamModel } from './operation.ts'
import { operations } from './operations.ts'

const tables = {
  user: 'iam_users',
  role: 'iam_roles',
  policy: 'iam_policies',
  'instance-profile': 'iam_instance_profiles',
} as const

/**
 * The tags of the entity that an ARN names. Users and roles show them under IAM's own key as well (Service Authorization
 * Reference, "Resource types defined by IAM").
 */
function describe(
  arn: Arn,
  _action: string,
  deps: IamDeps,
): ResourceFacts | undefined | Promise<ResourceFacts | undefined> {
  return deps.store.reads.read(arn.account, `iam facts ${arn.resource}`, () => factsOf(arn, deps))
}

async function factsOf(arn: Arn, { store, policies }: IamDeps): Promise<ResourceFacts | undefined> {
  const parts = splitPathAndName(arn.resource)
  if (parts === undefined || !Object.hasOwn(tables, parts.kind)) return undefined
  const row = await store.db
    .selectFrom(tables[parts.kind as keyof typeof tables])
    .select('id')
    .where('account_id', '=', arn.account)
    .where('name_key', '=', parts.name.toLowerCase())
    .where('name', '=', parts.name)
    .where('path', '=', parts.path)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const tags = await policies.tags(row.id)
  if (parts.kind !== 'user' && parts.kind !== 'role') return { tags }
  return { tags, context: Object.fromEntries([...tags].map(([key, value]) => [`iam:ResourceTag/${key}`, value])) }
}

/** STS, "Compare AWS STS credentials": no IAM with GetFederationToken's, nor with GetSessionToken's without MFA. */
function admit({ caller }: Call<unknown, unknown>): void {
  const kind = caller.session?.kind
  if (kind !== 'federatedUser' && kind !== 'sessionToken') return
  throw new ServiceFault('InvalidClientTokenId', 'The security token included in the request is invalid.', {
    status: 403,
  })
}

export const iamService: ServiceDefinition<IamDeps> = {
  name: 'iam',
  protocol: 'awsQuery',
  model: iamModel,
  routeKey: '2010-05-08',
  scope: 'global',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  operations,
  describe,
  admit,
}
