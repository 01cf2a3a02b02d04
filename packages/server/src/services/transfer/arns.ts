/** Transfer Family's ARNs. Service Authorization Reference, "AWS Transfer Family", resource types. */

import { parseArn } from '@scopedown/engine'
import type { ArnScope } from '../../kernel/call.ts'

export function transferArns(scope: ArnScope) {
  const prefix = `arn:${scope.partition}:transfer:${scope.region}:${scope.account}:`
  return {
    scope,
    server: (id: string) => `${prefix}server/${id}`,
    user: (serverId: string, name: string) => `${prefix}user/${serverId}/${name}`,
    hostKey: (serverId: string, id: string) => `${prefix}host-key/${serverId}/${id}`,
  }
}

export type TransferArns = ReturnType<typeof transferArns>

export interface NamedResource {
  readonly kind: 'server' | 'user' | 'host-key'
  readonly account: string
  readonly region: string
  readonly serverId: string
  /** Of a user or host key. */
  readonly name: string
}

/** Undefined for what is no server, user or host key. */
export function namedResource(text: string): NamedResource | undefined {
  const arn = parseArn(text)
  if (arn?.service !== 'transfer') return undefined
  const [kind, serverId, name, ...rest] = arn.resource.split('/')
  if (serverId === undefined || serverId === '' || rest.length > 0) return undefined
  const { account, region } = arn
  if (kind === 'server' && name === undefined) return { kind, account, region, serverId, name: '' }
  if ((kind === 'user' || kind === 'host-key') && name) return { kind, account, region, serverId, name }
  return undefined
}
