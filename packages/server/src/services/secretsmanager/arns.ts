/**
 * ARNs of secrets: a name, and six letters that make a secret of an old name another one. Service Authorization Reference,
 * "AWS Secrets Manager", resource types.
 */

import { createHash } from 'node:crypto'
import { parseArn } from '@scopedown/engine'
import type { ArnScope } from '../../kernel/call.ts'

export function secretArns(scope: ArnScope) {
  const prefix = `arn:${scope.partition}:secretsmanager:${scope.region}:${scope.account}:secret:`
  return { scope, secret: (nameAndSuffix: string) => `${prefix}${nameAndSuffix}` }
}

export type SecretArns = ReturnType<typeof secretArns>

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Of a secret that is being made: the same for the question whether it may be, and for the deed. */
export function newSuffix(requestId: string, name: string): string {
  const digest = createHash('sha256').update(`${requestId}\0${name}`).digest()
  return [...digest.subarray(0, 6)].map((byte) => letters[byte % letters.length]).join('')
}

/** A `SecretId` is a name, an ARN, or an ARN without its last six letters. Undefined: another account's or region's. */
export function namesOf(secretId: string, { account, region }: ArnScope): readonly string[] | undefined {
  if (!secretId.startsWith('arn:')) return [secretId]
  const arn = parseArn(secretId)
  if (arn?.service !== 'secretsmanager' || !arn.resource.startsWith('secret:')) return []
  if (arn.account !== account || arn.region !== region) return undefined
  const name = arn.resource.slice('secret:'.length)
  return /-[A-Za-z0-9]{6}$/.test(name) ? [name.slice(0, -7), name] : [name]
}
