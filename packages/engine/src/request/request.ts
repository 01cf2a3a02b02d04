/** One authorization question, read once: every later step finds its facts here and splits no string again. */

import type { VariableSource } from '../match/glob.ts'
import { type CallerName, namesOf } from '../match/principal-matcher.ts'
import { foldResource } from '../match/resource-pattern.ts'
import { parseArn } from './arn.ts'
import { type Context, ContextEntry, lookUp, readContext } from './context.ts'
import { accountOf, parsePrincipal, principalText } from './parse-principal.ts'
import type { Principal } from './principal.ts'
import type { ContextValue, RequestInput } from './request-input.ts'

export type RequestResult =
  | { readonly ok: true; readonly request: Request }
  | { readonly ok: false; readonly member: string; readonly message: string }

export class Request implements VariableSource {
  readonly principal: Principal
  /** As given. */
  readonly actionText: string
  /** In lower case. */
  readonly action: string
  readonly resource: string
  /** What patterns see: `resource`, folded where the request says so. */
  readonly matchedResource: string
  readonly foldsNames: boolean
  readonly resourceAccount: string | undefined
  readonly crossAccount: boolean
  /** No grant crosses a partition. */
  readonly crossPartition: boolean
  /** Identity alone never suffices: role trust policies and KMS key policies. */
  readonly mustAllow: 'trust' | 'key' | undefined
  /** Undefined for callers without an account: services, identity providers, anonymous. */
  readonly account: string | undefined
  /** The ARNs and ids by which a `Principal` element may name the caller. */
  readonly callerNames: readonly CallerName[]
  /** A service-linked role, which neither service control nor resource control policies bind. */
  readonly serviceLinked: boolean
  readonly context: Context

  constructor(input: RequestInput, principal: Principal, context: Context, callerNames = namesOf(principal)) {
    this.principal = principal
    this.actionText = input.action
    this.action = input.action.toLowerCase()
    this.resource = input.resource
    this.foldsNames = input.foldResourceNames === true
    this.matchedResource = this.foldsNames ? foldResource(input.resource) : input.resource
    this.context = context
    this.account = accountOf(principal)
    this.callerNames = callerNames
    this.serviceLinked = principal.kind === 'session' && principal.roleArn.includes(':role/aws-service-role/')
    const arn = input.resource === '*' ? undefined : parseArn(input.resource)
    this.resourceAccount = input.resourceAccount ?? (arn?.account || this.account)
    this.crossPartition = arn !== undefined && 'partition' in principal && principal.partition !== arn.partition
    this.crossAccount = this.account !== undefined && (this.resourceAccount !== this.account || this.crossPartition)
    this.mustAllow = mustAllow(this.action, arn?.service, arn?.resource)
  }

  /** What the caller is called in a sentence. */
  get callerText(): string {
    return principalText(this.principal)
  }

  entry(lower: string, exact: string): ContextEntry | undefined {
    const found = this.context.get(lower)
    return found === undefined || found.twin === undefined ? found : lookUp(this.context, lower, exact)
  }

  /** The same caller in the same context about something else: what both are is not read anew. */
  asking(action: string, resource: string, resourceAccount?: string): RequestResult {
    const fault = aboutFault(action, resource)
    if (fault !== undefined) return { ok: false, ...fault }
    const { principal, foldsNames: foldResourceNames } = this
    const input = { principal, action, resource, resourceAccount, foldResourceNames }
    return { ok: true, request: new Request(input, principal, this.context, this.callerNames) }
  }

  variable(lower: string, exact: string): string | undefined {
    return lookUp(this.context, lower, exact)?.single
  }
}

function mustAllow(
  action: string,
  service: string | undefined,
  resource: string | undefined,
): 'trust' | 'key' | undefined {
  if (service === 'iam' && action.startsWith('sts:') && resource?.startsWith('role/')) return 'trust'
  return service === 'kms' && resource?.startsWith('key/') ? 'key' : undefined
}

