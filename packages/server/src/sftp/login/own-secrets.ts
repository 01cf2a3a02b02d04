/**
 * GetSecretValue of this server's own Secrets Manager, as the invocation role: its policies decide, and each reading is audited.
 */

import { ServiceFault } from '@scopedown/wire'
import { invocationRole } from './invocation-role.ts'
import type { SftpServerFacts } from './login.ts'
import { ProviderFailure } from './provider.ts'
import type { ProviderDeps } from './providers.ts'
import type { GetSecret } from './secrets-provider.ts'

export function ownSecrets(role: string, server: SftpServerFacts, deps: ProviderDeps): GetSecret {
  return async (SecretId) => {
    if (role === '') throw new ProviderFailure('the server has no InvocationRole, with which secrets would be read')
    const { accessKeyId } = await invocationRole(role, server, deps)
    const found = await deps.principals.find(accessKeyId)
    if (found === undefined) throw new ProviderFailure('the invocation role is gone')
    const origin = { ip: undefined, userAgent: 'AWSTransfer', secure: true, invokedBy: 'transfer.amazonaws.com' }
    const asked = { input: { SecretId }, caller: found.caller, origin, region: server.region }
    try {
      const output = await deps.kernel.call('secretsmanager', 'GetSecretValue', asked)
      return (output as { SecretString?: string }).SecretString
    } catch (error) {
      if (!(error instanceof ServiceFault)) throw error
      if (error.code === 'ResourceNotFoundException') return undefined
      throw new ProviderFailure(`Secrets Manager answered ${error.code}`, 400)
    }
  }
}
