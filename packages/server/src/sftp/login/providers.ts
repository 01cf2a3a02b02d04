/** Which identity provider a server has, by its settings and by what this server was started with. */

import type { SigningCredentials } from '@scopedown/wire'
import type { Kernel } from '../../kernel/kernel.ts'
import type { Credentials } from '../../principals/credentials.ts'
import type { ServerSettings } from '../../services/transfer/server-rows.ts'
import { apiGateway } from './api-gateway.ts'
import { commandFunction, invokedFunction, moduleFunction } from './functions.ts'
import { invocationRole } from './invocation-role.ts'
import type { SftpServerFacts } from './login.ts'
import { ownSecrets } from './own-secrets.ts'
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
  /** The same from this server's own Secrets Manager, read as the server's invocation role. */
  | 'secrets-manager'

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
  readonly principals: Credentials
  readonly settings: ProviderSettings
  readonly partition: string
}

export function providerOf(server: SftpServerFacts, settings: ServerSettings, deps: ProviderDeps): IdentityProvider {
  const details = settings.IdentityProviderDetails
  switch (settings.IdentityProviderType) {
    case 'AWS_LAMBDA':
      if (deps.settings.functions?.[nameOf(details?.Function ?? '')] === 'secrets-manager') {
        return secretsProvider(ownSecrets(details?.InvocationRole ?? '', server, deps))
      }
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
  if (own === 'secrets-manager') throw new Error('it is not asked by way of Lambda')
  if (own !== undefined && 'module' in own) return moduleFunction(own.module)
  if (own !== undefined && 'command' in own) return commandFunction(own.command)
  if (own !== undefined) return secretsProvider(secretsEndpoint({ url: own.secretsManager, region, credentials }))
  if (lambdaEndpoint !== undefined) return invokedFunction(arn, { url: lambdaEndpoint, region, credentials })
  return async () => {
    throw new ProviderFailure(`nothing here is the function ${name}: no such handler, and no endpoint of Lambda`)
  }
}