/** Reads a question, or says which member of it is unusable and what would be right. */
export function parseRequest(input: RequestInput): RequestResult {
  const fault = faultOf(input)
  if (fault !== undefined) return { ok: false, ...fault }
  const context = readContext(input.context ?? {})
  const hints = { arn: context.get(derived.arn.lower)?.single, id: context.get(derived.id.lower)?.single }
  const principal = typeof input.principal === 'string' ? parsePrincipal(input.principal, hints) : input.principal
  if (principal === undefined) {
    const message = `the principal \`${input.principal}\` is no user, role, session, federated user, root, identity provider, service or \`*\``
    return { ok: false, member: 'principal', message }
  }
  addDerivedKeys(context, principal)
  return { ok: true, request: new Request(input, principal, context) }
}

interface DerivedKey {
  readonly text: string
  readonly lower: string
}

const derivedKey = (text: string): DerivedKey => ({ text, lower: text.toLowerCase() })

const derived = {
  account: derivedKey('aws:PrincipalAccount'),
  arn: derivedKey('aws:PrincipalArn'),
  type: derivedKey('aws:PrincipalType'),
  id: derivedKey('aws:userid'),
  name: derivedKey('aws:username'),
} as const

/** IAM User Guide, reference_policies_variables, "Where you can use policy variables": the table by kind of caller. */
function addDerivedKeys(context: Map<string, ContextEntry>, principal: Principal): void {
  const add = ({ text, lower }: DerivedKey, value: string | undefined): void => {
    if (value !== undefined && !context.has(lower)) context.set(lower, new ContextEntry(text, value))
  }
  if ('account' in principal) add(derived.account, principal.account)
  switch (principal.kind) {
    case 'root':
      add(derived.arn, principal.arn)
      add(derived.type, 'Account')
      add(derived.id, principal.account)
      break
    case 'user':
      add(derived.arn, principal.arn)
      add(derived.type, 'User')
      add(derived.name, principal.name)
      add(derived.id, principal.id)
      break
    case 'session':
      add(derived.arn, principal.roleArn)
      add(derived.type, 'AssumedRole')
      add(derived.id, sessionId(principal.roleId, principal.arn))
      break
    case 'federatedUser':
      add(derived.arn, principal.arn)
      add(derived.type, 'FederatedUser')
      break
    case 'anonymous':
      add(derived.account, 'anonymous')
      add(derived.type, 'Anonymous')
      break
    case 'service':
    case 'identityProvider':
      break
  }
}

const sessionId = (roleId: string | undefined, sessionArn: string | undefined): string | undefined =>
  roleId === undefined || sessionArn === undefined
    ? undefined
    : `${roleId}:${sessionArn.slice(sessionArn.lastIndexOf('/') + 1)}`

function faultOf(input: RequestInput): { member: string; message: string } | undefined {
  if (typeof input !== 'object' || input === null) return { member: '', message: 'a request is an object' }
  const { principal, action, resource, resourceAccount, context } = input
  if (typeof principal !== 'string' && (typeof principal !== 'object' || principal === null)) {
    return { member: 'principal', message: 'a request needs a `principal`, as text' }
  }
  const fault = aboutFault(action, resource)
  if (fault !== undefined) return fault
  if (resourceAccount !== undefined && typeof resourceAccount !== 'string') {
    return { member: 'resourceAccount', message: '`resourceAccount` must be text' }
  }
  if (context !== undefined && (typeof context !== 'object' || context === null || Array.isArray(context))) {
    return { member: 'context', message: '`context` must be an object of condition keys' }
  }
  for (const key of Object.keys(context ?? {})) {
    if (!isContextValue(context?.[key])) {
      return {
        member: 'context',
        message: `the context key \`${key}\` must be a string, number or boolean, or a list of them`,
      }
    }
  }
  return undefined
}

function aboutFault(action: unknown, resource: unknown): { member: string; message: string } | undefined {
  if (typeof action !== 'string' || !/^[^:\s*?]+:[^:\s*?]+$/.test(action)) {
    return {
      member: 'action',
      message: `a request needs an \`action\` of the form \`service:Name\`, without wildcards, not \`${String(action)}\``,
    }
  }
  if (typeof resource !== 'string' || (resource !== '*' && parseArn(resource) === undefined)) {
    return {
      member: 'resource',
      message: `a request needs a \`resource\`, an ARN of six parts or \`*\`, not \`${String(resource)}\``,
    }
  }
  return undefined
}

function isContextValue(value: unknown): value is ContextValue {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.every((member) => member !== null && isScalar(member))
  return isScalar(value)
}

const isScalar = (value: unknown): boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
