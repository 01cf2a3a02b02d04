/** How far a principal reaches: the engine's answer for reading, writing and deleting a resource, level by level. */

import {
  type ContextValue,
  compile,
  type Explanation,
  type Policy,
  type PolicyKind,
  type Principal,
  type Program,
  parsePolicy,
  parseRequest,
  type Request,
  type RequestResult,
} from '@scopedown/engine'
import type { AccountPrincipal, PolicySource } from '../aws/account-details.ts'

export const levels = ['read', 'write', 'delete'] as const
export type Level = (typeof levels)[number]

/** One question; all of a level's must be allowed. */
export interface Ask {
  readonly action: string
  readonly resource: string
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** The very same object stands in other resources: it is asked once. */
  readonly shared?: boolean
}

export interface Reachable {
  /** Its ARN, or what is asked about in its stead. */
  readonly id: string
  readonly label: string
  readonly asks: Readonly<Record<Level, readonly Ask[]>>
  readonly resourcePolicy: PolicySource | undefined
  readonly foldNames: boolean
}

/** Bits: 1 read, 2 write, 4 delete. */
export type Reach = number

export const reachNames: readonly string[] = [
  'none',
  'read',
  'write',
  'read, write',
  'delete',
  'read, delete',
  'write, delete',
  'read, write, delete',
]

export interface Place {
  readonly account: string
  readonly partition: string
  readonly region: string
  /** Whether requests come by TLS. */
  readonly secure: boolean
}

export class Reacher {
  readonly principal: AccountPrincipal
  readonly #principal: Principal
  readonly #account: string
  readonly #context: Readonly<Record<string, ContextValue>>
  readonly #identity: readonly Policy[]
  readonly #boundary: Policy | undefined
  readonly #programs = new Map<string, Program>()
  readonly #known = new Map<Ask, boolean>()
  /** A request without tags, by whether it folds names: the others are made after it. */
  readonly #plain = new Map<boolean, Request>()

  constructor(principal: AccountPrincipal, place: Place, read: PolicyReader) {
    this.principal = principal
    this.#account = place.account
    this.#principal = enginePrincipal(principal, place)
    this.#context = contextOf(principal, place)
    this.#identity = principal.identity.map((source) => read(source, 'identity'))
    this.#boundary = principal.boundary && read(principal.boundary, 'boundary')
    this.#read = read
  }

  readonly #read: PolicyReader

  reach(resource: Reachable): Reach {
    let reach = 0
    for (const [bit, level] of levels.entries()) {
      if (resource.asks[level].every((ask) => this.#allowed(resource, ask))) reach |= 1 << bit
    }
    return reach
  }

  /** The first question of the level that is refused, or the last one, explained. */
  explain(resource: Reachable, level: Level): Explanation | undefined {
    const asks = resource.asks[level]
    const deciding = asks.find((ask) => !this.#allowed(resource, ask)) ?? asks.at(-1)
    const request = deciding && this.#request(resource, deciding)
    return request && this.#program(resource).explain(request)
  }

  #allowed(resource: Reachable, ask: Ask): boolean {
    if (ask.shared !== true) return this.#decide(resource, ask)
    const known = this.#known.get(ask)
    if (known !== undefined) return known
    const allowed = this.#decide(resource, ask)
    this.#known.set(ask, allowed)
    return allowed
  }

  #decide(resource: Reachable, ask: Ask): boolean {
    const request = this.#request(resource, ask)
    return request !== undefined && this.#program(resource).decide(request).outcome === 'allowed'
  }

  #request({ foldNames }: Reachable, { action, resource, tags }: Ask): Request | undefined {
    const like = tags === undefined ? this.#plain.get(foldNames) : undefined
    if (like !== undefined) return requestOf(like.asking(action, resource, this.#account))
    const request = requestOf(
      parseRequest({
        principal: this.#principal,
        action,
        resource,
        resourceAccount: this.#account,
        context: { ...this.#context, ...prefixed('aws:ResourceTag/', tags ?? {}) },
        foldResourceNames: foldNames,
      }),
    )
    if (tags === undefined && request !== undefined) this.#plain.set(foldNames, request)
    return request
  }

  #program({ resourcePolicy }: Reachable): Program {
    const key = resourcePolicy?.name ?? ''
    const known = this.#programs.get(key)
    if (known !== undefined) return known
    const program = compile({
      identity: this.#identity,
      boundary: this.#boundary,
      session: this.principal.session?.map((source) => this.#read(source, 'session')),
      resource: resourcePolicy && this.#read(resourcePolicy, 'resource'),
    })
    this.#programs.set(key, program)
    return program
  }
}

function requestOf(result: RequestResult): Request | undefined {
  return result.ok ? result.request : undefined
}

export type PolicyReader = (source: PolicySource, kind: PolicyKind) => Policy

/** Each text once. A stored policy that cannot be read is a fault to show, not one to pass over. */
export function policyReader(): PolicyReader {
  const known = new Map<string, Policy>()
  return ({ name, text }, kind) => {
    const key = `${kind}\n${name}\n${text}`
    const policy = known.get(key)
    if (policy !== undefined) return policy
    const result = parsePolicy(text, { kind, name })
    if (!result.ok) throw new Error(`The policy ${name} cannot be read: ${result.diagnostics[0]?.message ?? ''}`)
    known.set(key, result.policy)
    return result.policy
  }
}

function enginePrincipal({ kind, arn, id, name }: AccountPrincipal, { account, partition }: Place): Principal {
  if (kind === 'user') return { kind, arn, partition, account, name, id }
  const session = `arn:${partition}:sts::${account}:assumed-role/${name}/session`
  return { kind: 'session', arn: session, partition, account, roleArn: arn, roleId: id }
}

function contextOf({ kind, id, tags }: AccountPrincipal, { region, secure }: Place): Record<string, ContextValue> {
  const seconds = Math.floor(Date.now() / 1000)
  return {
    'aws:userid': kind === 'user' ? id : `${id}:session`,
    'aws:PrincipalIsAWSService': false,
    'aws:ViaAWSService': false,
    'aws:SecureTransport': secure,
    'aws:RequestedRegion': region,
    'aws:CurrentTime': new Date(seconds * 1000).toISOString().replace('.000Z', 'Z'),
    'aws:EpochTime': seconds,
    ...prefixed('aws:PrincipalTag/', tags),
  }
}

function prefixed(prefix: string, tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [prefix + key, value]))
}
