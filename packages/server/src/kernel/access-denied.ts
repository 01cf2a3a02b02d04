/**
 * What a refused caller is told. IAM User Guide, "Troubleshoot access denied error messages" (troubleshoot_access-denied) and
 * "… with an authorization id" (troubleshoot_access-denied-authorization-id).
 */

import { randomBytes } from 'node:crypto'
import { type Protocol, ServiceFault } from '@scopedown/wire'
import type { Refusal } from './refusal.ts'

export interface DenialMessages {
  /** Appends the ARN of the managed policy that denied. */
  readonly policyArnInMessage: boolean
  /** Appends the authorization id and where to look it up. */
  readonly authorizationIdInMessage: boolean
  /** The page of a denial. */
  readonly url: (authorizationId: string) => string
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
const idLength = 32

/** `[0-9a-z]+`; 160 bits and more, so that an id cannot be guessed. */
export function newAuthorizationId(): string {
  let id = ''
  while (id.length < idLength) {
    // 252 is the largest multiple of 36 in a byte: every character is equally likely.
    for (const byte of randomBytes(idLength)) if (byte < 252 && id.length < idLength) id += alphabet[byte % 36]
  }
  return id
}

export function deniedMessage(refusal: Refusal, id: string, messages: DenialMessages): string {
  const policyArn = messages.policyArnInMessage ? denyingManagedPolicy(refusal) : undefined
  const sentence = policyArn === undefined ? refusal.message : `${refusal.message}: ${policyArn}`
  if (!messages.authorizationIdInMessage) return sentence
  return (
    `${sentence}. Go to ${messages.url(id)} for complete details, or call the GetRequestAuthorizationDetails API ` +
    `with the following authorization id: ${id}`
  )
}

function denyingManagedPolicy({ explanation, policies }: Refusal): string | undefined {
  if (explanation.outcome !== 'explicitDeny') return undefined
  const deny = explanation.determining.find(({ effect, type }) => effect === 'Deny' && type === explanation.by[0])
  const policy = deny?.policyName === undefined ? undefined : policies.get(deny.policyName)
  return policy === undefined || policy.inline ? undefined : policy.uri
}

const codes: Readonly<Record<Protocol, readonly [code: string, status: number]>> = {
  awsJson: ['AccessDeniedException', 400],
  awsQuery: ['AccessDenied', 403],
  restXml: ['AccessDenied', 403],
}

export function accessDenied(protocol: Protocol, message: string): ServiceFault {
  const [code, status] = codes[protocol]
  return new ServiceFault(code, message, { status })
}
