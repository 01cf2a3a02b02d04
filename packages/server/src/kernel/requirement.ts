/** What an operation states that its caller must be allowed: one action on one resource, with what the request says of it. */

import type { ContextValue } from '@scopedown/engine'
import type { SourcedPolicy } from './caller.ts'
import type { TagInput } from './tags.ts'

export interface RequirementDetails {
  /** `aws:RequestTag/…` and `aws:TagKeys`. */
  readonly requestTags?: TagInput
  /** `aws:TagKeys` alone: tags that are to be removed. */
  readonly tagKeys?: readonly string[] | undefined
  /** Instead of the stored ones: of a resource that is being made, or tags that the request overrides. */
  readonly resourceTags?: TagInput
  /** Instead of the stored one; `null`: none counts. A role's trust policy, for example. */
  readonly resourcePolicy?: SourcedPolicy | null
  /** The resource's owner where its ARN does not say (S3 buckets). */
  readonly resourceAccount?: string | undefined
  /** Condition keys of the service, in AWS's spelling. */
  readonly context?: Readonly<Record<string, ContextValue>>
  /** Needs no Allow, only that nothing denies it (S3: who began an upload). */
  readonly unlessDenied?: boolean
  /** Names in the resource's path compare without case (Glue's catalog). */
  readonly foldResourceNames?: boolean
}

export interface Requirement extends RequirementDetails {
  /** `iam:CreateUser` */
  readonly action: string
  /** ARN, or `*` where the action supports no resource. */
  readonly resource: string
}

export type Requirements = readonly [Requirement, ...Requirement[]]

export interface ItemRequirements {
  /** The item's name in the request, by which the handler asks its grant. */
  readonly key: string
  readonly requirements: Requirements
}

/**
 * All of these; or these and then each item on its own, the grant saying which passed; or none for a reason that stands on
 * the reviewed list of `registry.test.ts`.
 */
export type Authorization =
  | Requirements
  | { readonly all: readonly Requirement[]; readonly items: readonly ItemRequirements[] }
  | { readonly exempt: string }

export function requires(action: string, resource: string, details: RequirementDetails = {}): Requirement {
  return { ...details, action, resource }
}

/**
 * Handing a role to a service. Service Authorization Reference, "AWS Identity and Access Management": `iam:PassRole` is asked
 * on the role, with `iam:PassedToService`.
 */
export function passRole(roleArn: string, service: string, associatedResource?: string): Requirement {
  return requires('iam:PassRole', roleArn, {
    context: {
      'iam:PassedToService': service,
      ...(associatedResource === undefined ? {} : { 'iam:AssociatedResourceArn': associatedResource }),
    },
  })
}
