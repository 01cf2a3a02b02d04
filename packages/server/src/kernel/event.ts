/** What is recorded of one call, in the pipeline's own terms; `audit/` gives it CloudTrail's shape off the call's way. */

import type { Origin } from './call.ts'
import type { Caller } from './caller.ts'
import type { Verdict } from './enforce.ts'
import type { BoundOperation } from './service.ts'

export interface CallEvent {
  readonly requestId: string
  readonly time: number
  readonly origin: Origin
  readonly region: string
  /** Undefined where the call failed before its operation or caller was known. */
  readonly operation: BoundOperation | undefined
  readonly caller: Caller | undefined
  /** Decoded, not yet redacted. */
  readonly input: unknown
  readonly verdict: Verdict | undefined
  /** What of it deserves a look though it is allowed; also what the operation remarks of its input. */
  readonly remark?: Readonly<Record<string, unknown>> | undefined
  readonly error: { readonly code: string; readonly message: string } | undefined
  /** Of a denial: the id by which it can be explained. */
  readonly authorizationId: string | undefined
}

/** Where events go. Resolves when there is room, so that a full queue slows callers instead of losing a denial. */
export interface EventSink {
  record(event: CallEvent): Promise<void> | undefined
}
