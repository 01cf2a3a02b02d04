/** Users of an identity provider: each credential asked of it anew, its answers validated. User Guide, "SftpAuthenticationMethods". */

import { type Authority, type Login, LoginRefused } from './login.ts'
import { type IdentityProvider, ProviderFailure } from './provider.ts'
import { type AnsweredUser, readAnswer } from './provider-answer.ts'

export interface ExternalAuthorityOptions {
  readonly provider: IdentityProvider
  readonly serverId: string
  readonly domain: string
  /** `SftpAuthenticationMethods`; default PUBLIC_KEY_OR_PASSWORD. */
  readonly methods: string | undefined
}

export function externalAuthority({ provider, serverId, domain, methods }: ExternalAuthorityOptions): Authority {
  const ask = async (userName: string, password: string, sourceIp: string): Promise<AnsweredUser> => {
    try {
      const answer = await provider({ userName, password, protocol: 'SFTP', serverId, sourceIp })
      return readAnswer(answer.body, domain)
    } catch (error) {
      if (error instanceof ProviderFailure) throw new LoginRefused(error.message)
      throw error
    }
  }
  const login = (userName: string, { settings }: AnsweredUser): Login => ({ userName, settings, alsoWithin: [] })
  return {
    methods:
      methods === 'PASSWORD' ? ['password'] : methods === 'PUBLIC_KEY' ? ['publickey'] : ['publickey', 'password'],
    both: methods === 'PUBLIC_KEY_AND_PASSWORD',
    byKey: async (userName, sourceIp) => {
      const answered = await ask(userName, '', sourceIp)
      return { login: login(userName, answered), identities: answered.identities }
    },
    byPassword: async (userName, password, sourceIp) => {
      const answered = await ask(userName, password, sourceIp)
      // It took the question for one about a key: nobody has looked at the password.
      if (answered.identities.length > 0) throw new LoginRefused('the provider answered a password with public keys')
      return login(userName, answered)
    },
  }
}
