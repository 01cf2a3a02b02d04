/** The role with which an identity provider is asked. Transfer Family API reference, IdentityProviderDetails, `InvocationRole`. */

import type { SigningCredentials } from '@scopedown/wire'
import { serviceCaller } from '../../kernel/caller.ts'
import type { SftpServerFacts } from './login.ts'
import { ProviderFailure } from './provider.ts'
import type { ProviderDeps } from './providers.ts'

/** The service takes the role up for the server: its trust policy sees the server's ARN. */
export async function invocationRole(
  RoleArn: string,
  server: SftpServerFacts,
  { kernel, partition }: ProviderDeps,
): Promise<SigningCredentials> {
  const service = serviceCaller('transfer.amazonaws.com', server.account, partition)
  const caller = { ...service, context: { ...service.context, 'aws:SourceArn': server.arn } }
  const origin = { ip: undefined, userAgent: 'AWSTransfer', secure: true, invokedBy: 'transfer.amazonaws.com' }
  const input = { RoleArn, RoleSessionName: server.id, DurationSeconds: 900 }
  try {
    const output = (await kernel.call('sts', 'AssumeRole', { input, caller, origin, region: server.region })) as {
      Credentials: { AccessKeyId: string; SecretAccessKey: string; SessionToken: string }
    }
    const {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
    } = output.Credentials
    return { accessKeyId, secretAccessKey, sessionToken }
  } catch {
    throw new ProviderFailure('the invocation role cannot be assumed')
  }
}
