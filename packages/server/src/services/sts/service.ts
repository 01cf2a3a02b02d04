/** AWS Security Token Service, API version 2011-06-15. */

import { ServiceFault } from '@scopedown/wire'
import type { Call } from '../../kernel/call.ts'
import type { ServiceDefinition } from '../../kernel/service.ts'
import { getAccessKeyInfo } from './access-key-info.ts'
import { assumeRole } from './assume-role.ts'
import { decodeAuthorizationMessage } from './authorization-message.ts'
import { getCallerIdentity } from './caller-identity.ts'
import { getFederationToken } from './federation-token.ts'
import { type StsDeps, stsModel } from './operation.ts'
import { getSessionToken } from './session-token.ts'

/** IAM User Guide, "Compare AWS STS credentials": which credentials may call what, whatever policies say. */
const closedTo: Readonly<Record<string, (operation: string) => boolean>> = {
  federatedUser: (operation) => operation !== 'GetCallerIdentity',
  sessionToken: (operation) => operation !== 'GetCallerIdentity' && operation !== 'AssumeRole',
  assumedRole: (operation) => operation === 'GetFederationToken' || operation === 'GetSessionToken',
}

function admit({ caller }: Call<unknown, unknown>, operation: string): void {
  const kind = caller.session?.kind
  if (kind === undefined || closedTo[kind]?.(operation) !== true) return
  throw new ServiceFault('AccessDenied', `Cannot call ${operation} with session credentials`, { status: 403 })
}

export const stsService: ServiceDefinition<StsDeps> = {
  name: 'sts',
  protocol: 'awsQuery',
  model: stsModel,
  routeKey: '2011-06-15',
  scope: 'both',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: [
    getCallerIdentity,
    assumeRole,
    getSessionToken,
    getFederationToken,
    getAccessKeyInfo,
    decodeAuthorizationMessage,
  ],
  admit,
}
