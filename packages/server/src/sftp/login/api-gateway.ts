/**
 * API Gateway as identity provider: the HTTP contract, signed with the invocation role. User Guide, "Using Amazon API Gateway to
 * integrate your identity provider".
 */

import { type SigningCredentials, signRequest } from '@scopedown/wire'
import { boundedText, type IdentityProvider, ProviderFailure, providerMilliseconds } from './provider.ts'

export interface ApiGatewayOptions {
  /** `https://host/stage` */
  readonly url: string
  readonly region: string
  /** Temporary credentials of the invocation role. */
  readonly credentials: () => Promise<SigningCredentials>
}

/** What a header can carry unharmed. RFC 9110, section 5.5; what lies beyond ASCII arrives differently everywhere. */
const fitsHeader = (text: string): boolean => /^[!-~](?:[ -~]*[!-~])?$/.test(text)

export function apiGateway({ url, region, credentials }: ApiGatewayOptions): IdentityProvider {
  return async ({ userName, password, protocol, serverId, sourceIp }) => {
    // Whoever reads the plain header alone would take its absence for a question about a key.
    if (password !== '' && !fitsHeader(password)) throw new ProviderFailure('the password cannot travel in a header')
    const base = new URL(url)
    const path = `${base.pathname.replace(/\/$/, '')}/servers/${encodeURIComponent(serverId)}/users/${encodeURIComponent(userName)}/config`
    const rawUrl = `${path}?protocol=${encodeURIComponent(protocol)}&sourceIp=${encodeURIComponent(sourceIp)}`
    const headers = {
      host: base.host,
      ...(password === '' ? {} : { password, passwordbase64: Buffer.from(password).toString('base64') }),
    }
    const signed = signRequest({ method: 'GET', rawUrl, headers }, await credentials(), {
      region,
      service: 'execute-api',
      now: Date.now(),
    })
    const { host: _, ...sent } = signed
    const target = new URL(rawUrl, base)
    const shown = `${base.origin}${rawUrl}`
    const response = await fetch(target, {
      headers: sent,
      redirect: 'error',
      signal: AbortSignal.timeout(providerMilliseconds),
    }).catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : String(error)
      throw new ProviderFailure(`the identity provider cannot be reached: ${reason}`, 500, shown)
    })
    const body = await boundedText(response, shown)
    if (response.status !== 200) {
      throw new ProviderFailure(`the identity provider answered ${response.status}`, response.status, shown)
    }
    return { statusCode: 200, body, url: shown }
  }
}
