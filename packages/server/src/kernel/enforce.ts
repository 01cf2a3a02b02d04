/**
 * PEP: asks the engine once per requirement, in order; the first refusal ends the call. The only place that makes a `Granted`,
 * so a handler cannot run without having passed here. IAM User Guide, "Policy evaluation logic".
 */

import { type Decision, type Explanation, parseRequest, type Request } from '@scopedown/engine'
import type { Call, Granted } from './call.ts'
import type { SourcedPolicy } from './caller.ts'
import { type Context, callContext } from './context.ts'
import type { Programs } from './programs.ts'
import type { Refusal } from './refusal.ts'
import type { Authorization, Requirement } from './requirement.ts'
import { type Question, resolve } from './resolve.ts'
import type { Registry } from './service.ts'

/** One answered question. The explanation is worked out when somebody reads it, off the call's way. */
export interface Answer {
  readonly question: Question
  readonly decision: Decision
  readonly explain: () => Explanation
}

/** What the audit line and an explanation need to know of how a call was decided. */
export interface Verdict {
  exempt: string | undefined
  readonly answers: Answer[]
  /** The one that ended the call. */
  refusal: Refusal | undefined
}

/** Asked by handlers that filter; more would be noise in an audit line. */
const answersKept = 100

export class Enforcer {
  readonly #registry: Registry
  readonly #programs: Programs

  constructor(registry: Registry, programs: Programs) {
    this.#registry = registry
    this.#programs = programs
  }

  /**
   * The granted call, or the refusal of the first requirement that is not allowed. Without a promise for an operation that
   * needs no permission.
   */
  enforce(
    call: Call<unknown, unknown>,
    authorization: Authorization,
    verdict: Verdict,
  ): Granted<unknown, unknown> | Refusal | Promise<Granted<unknown, unknown> | Refusal> {
    let base: Context | undefined
    const ask = (requirement: Requirement) => {
      base ??= callContext(call)
      return this.#ask(call, base, requirement, verdict)
    }
    if (!('exempt' in authorization)) return askAll(call, authorization, ask)
    verdict.exempt = authorization.exempt
    return granted(call, ask, new Map())
  }

  async #ask(
    call: Call<unknown, unknown>,
    base: Context,
    requirement: Requirement,
    verdict: Verdict,
  ): Promise<Refusal | undefined> {
    const question = await resolve(this.#registry, call, base, requirement)
    const program = this.#programs.of(call.caller.policies, question.resourcePolicy)
    const request = read(question)
    const decision = program.decide(request)
    const answer: Answer = { question, decision, explain: () => program.explain(request) }
    if (verdict.answers.length < answersKept) verdict.answers.push(answer)
    const enough = requirement.unlessDenied === true && decision.outcome === 'implicitDeny'
    return decision.outcome === 'allowed' || enough ? undefined : refusalOf(call, answer)
  }
}

type Ask = (requirement: Requirement) => Promise<Refusal | undefined>

async function askAll(
  call: Call<unknown, unknown>,
  authorization: Exclude<Authorization, { readonly exempt: string }>,
  ask: Ask,
): Promise<Granted<unknown, unknown> | Refusal> {
  const [all, items] = 'all' in authorization ? [authorization.all, authorization.items] : [authorization, []]
  if (all.length + items.length === 0) throw new Error('an operation stated no requirement and no exemption')
  for (const requirement of all) {
    const refusal = await ask(requirement)
    if (refusal !== undefined) return refusal
  }
  const refusedItems = new Map<string, Refusal | undefined>()
  for (const { key, requirements } of items) refusedItems.set(key, await firstRefusal(requirements, ask))
  return granted(call, ask, refusedItems)
}

function granted(
  call: Call<unknown, unknown>,
  ask: Ask,
  refusedItems: ReadonlyMap<string, Refusal | undefined>,
): Granted<unknown, unknown> {
  const { input, caller, arn, region, requestId, time, origin, http } = call
  // Member by member: a spread of the call costs more than its decision.
  const members: Omit<Granted<unknown, unknown>, keyof Granted<unknown, unknown> & symbol> = {
    input,
    caller,
    arn,
    region,
    requestId,
    time,
    origin,
    http,
    refused: (key) => {
      // An item that was never asked about must not pass for one that was allowed.
      if (!refusedItems.has(key)) throw new Error(`no requirement was stated for item ${key}`)
      return refusedItems.get(key)
    },
    permits: async (...requirements) => (await firstRefusal(requirements, ask)) === undefined,
    ask,
  }
  return members as unknown as Granted<unknown, unknown>
}

async function firstRefusal(
  requirements: readonly Requirement[],
  ask: (requirement: Requirement) => Promise<Refusal | undefined>,
): Promise<Refusal | undefined> {
  for (const requirement of requirements) {
    const refusal = await ask(requirement)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

/** A requirement on what is no ARN: the request named a resource in a form that cannot be. */
export class InvalidResource extends Error {
  readonly resource: string

  constructor(resource: string) {
    super('a requirement names a resource that is no ARN')
    this.resource = resource
  }
}

/** Any other question that the engine cannot read is a bug of the operation that stated it: it fails the call, closed. */
function read({ request }: Question): Request {
  const result = parseRequest(request)
  if (!result.ok && result.member === 'resource') throw new InvalidResource(request.resource)
  if (!result.ok) throw new Error(`a requirement cannot be asked: ${result.member}: ${result.message}`)
  return result.request
}

function refusalOf(call: Call<unknown, unknown>, { question, explain }: Answer): Refusal {
  const explanation = explain()
  const policies = new Map<string, SourcedPolicy & { readonly type: string }>()
  const { identity, boundary, session } = call.caller.policies
  const add = (type: string, sourced: readonly SourcedPolicy[]) => {
    for (const policy of sourced) policies.set(policy.uri, { ...policy, type })
  }
  add('IDENTITY_BASED_POLICY', identity)
  add('PERMISSIONS_BOUNDARY', boundary === undefined ? [] : [boundary])
  add('SESSION_POLICY', session ?? [])
  add('RESOURCE_BASED_POLICY', question.resourcePolicy === undefined ? [] : [question.resourcePolicy])
  return {
    requirement: question.requirement,
    explanation,
    message: explanation.message ?? 'Access Denied',
    request: question.request,
    policies,
  }
}
