/** AWS's own sentence. IAM User Guide, "Troubleshoot access denied error messages" (troubleshoot_access-denied). */

import type { Decision, PolicyType } from '../evaluate/decision.ts'
import type { Request } from '../request/request.ts'

export interface SentenceOptions {
  /** AWS prints "a sessions policy" and logs "a session policy". Default `a session policy`. */
  readonly sessionPolicyPhrase?: 'session policy' | 'sessions policy' | undefined
  /** S3 puts the ARN in double quotes. */
  readonly quoteResource?: boolean | undefined
}

const titles: Readonly<Record<PolicyType, string>> = {
  identity: 'identity-based policy',
  resource: 'resource-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
  endpoint: 'VPC endpoint policy',
}

/** `User: … is not authorized to perform: … on resource: … because no … allows the … action`; undefined when allowed. */
export function accessDeniedMessage(
  request: Request,
  decision: Decision,
  options: SentenceOptions = {},
): string | undefined {
  const type = decision.by[0]
  if (decision.outcome === 'allowed' || type === undefined) return undefined
  const resource = options.quoteResource === true ? `"${request.resource}"` : request.resource
  const where = request.resource === '*' ? '' : ` on resource: ${resource}`
  const subject = `User: ${request.callerText} is not authorized to perform: ${request.actionText}${where}`
  return `${subject} ${reason(type, request, decision, options)}`
}

function reason(type: PolicyType, request: Request, decision: Decision, options: SentenceOptions): string {
  const trust = type === 'resource' && request.mustAllow === 'trust'
  const title = trust
    ? 'role trust policy'
    : type === 'session'
      ? (options.sessionPolicyPhrase ?? titles.session)
      : titles[type]
  if (decision.outcome === 'implicitDeny') return `because no ${title} allows the ${request.actionText} action`
  const article = trust ? 'the' : type === 'identity' ? 'an' : 'a'
  return `with an explicit deny in ${article} ${title}`
}
