/** GetSecretValue of Secrets Manager at a configured endpoint. Secrets Manager API reference, GetSecretValue (JSON 1.1). */

import { type SigningCredentials, signRequest } from '@scopedown/wire'
import { boundedText, ProviderFailure, providerMilliseconds } from './provider.ts'
import type { GetSecret } from './secrets-provider.ts'

export interface SecretsEndpoint {
  readonly url: string
  readonly region: string
  readonly credentials: SigningCredentials | undefined
}

export function secretsEndpoint({ url, region, credentials }: SecretsEndpoint): GetSecret {
  return async (SecretId) => {
    const base = new URL(url)
    const body = JSON.stringify({ SecretId })
    const headers = {
      host: base.host,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.GetSecretValue',
    }
    const request = { method: 'POST', rawUrl: base.pathname, headers, body }
    const { host: _, ...sent } =
      credentials === undefined
        ? headers
        : signRequest(request, credentials, { region, service: 'secretsmanager', now: Date.now() })
    const response = await fetch(base, {
      method: 'POST',
      headers: sent,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(providerMilliseconds),
    }).catch((error: unknown) => {
      throw new ProviderFailure(`Secrets Manager cannot be reached: ${error instanceof Error ? error.message : ''}`)
    })
    const text = await boundedText(response, '')
    if (response.status === 400 && text.includes('ResourceNotFoundException')) return undefined
    // The text may hold a secret: none of it goes into a message.
    if (response.status !== 200)
      throw new ProviderFailure(`Secrets Manager answered ${response.status}`, response.status)
    try {
      const { SecretString } = JSON.parse(text) as { SecretString?: unknown }
      return typeof SecretString === 'string' ? SecretString : undefined
    } catch {
      throw new ProviderFailure('the answer of Secrets Manager is no JSON')
    }
  }
}
