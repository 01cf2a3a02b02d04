/**
 * A room of Glue: the catalog, the resources, the sessions. Each brings its operations, its tables and the kinds of resource
 * that it keeps; `service.ts` puts them together and knows none of their insides.
 */

import type { ContextValue } from '@scopedown/engine'
import type { Operation } from '../../kernel/operation.ts'
import type { SchemaSteps } from '../../store/store.ts'
import type { GlueDb, GlueDeps } from './operation.ts'

export interface ResourceKind {
  /** Whether it can bear tags. Glue Developer Guide, "AWS tags in AWS Glue". */
  readonly taggable: boolean
  /** Covered by the catalog's resource policy. Glue Developer Guide, "Resource-based policies". */
  readonly inCatalog: boolean
  /** Names are stored in lower case. */
  readonly foldsNames?: boolean
  /** Also asked by TagResource on the same ARN: `glue:GetDatabase`. */
  readonly tagNeeds?: string
  /** As in `Database x not found.` */
  readonly title: string
  exists(db: GlueDb, scope: string, name: string): Promise<boolean>
  /** Further condition keys of the resource. */
  context?(db: GlueDb, scope: string, name: string): Promise<Readonly<Record<string, ContextValue>> | undefined>
}

export interface Room {
  readonly operations: readonly Operation<GlueDeps>[]
  readonly steps: SchemaSteps
  /** By what stands before the first slash of the ARN's last part. */
  readonly kinds: Readonly<Record<string, ResourceKind>>
}
