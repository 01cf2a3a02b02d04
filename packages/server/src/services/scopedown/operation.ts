/** The console's API: `operation`, and what its handlers work with. */

import type { AuditLog } from '../../audit/audit-log.ts'
import type { AuditReader } from '../../audit/audit-reader.ts'
import type { Denials } from '../../audit/denials.ts'
import { operationsOf } from '../../kernel/operation.ts'
import * as model from './model.ts'

export interface ScopedownDeps {
  readonly denials: Denials
  readonly audit: AuditLog
  readonly calls: AuditReader
  readonly partition: string
  readonly region: string
}

export const operation = operationsOf<ScopedownDeps>()(model, () => undefined)
