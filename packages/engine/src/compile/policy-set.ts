/** Every policy that bears on one request, by type. Missing means there is no such policy; see docs/cases.md. */

import type { Policy } from '../policy/policy.ts'

export interface PolicySet {
  readonly identity?: readonly Policy[] | undefined
  /** Bucket policy, catalog policy, role trust policy (kind `trust`). */
  readonly resource?: Policy | undefined
  readonly boundary?: Policy | undefined
  /** Together they allow the union of what each allows, and cap the session. Empty is the same as missing. */
  readonly session?: readonly Policy[] | undefined
  /** One list per level, from the root down to the account; every level must allow. */
  readonly scps?: readonly (readonly Policy[])[] | undefined
  readonly rcps?: readonly (readonly Policy[])[] | undefined
  readonly endpoint?: Policy | undefined
}
