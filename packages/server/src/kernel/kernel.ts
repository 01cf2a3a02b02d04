/**
 * The pipeline behind every protocol: validate → resolve → enforce → handle → audit. The HTTP server, the SFTP gateway and
 * session runtimes all call operations through here, as a principal; there is no other way to a handler.
 */

import { asFault, assertValid, requestId as newRequestId, ServiceFault, validateInput } from '@scopedown/wire'
import { accessDenied, type DenialMessages, deniedMessage, newAuthorizationId } from './access-denied.ts'
import type { Call, HttpHead, Origin } from './call.ts'
import type { Caller } from './caller.ts'
import { Enforcer, InvalidResource, type Verdict } from './enforce.ts'
import type { CallEvent, EventSink } from './event.ts'
import type { Programs } from './programs.ts'
import { faultProtocol, type ProtocolName } from './protocol-name.ts'
import { type Refusal, Refused } from './refusal.ts'
import type { BoundOperation, Registry } from './service.ts'

export interface KernelOptions {
  readonly registry: Registry
  readonly programs: Programs
  readonly events: EventSink
  readonly messages: DenialMessages
  readonly region: string
  /** Milliseconds since 1970. */
  readonly clock: () => number
}

/** A call as it comes from a gateway, its caller known and its input decoded. */
export interface Asked {
  readonly operation: BoundOperation
  readonly input: unknown
  readonly caller: Caller
  readonly origin: Origin
  readonly region?: string | undefined
  readonly requestId?: string | undefined
  readonly time?: number | undefined
  readonly http?: HttpHead | undefined
  /** The server's own act, which no policy decides: why, for the audit line. Never of a call that came from outside. */
  readonly exempt?: string | undefined
  /** For the audit line: what deserves a look though it is allowed. */
  readonly remark?: Readonly<Record<string, unknown>> | undefined
}

/** What is known of a call so far, for its audit line. Filled in as the call proceeds. */
export interface Progress {
  input: unknown
  verdict: Verdict | undefined
  authorizationId: string | undefined
}

/** How a call would be decided. */
export interface Checked {
  readonly verdict: Verdict
  /** Of a denial: the id by which it can be explained. */
  readonly authorizationId: string | undefined
}

export class Kernel {
  readonly registry: Registry
  readonly region: string
  readonly clock: () => number
  readonly #enforcer: Enforcer
  readonly #events: EventSink
  readonly #messages: DenialMessages

  constructor(options: KernelOptions) {
    this.registry = options.registry
    this.region = options.region
    this.clock = options.clock
    this.#enforcer = new Enforcer(options.registry, options.programs)
    this.#events = options.events
    this.#messages = options.messages
  }

  /** A call from inside the server. Answers the operation's output, or throws its `ServiceFault`; audited either way. */
  async call(service: string, operation: string, asked: Omit<Asked, 'operation'>): Promise<unknown> {
    const bound = this.registry.operation(service, operation)
    if (bound === undefined) throw new Error(`this server has no operation ${service}:${operation}`)
    const full = { ...asked, operation: bound, requestId: asked.requestId ?? newRequestId(), time: this.clock() }
    const progress: Progress = { input: undefined, verdict: undefined, authorizationId: undefined }
    let thrown: unknown
    try {
      return await this.perform(full, progress)
    } catch (error) {
      thrown = error
      throw error
    } finally {
      await this.record(full, progress, thrown)
    }
  }

  /**
   * Whether a call would be let through, without doing it: for gateways that must answer before the bytes come, and for
   * explanations. Decided and audited like the call itself.
   */
  async check(service: string, operation: string, asked: Omit<Asked, 'operation'>): Promise<Checked> {
    const bound = this.registry.operation(service, operation)
    if (bound === undefined) throw new Error(`this server has no operation ${service}:${operation}`)
    const full = { ...asked, operation: bound, requestId: asked.requestId ?? newRequestId(), time: this.clock() }
    const progress: Progress = { input: undefined, verdict: undefined, authorizationId: undefined }
    let thrown: unknown
    try {
      const { call, verdict, result } = await this.#decide(full, progress)
      if (isRefusal(result)) thrown = this.#denied(result, call, bound, progress)
      return { verdict, authorizationId: progress.authorizationId }
    } catch (error) {
      thrown = error
      throw error
    } finally {
      await this.record(full, progress, thrown)
    }
  }

