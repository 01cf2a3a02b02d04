/** One call of one operation, as `authorize` and `handle` see it. */

import type { Caller } from './caller.ts'
import type { Refusal } from './refusal.ts'
import type { Requirement, Requirements } from './requirement.ts'

/** What an ARN of this server begins with. */
export interface ArnScope {
  readonly partition: string
  readonly region: string
  readonly account: string
}

/** Where the call came from. */
export interface Origin {
  readonly ip: string | undefined
  readonly userAgent: string | undefined
  /** Missing for calls from inside the server. */
  readonly referer?: string | undefined
  readonly secure: boolean
  /** A service of this server that makes the call for a principal (SFTP, a session's runtime): for the audit line. */
  readonly invokedBy?: string
}

/** The HTTP request's head, where there is one: S3's conditions look at headers and query. */
export interface HttpHead {
  readonly method: string
  /** Without the query, as sent. */
  readonly path: string
  readonly query: string
  /** Lower-case names; repeated headers joined by a comma. */
  readonly headers: Readonly<Record<string, string>>
}

export interface Call<Input, Arns> {
  readonly input: Input
  readonly caller: Caller
  /** Makes the service's ARNs in the caller's account and region. */
  readonly arn: Arns
  readonly region: string
  readonly requestId: string
  /** Milliseconds since 1970: one instant for the whole call. */
  readonly time: number
  readonly origin: Origin
  readonly http: HttpHead | undefined
}

declare const grantedBrand: unique symbol

/** A call that was allowed. Only `enforce` can make one, so that no handler runs unasked. */
export interface Granted<Input, Arns> extends Call<Input, Arns> {
  readonly [grantedBrand]: true
  /** Of an operation with items: why this one is refused, or undefined where it may be done. */
  readonly refused: (key: string) => Refusal | undefined
  /** For lists that leave out what the caller may not see: asks on behalf of the same caller, call and moment. */
  readonly permits: (...requirements: Requirements) => Promise<boolean>
  /** The same with the reason; for operations whose own rules word the error. */
  readonly ask: (requirement: Requirement) => Promise<Refusal | undefined>
}
