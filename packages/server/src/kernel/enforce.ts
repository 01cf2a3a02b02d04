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

  /** The granted call, or the refusal of the first requirement that is not allowed. */
  async enforce(
    call: Call<unknown, unknown>,
    authorization: Authorization,
    verdict: Verdict,
  ): Promise<Granted<unknown, unknown> | Refusal> {
    let base: Context | undefined
    const ask = (requirement: Requirement) => {
      base ??= callContext(call)
      return this.#ask(call, base, requirement, verdict)
    }
    const refusedItems = new Map<string, Refusal | undefined>()
    if ('exempt' in authorization) {
      verdict.exempt = authorization.exempt
    } else {
      const [all, items] = 'all' in authorization ? [authorization.all, authorization.items] : [authorization, []]
      if (all.length + items.length === 0) throw new Error('an operation stated no requirement and no exemption')
      for (const requirement of all) {
        const refusal = await ask(requirement)
        if (refusal !== undefined) return refusal
      }
      for (const { key, requirements } of items) refusedItems.set(key, await firstRefusal(requirements, ask))
    }
    return {
      ...call,
      refused: (key: string) => {
        // An item that was never asked about must not pass for one that was allowed.
        if (!refusedItems.has(key)) throw new Error(`no requirement was stated for item ${key}`)
        return refusedItems.get(key)
      },
      permits: async (...requirements: readonly Requirement[]) => (await firstRefusal(requirements, ask)) === undefined,
      ask,
    } as unknown as Granted<unknown, unknown>
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
