/**
 * What a refused caller is told. IAM User Guide, "Troubleshoot access denied error messages" (troubleshoot_access-denied) and
 * "… with an authorization id" (troubleshoot_access-denied-authorization-id).
 */

import { randomBytes } from 'node:crypto'
import { ServiceFault } from '@scopedown/wire'
import type { ProtocolName } from './protocol-name.ts'
import type { Refusal } from './refusal.ts'

export interface DenialMessages {
  /** Appends the ARN of the managed policy that denied. */
  readonly policyArnInMessage: boolean
  /** Appends the authorization id and where to look it up. */
  readonly authorizationIdInMessage: boolean
  /** Appends an encoded message for DecodeAuthorizationMessage, as EC2 does; makes it from the id. Default: none. */
  readonly encodedMessage: ((authorizationId: string) => string) | undefined
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
  const encoded = messages.encodedMessage?.(id)
  const sentence =
    (policyArn === undefined ? refusal.message : `${refusal.message}: ${policyArn}`) +
    (encoded === undefined ? '' : ` Encoded authorization failure message: ${encoded}`)
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

const codes: Readonly<Record<ProtocolName, readonly [code: string, status: number]>> = {
  awsJson: ['AccessDeniedException', 400],
  awsQuery: ['AccessDenied', 403],
  restJson: ['AccessDeniedException', 403],
  restXml: ['AccessDenied', 403],
}

export function accessDenied(protocol: ProtocolName, message: string): ServiceFault {
  const [code, status] = codes[protocol]
  return new ServiceFault(code, message, { status })
}
