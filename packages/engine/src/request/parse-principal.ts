/** Who calls, from the ARN of a case. docs/cases.md, "request". */

import { parseArn } from './arn.ts'
import type { Principal } from './principal.ts'

const service = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/

/**
 * `hints` are the request's own `aws:PrincipalArn` and `aws:userid`: an assumed-role ARN has no path and no unique id,
 * and these keys carry them. Undefined for a text that names no caller.
 */
export function parsePrincipal(
  text: string,
  hints: { readonly arn?: string | undefined; readonly id?: string | undefined } = {},
): Principal | undefined {
  if (text === '*') return { kind: 'anonymous' }
  const arn = parseArn(text)
  if (arn === undefined && service.test(text)) return { kind: 'service', name: text }
  if (arn === undefined || arn.region !== '' || !/^[0-9]{12}$/.test(arn.account)) return undefined
  const { partition, account, resource } = arn
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  if (arn.service === 'sts') {
    const [kind, first = '', ...rest] = resource.split('/')
    const session = rest.join('/')
    if (kind === 'federated-user' && first !== '' && rest.length === 0) {
      return { kind: 'federatedUser', arn: text, partition, account, name: first }
    }
    if (kind !== 'assumed-role' || first === '' || session === '') return undefined
    const roleArn = roleOf(hints.arn, partition, account, first) ?? `arn:${partition}:iam::${account}:role/${first}`
    const roleId = hints.id?.split(':')[0]
    return { kind: 'session', arn: text, partition, account, roleArn, ...(roleId === undefined ? {} : { roleId }) }
  }
  if (arn.service !== 'iam' || name === '') return undefined
  if (resource === 'root') return { kind: 'root', arn: text, partition, account }
  if (resource.startsWith('user/')) {
    return { kind: 'user', arn: text, partition, account, name, ...(hints.id === undefined ? {} : { id: hints.id }) }
  }
  if (resource.startsWith('role/')) {
    const roleId = hints.id?.split(':')[0]
    return { kind: 'session', partition, account, roleArn: text, ...(roleId === undefined ? {} : { roleId }) }
  }
  if (/^(oidc-provider|saml-provider)\//.test(resource)) return { kind: 'identityProvider', value: text }
  return undefined
}

/** The hint, if it is the ARN of that very role: then it adds the path. */
function roleOf(hint: string | undefined, partition: string, account: string, role: string): string | undefined {
  const arn = hint === undefined ? undefined : parseArn(hint)
  if (arn?.service !== 'iam' || arn.partition !== partition || arn.account !== account) return undefined
  return arn.resource.startsWith('role/') && arn.resource.endsWith(`/${role}`) ? hint : undefined
}

/** The ARN or name by which an access-denied sentence calls the caller. */
export function principalText(principal: Principal): string {
  if (principal.kind === 'session') return principal.arn ?? principal.roleArn
  if (principal.kind === 'service') return principal.name
  if (principal.kind === 'identityProvider') return principal.value
  return principal.kind === 'anonymous' ? 'anonymous' : principal.arn
}

export const accountOf = (principal: Principal): string | undefined =>
  'account' in principal ? principal.account : undefined
