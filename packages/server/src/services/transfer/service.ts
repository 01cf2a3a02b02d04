/** AWS Transfer Family, API version 2018-11-05: its control plane. What is served over SFTP lies in `sftp/`. */

import type { Arn } from '@scopedown/engine'
import type { ResourceFacts, ServiceDefinition } from '../../kernel/service.ts'
import { createAccess, deleteAccess, describeAccess, listAccesses, updateAccess } from './accesses.ts'
import { deleteHostKey, describeHostKey, importHostKey, listHostKeys, updateHostKey } from './host-keys.ts'
import { type TransferDeps, transferModel } from './operation.ts'
import { describeSecurityPolicy, listSecurityPolicies } from './security-policies.ts'
import {
  createServer,
  deleteServer,
  describeServer,
  listServers,
  startServer,
  stopServer,
  updateServer,
} from './servers.ts'
import { deleteSshPublicKey, importSshPublicKey } from './ssh-public-keys.ts'
import { tagsOfArn } from './tag-rows.ts'
import { listTagsForResource, tagResource, untagResource } from './tagging.ts'
import { testIdentityProvider } from './test-identity-provider.ts'
import { createUser, deleteUser, describeUser, listUsers, updateUser } from './users.ts'

/** The tags of the server, user or host key that an ARN names. */
async function describe(arn: Arn, _action: string, { store }: TransferDeps): Promise<ResourceFacts | undefined> {
  const text = `arn:${arn.partition}:transfer:${arn.region}:${arn.account}:${arn.resource}`
  return { tags: await tagsOfArn(store.db, text) }
}

export const transferService: ServiceDefinition<TransferDeps> = {
  name: 'transfer',
  protocol: 'awsJson',
  model: transferModel,
  routeKey: 'TransferService',
  scope: 'regional',
  operations: [
    createServer,
    describeServer,
    updateServer,
    listServers,
    deleteServer,
    startServer,
    stopServer,
    createUser,
    describeUser,
    updateUser,
    listUsers,
    deleteUser,
    importSshPublicKey,
    deleteSshPublicKey,
    importHostKey,
    describeHostKey,
    updateHostKey,
    listHostKeys,
    deleteHostKey,
    createAccess,
    describeAccess,
    updateAccess,
    listAccesses,
    deleteAccess,
    listSecurityPolicies,
    describeSecurityPolicy,
    tagResource,
    untagResource,
    listTagsForResource,
    testIdentityProvider,
  ],
  describe,
}
