/** AWS Secrets Manager, API version 2017-10-17: secrets of identity providers and of whoever else needs some. */

import type { Arn } from '@scopedown/engine'
import type { ResourceFacts, ServiceDefinition } from '../../kernel/service.ts'
import { listSecrets } from './list-secrets.ts'
import { type SecretDeps, secretModel } from './operation.ts'
import { tagsOfSecret } from './secret-rows.ts'
import { createSecret, deleteSecret, describeSecret, updateSecret } from './secrets.ts'
import { getSecretValue, putSecretValue } from './values.ts'

/** Tags, also by the service's own key: `secretsmanager:ResourceTag/…`. */
async function describe(arn: Arn, _action: string, { store }: SecretDeps): Promise<ResourceFacts | undefined> {
  const text = `arn:${arn.partition}:secretsmanager:${arn.region}:${arn.account}:${arn.resource}`
  const tags = await tagsOfSecret(store.db, text)
  const own = [...tags].map(([key, value]) => [`secretsmanager:ResourceTag/${key}`, value] as const)
  return { tags, context: Object.fromEntries(own) }
}

export const secretsManagerService: ServiceDefinition<SecretDeps> = {
  name: 'secretsmanager',
  protocol: 'awsJson',
  model: secretModel,
  routeKey: 'secretsmanager',
  scope: 'regional',
  operations: [createSecret, putSecretValue, getSecretValue, describeSecret, listSecrets, updateSecret, deleteSecret],
  describe,
}
