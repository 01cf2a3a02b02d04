/** One authorization question as a caller of the engine states it. `shared` shape with the case format, docs/cases.md. */

import type { Principal } from './principal.ts'

export type ContextScalar = string | number | boolean
/** An array is multi-valued at any length. `null` and `undefined` are missing. */
export type ContextValue = ContextScalar | readonly ContextScalar[] | null | undefined

export interface RequestInput {
  /** An ARN, a service principal, `*` for an anonymous caller; or the parsed form where more is known. */
  readonly principal: string | Principal
  /** `service:Action`, any case. */
  readonly action: string
  /** An ARN, or `*` where the action supports no resource. */
  readonly resource: string
  /** Default: the ARN's account field; where that is empty, the caller's account. */
  readonly resourceAccount?: string | undefined
  /** Condition keys, any case. Keys that follow from the principal are filled in where absent. */
  readonly context?: Readonly<Record<string, ContextValue>> | undefined
  /** Compare what follows the first `/` of the sixth part of `Resource` patterns without case (Glue's catalog names). */
  readonly foldResourceNames?: boolean | undefined
}
