/** Which identity provider a server has, by its settings and by what this server was started with. */

import type { SigningCredentials } from '@scopedown/wire'
import { serviceCaller } from '../../kernel/caller.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { ServerSettings } from '../../services/transfer/server-rows.ts'
import { apiGateway } from './api-gateway.ts'
import { commandFunction, invokedFunction, moduleFunction } from './functions.ts'
import type { SftpServerFacts } from './login.ts'
import { type IdentityProvider, ProviderFailure } from './provider.ts'
import { secretsEndpoint } from './secrets-endpoint.ts'
import { secretsProvider } from './secrets-provider.ts'

/** What stands in for a Lambda function of that name. */
export type FunctionSetting =
  /** A file that exports `handler(event)`. */
  | { readonly module: string }
  /** A program: the event on its standard input, the answer on its output. */
  | { readonly command: string }
  /** AWS's template function: users as secrets, read at this endpoint. */
  | { readonly secretsManager: string }

export interface ProviderSettings {
  /** By the function's name. */
  readonly functions?: Readonly<Record<string, FunctionSetting>>
  /** Lambda's API, for functions that are not among these. */
  readonly lambdaEndpoint?: string
  /** With which calls to Lambda and Secrets Manager are signed. */
  readonly credentials?: SigningCredentials
}

export interface ProviderDeps {
  readonly kernel: Kernel
  readonly settings: ProviderSettings
  readonly partition: string
}

export function providerOf(server: SftpServerFacts, settings: ServerSettings, deps: ProviderDeps): IdentityProvider {
  const details = settings.IdentityProviderDetails
  switch (settings.IdentityProviderType) {
    case 'AWS_LAMBDA':
      return lambda(details?.Function ?? '', server.region, deps.settings)
    case 'API_GATEWAY':
      return apiGateway({
        url: details?.Url ?? '',
        region: server.region,
        credentials: () => invocationRole(details?.InvocationRole ?? '', server, deps),
      })
    default:
      return async () => {
        throw new ProviderFailure(`this server reaches no ${settings.IdentityProviderType}`)
      }
  }
}

/** The name stands behind `function:` in an ARN; a version or alias may follow. */
const nameOf = (arn: string): string => arn.split(':')[6] ?? ''

function lambda(arn: string, region: string, settings: ProviderSettings): IdentityProvider {
  const { functions = {}, lambdaEndpoint, credentials } = settings
  const name = nameOf(arn)
  const own = Object.hasOwn(functions, name) ? functions[name] : undefined
  if (own !== undefined && 'module' in own) return moduleFunction(own.module)
  if (own !== undefined && 'command' in own) return commandFunction(own.command)
  if (own !== undefined) return secretsProvider(secretsEndpoint({ url: own.secretsManager, region, credentials }))
  if (lambdaEndpoint !== undefined) return invokedFunction(arn, { url: lambdaEndpoint, region, credentials })
  return async () => {
    throw new ProviderFailure(`nothing here is the function ${name}: no such handler, and no endpoint of Lambda`)
  }
}

/** The service takes the role up for the server: its trust policy sees the server's ARN. */
async function invocationRole(
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