  /** The same as `call` without the audit line, which a gateway writes once it knows what became of the answer. */
  async perform(asked: Asked, progress: Progress): Promise<unknown> {
    const { operation: bound } = asked
    const { call, result } = await this.#decide(asked, progress)
    if (isRefusal(result)) throw this.#denied(result, call, bound, progress)
    try {
      const handled = bound.operation.handle(result, bound.deps)
      return handled instanceof Promise ? await handled : handled
    } catch (error) {
      if (error instanceof InvalidResource) throw invalidResource(error, bound.service.definition.protocol)
      throw error instanceof Refused ? this.#denied(error.refusal, call, bound, progress) : error
    }
  }

  /** Validated, resolved, enforced: everything before the handler. */
  async #decide(asked: Asked, progress: Progress) {
    const { operation: bound, input, caller, origin } = asked
    const { definition } = bound.service
    const { operation, deps } = bound
    progress.input = input
    const faults = validateInput(operation.model.input, input, operation.validation)
    if (faults.length > 0) assertValid(faults, validationCode(definition.protocol))
    const region = asked.region ?? this.region
    const call: Call<unknown, unknown> = {
      input,
      caller,
      arn: operation.arns({ partition: caller.partition, region, account: caller.account }),
      region,
      requestId: asked.requestId ?? newRequestId(),
      time: asked.time ?? this.clock(),
      origin,
      http: asked.http,
    }
    definition.admit?.(call, operation.name)
    const verdict: Verdict = { exempt: undefined, answers: [], refusal: undefined }
    progress.verdict = verdict
    try {
      const stated = asked.exempt === undefined ? operation.authorize(call, deps) : { exempt: asked.exempt }
      const authorization = stated instanceof Promise ? await stated : stated
      const enforced = this.#enforcer.enforce(call, authorization, verdict)
      return { call, verdict, result: enforced instanceof Promise ? await enforced : enforced }
    } catch (error) {
      throw error instanceof InvalidResource ? invalidResource(error, definition.protocol) : error
    }
  }

  #denied(
    refusal: Refusal,
    call: Call<unknown, unknown>,
    { service }: BoundOperation,
    progress: Progress,
  ): ServiceFault {
    const { definition } = service
    if (progress.verdict !== undefined) progress.verdict.refusal = refusal
    progress.authorizationId = newAuthorizationId()
    const fault = definition.refused?.(refusal, call)
    if (fault !== undefined) return fault
    const message = definition.deniedSentence?.(refusal) ?? refusal.message
    const worded = { ...refusal, message }
    return accessDenied(definition.protocol, deniedMessage(worded, progress.authorizationId, this.#messages))
  }

  record(
    asked: { readonly [K in keyof Asked]?: Asked[K] | undefined } & Pick<Asked, 'origin'>,
    progress: Progress,
    thrown: unknown,
  ): Promise<void> | undefined {
    const fault =
      thrown === undefined ? undefined : asFault(thrown, faultProtocol(asked.operation?.service.definition.protocol))
    const event: CallEvent = {
      requestId: asked.requestId ?? '',
      time: asked.time ?? this.clock(),
      origin: asked.origin,
      region: asked.region ?? this.region,
      operation: asked.operation,
      caller: asked.caller,
      input: progress.input,
      verdict: progress.verdict,
      remark: asked.remark,
      error: fault && { code: fault.code, message: fault.message },
      authorizationId: progress.authorizationId,
    }
    return this.#events.record(event)
  }
}

function isRefusal(result: object): result is Refusal {
  return 'explanation' in result
}

function invalidResource({ resource }: InvalidResource, protocol: ProtocolName): ServiceFault {
  return new ServiceFault(validationCode(protocol), `${resource.slice(0, 256)} is invalid`, { status: 400 })
}

function validationCode(protocol: ProtocolName): string {
  if (protocol === 'restXml') return 'InvalidArgument'
  return protocol === 'awsJson' || protocol === 'restJson' ? 'ValidationException' : 'ValidationError'
}
