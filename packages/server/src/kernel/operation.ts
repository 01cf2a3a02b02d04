/**
 * An operation is declared once: what it needs beside what it does. Its name, its schema and the types of its input and output
 * come from the SDK's module of the service.
 */

import { type MemberConstraints, type OperationModel, serviceModel, type ValidationOptions } from '@scopedown/wire'
import type { ArnScope, Call, Granted } from './call.ts'
import type { Authorization } from './requirement.ts'

/** `X` for each `XCommand` that the module exports. */
export type OperationName<Sdk> = { [K in keyof Sdk]: K extends `${infer Name}Command` ? Name : never }[keyof Sdk] &
  string

export type CommandOf<Sdk, Name extends string> = `${Name}Command` extends keyof Sdk ? Sdk[`${Name}Command`] : never

export type Handler<I, O> = (args: { input: I }) => Promise<{ output: O }>

export interface CommandShape<I, O> {
  readonly input: I
  resolveMiddleware(...args: never[]): Handler<I, O>
}

export type Types<Sdk, Name extends string> =
  CommandOf<Sdk, Name> extends new (
    ...args: never[]
  ) => CommandShape<infer I, infer O>
    ? { input: I; output: O }
    : never

/**
 * The SDK types a required member `string | undefined`; after validation it is there. Functions, dates, bytes and streams stay
 * as they are.
 */
export type Validated<T> = T extends readonly (infer Item)[]
  ? Validated<Item>[]
  : T extends Date | Uint8Array | ((...args: never[]) => unknown) | string | number | boolean | null | undefined
    ? T
    : T extends object
      ? { [K in keyof T]: object extends Pick<T, K> ? Validated<T[K]> : Validated<Exclude<T[K], undefined>> }
      : T

export type InputOf<Sdk, Name extends string> = Validated<Types<Sdk, Name>['input']>

/** `$metadata` is the client's; members that do not exist yet are left out rather than undefined. */
export type OutputOf<Sdk, Name extends string> = Omit<Types<Sdk, Name>['output'], '$metadata'>

export interface OperationSpec<Input, Output, Deps, Arns> {
  /** Lengths, ranges, patterns and enumerations of the API reference, which the SDK's schema does not carry. */
  readonly constraints?: MemberConstraints
  /** Also the place for checks that must come before permission; throw the modelled fault. */
  authorize(call: Call<Input, Arns>, deps: Deps): Authorization | Promise<Authorization>
  handle(call: Granted<Input, Arns>, deps: Deps): Output | Promise<Output>
  /** Members of the input, as the audit line may show them. Default: all that the schema does not mark as sensitive. */
  audited?(input: Input): Readonly<Record<string, unknown>>
  /** For the audit line: what of the input deserves a look though it is allowed. */
  remark?(input: Input): Readonly<Record<string, unknown>> | undefined
}

/** A declared operation with its types put away: the pipeline handles every one alike. */
export interface Operation<Deps> {
  readonly name: string
  readonly model: OperationModel
  readonly validation: ValidationOptions
  readonly arns: (scope: ArnScope) => unknown
  readonly authorize: (call: Call<unknown, unknown>, deps: Deps) => Authorization | Promise<Authorization>
  readonly handle: (call: Granted<unknown, unknown>, deps: Deps) => unknown
  readonly audited: ((input: unknown) => Readonly<Record<string, unknown>>) | undefined
  readonly remark: ((input: unknown) => Readonly<Record<string, unknown>> | undefined) | undefined
}

/**
 * `operationsOf<Deps>()(sdk, arns)`: the `operation` of one service. `Deps` is what its handlers work with; `arns` makes the
 * service's ARNs from a partition, region and account.
 */
export function operationsOf<Deps>() {
  return <Sdk extends object, Arns>(sdk: Sdk, arns: (scope: ArnScope) => Arns) => {
    const { operations } = serviceModel(sdk)
    return <Name extends OperationName<Sdk>>(
      name: Name,
      spec: OperationSpec<InputOf<Sdk, Name>, OutputOf<Sdk, Name>, Deps, Arns>,
    ): Operation<Deps> => {
      const model = operations.get(name)
      if (model === undefined) throw new Error(`the client module has no operation ${name}`)
      // The pipeline has validated the input against `model` before either is called.
      return {
        name,
        model,
        validation: spec.constraints === undefined ? {} : { constraints: spec.constraints },
        arns,
        authorize: (call, deps) => spec.authorize(call as Call<InputOf<Sdk, Name>, Arns>, deps),
        handle: (call, deps) => spec.handle(call as Granted<InputOf<Sdk, Name>, Arns>, deps),
        audited: spec.audited && ((input) => spec.audited?.(input as InputOf<Sdk, Name>) ?? {}),
        remark: spec.remark && ((input) => spec.remark?.(input as InputOf<Sdk, Name>)),
      }
    }
  }
}
