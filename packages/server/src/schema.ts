/** Every step of the store's schema, of every part of the server: whoever opens the store brings all of it up to date. */

import { denialSteps } from './audit/denials.ts'
import { objectSteps } from './objects/schema-steps.ts'
import { identitySteps } from './principals/schema-steps.ts'
import { glueSchemaSteps } from './services/glue/service.ts'
import { secretSteps } from './services/secretsmanager/tables.ts'
import { transferSteps } from './services/transfer/tables.ts'
import type { SchemaSteps } from './store/store.ts'

export const schemaSteps: SchemaSteps = {
  ...identitySteps,
  ...denialSteps,
  ...objectSteps,
  ...glueSchemaSteps,
  ...transferSteps,
  ...secretSteps,
}
