/** TestIdentityProvider: asks the server's identity provider as a login with a password would. API reference. */

import { requires } from '../../kernel/requirement.ts'
import { invalidRequest, notFound } from './faults.ts'
import { operation } from './operation.ts'
import { serverNamed, settingsOf } from './server-rows.ts'

export const testIdentityProvider = operation('TestIdentityProvider', {
  authorize: ({ input, arn }) => [requires('transfer:TestIdentityProvider', arn.user(input.ServerId, input.UserName))],
  handle: async ({ input, arn }, deps) => {
    const row = await serverNamed(deps.store.db, arn.scope, input.ServerId).catch(() => {
      throw notFound('Server', input.ServerId, 'Unknown server')
    })
    if (settingsOf(row).IdentityProviderType === 'SERVICE_MANAGED') {
      throw invalidRequest(`${input.ServerId} not configured for external auth`)
    }
    const answer = await deps.gateway.testProvider(
      { id: row.id, account: row.account_id, region: row.region },
      {
        user: input.UserName,
        password: input.UserPassword ?? '',
        protocol: input.ServerProtocol ?? 'SFTP',
        sourceIp: input.SourceIp ?? '127.0.0.1',
      },
    )
    return { Response: answer.response, StatusCode: answer.statusCode, Message: answer.message, Url: answer.url }
  },
})
