/**
 * Whether a bucket policy is public: whether it lets in principals that it does not name, under conditions that do not fix who
 * or where they are. S3 User Guide, "Blocking public access to your Amazon S3 storage", section "The meaning of public".
 */

import type { Condition, Policy, Statement } from '@scopedown/engine'

const fixingKeys = new Set([
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceowner',
  'aws:sourceaccount',
  'aws:userid',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalarn',
  'aws:principalaccount',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
])
const fixingOperators = new Set([
  'StringEquals',
  'StringEqualsIgnoreCase',
  'StringLike',
  'ArnEquals',
  'ArnLike',
  'NumericEquals',
  'BinaryEquals',
])

export function isPublic(policy: Policy): boolean {
  return policy.statements.some((statement) => statement.effect === 'Allow' && letsInAnyone(statement))
}

function letsInAnyone({ principal, conditions }: Statement): boolean {
  if (principal === undefined) return false
  const anyone = principal.negated || principal.entries.some(({ type, value }) => type === 'AWS' && value.includes('*'))
  return anyone && !conditions.some(fixes)
}

function fixes({ operator, key, values }: Condition): boolean {
  // `…IfExists` and `ForAllValues` hold where the key is missing: they fix nothing.
  if (operator.ifExists || operator.set === 'ForAllValues' || values.length === 0) return false
  const name = key.toLowerCase()
  if (operator.base === 'IpAddress' && name === 'aws:sourceip') return values.every(isNarrow)
  if (!fixingOperators.has(operator.base) || !fixingKeys.has(name)) return false
  return values.every((value) => isFixed(name, value))
}

function isFixed(key: string, value: string): boolean {
  if (value.includes('${')) return false
  // A role's id followed by any session name is still that one role.
  if (key === 'aws:userid') return !/[*?]/.test(value.replace(/^(AROA[A-Z0-9]+):\*$/, '$1'))
  // An ARN that fixes the account is fixed; other wildcards are not.
  if (key === 'aws:principalarn' || key === 'aws:sourcearn')
    return !/[*?]/.test(value.split(':')[4] ?? '*') && value.split(':')[4] !== ''
  return !/[*?]/.test(value)
}

/** A range wider than /8, or /32 for IPv6, is the world for this purpose. */
function isNarrow(value: string): boolean {
  const [address = '', length] = value.split('/')
  if (length === undefined) return true
  return Number(length) >= (address.includes(':') ? 32 : 8)
}
