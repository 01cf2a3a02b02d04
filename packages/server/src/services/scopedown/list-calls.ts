/**
 * ListCalls: the calls of the caller's account, newest first, a page at a time; with `After`, what came since, waiting for it
 * if it is told to. A filter that finds little answers short pages with a token: each call reads a bounded part of the log.
 */

import { ServiceFault } from '@scopedown/wire'
import { type CallPlace, type FoundCalls, parsePlace, placeText } from '../../audit/audit-reader.ts'
import type { AuditedCall } from '../../audit/audited-call.ts'
import { requires } from '../../kernel/requirement.ts'
import type { Call } from './model.ts'
import { operation, type ScopedownDeps } from './operation.ts'

const pageSize = 50
const place = { pattern: /\d{4}-\d{2}-\d{2}:\d{1,15}/, patternText: 'YYYY-MM-DD:OFFSET' }
const fragment = { min: 1, max: 2048 }

export const listCalls = operation('ListCalls', {
  constraints: {
    Principal: fragment,
    Action: fragment,
    Resource: fragment,
    Outcome: { oneOf: ['allowed', 'denied', 'failed'] },
    After: place,
    NextToken: place,
    WaitSeconds: { min: 0, max: 20 },
    MaxResults: { min: 1, max: 200 },
  },
  authorize: () => [requires('scopedown:ListCalls', '*')],
  handle: async ({ input, caller }, deps) => {
    const matches = filterOf(input, caller.account)
    const before = readPlace(input.NextToken)
    const after = readPlace(input.After)
    const query = { before, after, limit: input.MaxResults ?? pageSize, matches }
    const found = await awaited(query, deps, (input.WaitSeconds ?? 0) * 1000)
    return {
      Calls: found.calls.map(({ place: at, call }) => shapeOf(placeText(at), call)),
      ...(found.newest === undefined ? {} : { Newest: placeText(found.newest) }),
      ...(found.next === undefined ? {} : { NextToken: placeText(found.next) }),
    }
  },
})

type Query = Parameters<ScopedownDeps['calls']['read']>[0]

async function awaited(query: Query, { audit, calls }: ScopedownDeps, milliseconds: number): Promise<FoundCalls> {
  await audit.flush()
  const end = Date.now() + milliseconds
  let { after } = query
  for (;;) {
    const found = await calls.read({ ...query, after })
    const left = end - Date.now()
    // `newest` moves on past lines that did not match, so that nobody reads them twice.
    const newest = found.newest ?? after
    if (found.calls.length > 0 || query.after === undefined || found.next !== undefined || left <= 0) {
      return { ...found, newest }
    }
    after = newest
    await audit.written(left)
    if (audit.closing) return { ...found, newest }
  }
}

function readPlace(text: string | undefined): CallPlace | undefined {
  if (text === undefined) return undefined
  const read = parsePlace(text)
  if (read === undefined) throw new ServiceFault('ValidationException', 'The place of a call is YYYY-MM-DD:OFFSET')
  return read
}

interface Filter {
  readonly Principal?: string | undefined
  readonly Action?: string | undefined
  readonly Resource?: string | undefined
  readonly Outcome?: string | undefined
  readonly WithoutConsole?: boolean | undefined
}

/** Parts of names, without case. */
function filterOf(filter: Filter, account: string): (call: AuditedCall) => boolean {
  const principal = filter.Principal?.toLowerCase() ?? ''
  const action = filter.Action?.toLowerCase() ?? ''
  const resource = filter.Resource?.toLowerCase() ?? ''
  return (call) => {
    // A call whose caller is unknown belongs to no account, and is shown to none.
    if (call.recipientAccountId !== account) return false
    const service = serviceOf(call)
    if (filter.WithoutConsole === true && service === 'scopedown') return false
    if (filter.Outcome !== undefined && filter.Outcome !== groupOf(call)) return false
    if (!(call.userIdentity.arn ?? call.userIdentity.invokedBy ?? '').toLowerCase().includes(principal)) return false
    const requirements = call.decision?.requirements ?? []
    const named = `${service}:${call.eventName}`.toLowerCase().includes(action)
    if (!named && !requirements.some((one) => one.action.toLowerCase().includes(action))) return false
    return resource === '' || requirements.some((one) => one.resource.toLowerCase().includes(resource))
  }
}

function groupOf({ decision, errorCode }: AuditedCall): string {
  if (decision?.outcome === 'implicitDeny' || decision?.outcome === 'explicitDeny') return 'denied'
  return errorCode === undefined ? 'allowed' : 'failed'
}

function serviceOf({ eventSource }: AuditedCall): string {
  return eventSource?.split('.', 1)[0] ?? ''
}

function shapeOf(at: string, call: AuditedCall): Call {
  const { decision, userIdentity } = call
  return {
    Place: at,
    Time: call.eventTime,
    RequestId: call.requestID,
    Service: serviceOf(call),
    Operation: call.eventName,
    Principal: userIdentity.arn,
    PrincipalType: userIdentity.type,
    InvokedBy: userIdentity.invokedBy,
    Region: call.awsRegion,
    SourceIp: call.sourceIPAddress,
    UserAgent: call.userAgent,
    ErrorCode: call.errorCode,
    ErrorMessage: call.errorMessage,
    Outcome: decision?.outcome ?? 'none',
    AuthorizationId: decision?.authorizationId,
    Requirements: (decision?.requirements ?? []).map((one) => ({
      Action: one.action,
      Resource: one.resource,
      Outcome: one.outcome,
      By: [...one.by],
      Statements: one.statements.map(({ type, policy, statement, sid, effect }) => ({
        Type: type,
        Policy: policy,
        Statement: statement,
        Sid: sid,
        Effect: effect,
      })),
      KeysMissing: [...one.keysMissing],
    })),
    Parameters: call.requestParameters ?? undefined,
  }
}
