/** The cases of every service, by service name. A service without any fails the registry test, unless it is named below. */

import { glueCases } from '../services/glue/permission-cases.test-data.ts'
import { iamToolboxCases } from '../services/iam-toolbox/permission-cases.ts'
import { s3Cases } from '../services/s3/permission-cases.ts'
import { scopedownCases } from '../services/scopedown/permission-cases.ts'
import { secretsManagerCases } from '../services/secretsmanager/permission-cases.ts'
import { stsCases } from '../services/sts/permission-cases.ts'
import { transferCases } from '../services/transfer/permission-cases.ts'
import type { ServiceCases } from './permission-case.ts'

export const permissionCases: Readonly<Record<string, ServiceCases>> = {
  glue: glueCases,
  s3: s3Cases,
  secretsmanager: secretsManagerCases,
  sts: stsCases,
  transfer: transferCases,
  'iam-toolbox': iamToolboxCases,
  scopedown: scopedownCases,
}

/** Asked here though the copy of the reference that the tests hold does not list it yet: action → why. */
export const permissionOnlyHere: ReadonlyMap<string, string> = new Map([
  ['iam:GetRequestAuthorizationDetails', 'in preview: IAM User Guide, troubleshoot_access-denied-authorization-id'],
  ['scopedown:ListCalls', "this server's own: what its console shows"],
  ['scopedown:GetExplanation', "this server's own: what its console shows"],
])

/** Services that are held against their own table by a test of their own. */
export const heldElsewhere: Readonly<Record<string, string>> = {
  iam: 'services/iam/authorization.test.ts',
}

/** Services that have no cases yet. May only become shorter. */
export const withoutCases: ReadonlySet<string> = new Set()
