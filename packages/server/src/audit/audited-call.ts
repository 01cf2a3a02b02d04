/** A line of the audit log as it is read back; `cloudtrail.ts` writes it. */

import type { Outcome } from '@scopedown/engine'

export interface AuditedRequirement {
  readonly action: string
  readonly resource: string
  readonly outcome: Outcome
  readonly by: readonly string[]
  readonly statements: readonly {
    readonly type: string
    readonly policy?: string
    readonly statement: number
    readonly sid?: string
    readonly effect: string
  }[]
  readonly keysMissing: readonly string[]
}

export interface AuditedCall {
  readonly userIdentity: { readonly type: string; readonly arn?: string; readonly invokedBy?: string }
  readonly eventTime: string
  readonly eventSource?: string
  readonly eventName?: string
  readonly awsRegion: string
  readonly sourceIPAddress?: string
  readonly userAgent?: string
  readonly errorCode?: string
  readonly errorMessage?: string
  readonly requestParameters: Readonly<Record<string, unknown>> | null
  readonly requestID: string
  readonly recipientAccountId?: string
  readonly decision?: {
    readonly outcome: Outcome | 'exempt'
    readonly authorizationId?: string
    readonly requirements?: readonly AuditedRequirement[]
  }
}
