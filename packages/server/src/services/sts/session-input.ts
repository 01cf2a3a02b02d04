/** The parts of a request that shape a session, as several STS operations take them. API reference, AssumeRole. */

import { deflateRawSync } from 'node:zlib'
import { parsePolicy } from '@scopedown/engine'
import { type Constraint, ServiceFault } from '@scopedown/wire'
import { foldKey, repeatedKey, type Tags } from '../../kernel/tags.ts'
import type { StsDeps } from './operation.ts'

const tagText = '[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]'

export const sessionConstraints = {
  RoleArn: { min: 20, max: 2048 },
  RoleSessionName: { min: 2, max: 64, pattern: /[\w+=,.@-]*/, patternText: '[\\w+=,.@-]*' },
  SourceIdentity: { min: 2, max: 64, pattern: /[\w+=,.@-]*/, patternText: '[\\w+=,.@-]*' },
  ExternalId: { min: 2, max: 1224, pattern: /[\w+=,.@:/-]*/, patternText: '[\\w+=,.@:\\/-]*' },
  Policy: {
    min: 1,
    max: 2048,
    pattern: /[\t\n\r\u0020-\u00FF]+/,
    patternText: '[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+',
  },
  'PolicyArns.*.arn': { min: 20, max: 2048 },
  Tags: { max: 50 },
  'Tags.*.Key': { min: 1, max: 128, pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]+/u, patternText: `${tagText}+` },
  'Tags.*.Value': { max: 256, pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@]*/u, patternText: `${tagText}*` },
  TransitiveTagKeys: { max: 50 },
  'TransitiveTagKeys.*': { min: 1, max: 128 },
  SerialNumber: { min: 9, max: 256 },
  TokenCode: { min: 6, max: 6, pattern: /[\d]*/, patternText: '[\\d]*' },
} as const satisfies Record<string, Constraint>

export const invalidValue = (message: string): ServiceFault =>
  new ServiceFault('InvalidParameterValue', message, { status: 400 })

export const validationError = (message: string): ServiceFault =>
  new ServiceFault('ValidationError', message, { status: 400 })

export interface SessionPolicies {
  readonly policy: string | undefined
  readonly policyArns: readonly string[]
}

/** Inline text plus ARNs. API reference, "Policy" and "PolicyArns". */
const plainTextLimit = 2048
const managedPolicyLimit = 10

/** Parsed, the managed ones found, the plain text within its limit. */
export async function checkSessionPolicies(
  input: {
    readonly Policy?: string | undefined
    readonly PolicyArns?: readonly { readonly arn?: string | undefined }[] | undefined
  },
  account: string,
  deps: StsDeps,
): Promise<SessionPolicies> {
  const policyArns = (input.PolicyArns ?? []).map(({ arn }) => arn ?? '')
  if (input.Policy !== undefined) checkDocument(input.Policy)
  if (policyArns.length > managedPolicyLimit)
    throw validationError(`At most ${managedPolicyLimit} policy ARNs can be passed.`)
  const known = await deps.policies.documents(policyArns)
  const ours = new RegExp(`^arn:${deps.partition}:iam::(aws|${account}):policy/`)
  const unknown = policyArns.find((arn) => !ours.test(arn) || !known.has(arn))
  if (unknown !== undefined) throw validationError(`The managed policy ${unknown} does not exist or is not attachable.`)
  const size = (input.Policy?.length ?? 0) + policyArns.reduce((sum, arn) => sum + arn.length, 0)
  if (size > plainTextLimit) throw tooLarge((size / plainTextLimit) * 100)
  return { policy: input.Policy, policyArns }
}

function checkDocument(text: string): void {
  const result = parsePolicy(text, { kind: 'session' })
  const fault = result.ok ? undefined : result.diagnostics.find(({ severity }) => severity === 'error')
  if (result.ok && result.policy.statements.length > 0) return
  const place = fault === undefined ? '' : ` at line ${fault.span.line}, column ${fault.span.column}`
  throw new ServiceFault(
    'MalformedPolicyDocumentException',
    `Syntax errors in policy: ${fault?.message ?? 'no statement'}${place}`,
  )
}

function tooLarge(percent: number): ServiceFault {
  return new ServiceFault(
    'PackedPolicyTooLargeException',
    `Packed policy consumes ${Math.ceil(percent)}% of allotted space, please use smaller policy.`,
  )
}

/** Percent of the room for policies and tags. AWS publishes no algorithm; ours is their deflated size. */
export function packedPercent(policies: SessionPolicies, tags: Tags, limit: number): number | undefined {
  const parts = [policies.policy ?? '', ...policies.policyArns, ...[...tags].flat()]
  if (parts.every((part) => part === '')) return undefined
  const percent = (deflateRawSync(parts.join('\n')).length / limit) * 100
  if (percent > 100) throw tooLarge(percent)
  return Math.max(1, Math.ceil(percent))
}

export function checkSessionTags(tags: readonly { readonly Key?: string | undefined }[]): void {
  const keys = tags.map(({ Key }) => Key ?? '')
  const repeated = repeatedKey(keys)
  if (repeated !== undefined) {
    throw invalidValue('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  }
  if (keys.some((key) => foldKey(key).startsWith('aws:'))) {
    throw invalidValue('Tag keys that begin with aws: are reserved for system use.')
  }
}
