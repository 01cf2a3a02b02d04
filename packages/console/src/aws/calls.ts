/** The console's own API, `scopedown:*`, as this page calls it. */

import type { Explanation } from '@scopedown/engine'
import type { Client } from './client.ts'

export interface DecidedRequirement {
  readonly Action: string
  readonly Resource: string
  readonly Outcome: string
  readonly By?: readonly string[]
  readonly Statements?: readonly {
    readonly Type: string
    readonly Policy?: string
    readonly Statement: number
    readonly Sid?: string
    readonly Effect: string
  }[]
  readonly KeysMissing?: readonly string[]
}

export interface Call {
  readonly Place: string
  readonly Time: string
  readonly RequestId: string
  readonly Service?: string
  readonly Operation?: string
  readonly Principal?: string
  readonly PrincipalType: string
  readonly InvokedBy?: string
  readonly SourceIp?: string
  readonly UserAgent?: string
  readonly ErrorCode?: string
  readonly ErrorMessage?: string
  readonly Outcome: string
  readonly AuthorizationId?: string
  readonly Requirements?: readonly DecidedRequirement[]
  readonly Parameters?: unknown
}

export interface CallsFilter {
  readonly Principal?: string
  readonly Action?: string
  readonly Resource?: string
  readonly Outcome?: string
  readonly WithoutConsole?: boolean
  readonly After?: string
  readonly WaitSeconds?: number
  readonly MaxResults?: number
  readonly NextToken?: string
}

export interface Calls {
  readonly Calls?: readonly Call[]
  readonly Newest?: string
  readonly NextToken?: string
}

export function listCalls(client: Client, filter: CallsFilter, signal?: AbortSignal): Promise<Calls> {
  return client.json('scopedown', 'Scopedown.ListCalls', filter, signal)
}

export interface Explained {
  readonly AuthorizationId: string
  readonly Time: string
  readonly RequestId: string
  readonly Operation: string
  readonly Principal: string
  readonly Context: Readonly<Record<string, string>>
  readonly Explanation: Explanation
  readonly Policies?: readonly {
    readonly Name: string
    readonly Type: string
    readonly Inline: boolean
    readonly AttachedTo?: string
    readonly Document?: string
  }[]
}

export function getExplanation(client: Client, id: string): Promise<Explained> {
  return client.json('scopedown', 'Scopedown.GetExplanation', { AuthorizationId: id })
}
