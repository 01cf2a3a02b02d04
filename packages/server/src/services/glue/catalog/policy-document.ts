/**
 * A catalog policy on its way in. Glue Developer Guide, "Resource-based policies" and "Granting cross-account access": every
 * statement names its principals whole, and resources of this account and region by ARN.
 */

import { type Policy, type PrincipalEntry, parseArn, parsePolicy, policySize, quotas } from '@scopedown/engine'
import { type FreezeResult, freezePrincipals } from '../../../principals/frozen-principals.ts'
import { invalidInput } from '../faults.ts'
import type { GlueDb, GlueDeps } from '../operation.ts'
import type { Owner } from '../owner.ts'

const rules = 'https://docs.aws.amazon.com/glue/latest/dg/security_iam_resource-based-policy-examples.html'

/** The text as it is stored. Throws `InvalidInputException` for what AWS refuses. */
export async function checkedPolicy(text: string, owner: Owner, db: GlueDb, deps: GlueDeps): Promise<string> {
  if (policySize(text, 'catalog') > quotas.catalog.characters || Buffer.byteLength(text) > quotas.catalog.characters) {
    throw invalidInput(`The policy is larger than ${quotas.catalog.characters} bytes.`)
  }
  const result = parsePolicy(text, { kind: 'resource' })
  if (!result.ok) {
    const fault = result.diagnostics.find(({ severity }) => severity === 'error')
    const place = fault === undefined ? '' : ` at line ${fault.span.line}, column ${fault.span.column}`
    throw invalidInput(`Policy is not valid: ${fault?.message ?? 'it cannot be read'}${place}.`)
  }
  const { policy } = result
  if (policy.statements.length === 0) throw invalidInput('Policy is not valid: it has no statement.')
  for (const statement of policy.statements) {
    if (statement.principal === undefined) throw invalidInput('Policy is not valid: a statement has no Principal.')
    for (const entry of statement.principal.entries) checkPrincipal(entry, deps)
    for (const resource of statement.resource?.patterns ?? ['']) checkResource(resource, owner)
  }
  const frozen = await freeze(text, policy, db)
  if (!frozen.ok) throw invalidInput(`Policy is not valid: principal ${frozen.principal} does not exist.`)
  return frozen.text
}

const account = '\\d{12}'
const wholePrincipal = new RegExp(
  `^(${account}|arn:[\\w-]+:(iam::${account}:(root|(user|role)/[^*?]+)|sts::${account}:(assumed-role|federated-user)/[^*?]+))$`,
)

function checkPrincipal({ type, value }: PrincipalEntry, { switches }: GlueDeps): void {
  if (value === '*' && type === 'AWS') {
    if (switches.resourcePolicyStarPrincipal) return
    throw invalidInput('Policy is not valid: the principal * is not accepted.')
  }
  const fits = type === 'AWS' ? wholePrincipal.test(value) : !/[*?]/.test(value)
  if (!fits) throw invalidInput(`Policy is not valid: ${value} is no principal. See ${rules}`)
}

function checkResource(resource: string, owner: Owner): void {
  const { partition, region } = owner.arn.scope
  if (resource.startsWith(`arn:${partition}:glue:${region}:${owner.account}:`)) return
  throw invalidInput(
    `Policy is not valid: resource ${resource} must begin with arn:${partition}:glue:${region}:${owner.account}:`,
  )
}

/** Of accounts that this server does not host, principals are taken as they stand. */
async function freeze(text: string, policy: Policy, db: GlueDb): Promise<FreezeResult> {
  const hosted = new Set((await db.selectFrom('accounts').select('id').execute()).map(({ id }) => id))
  const isHosted = ({ value }: PrincipalEntry) => hosted.has(parseArn(value)?.account ?? '')
  const statements = policy.statements.map((statement) => ({
    ...statement,
    principal: statement.principal && {
      ...statement.principal,
      entries: statement.principal.entries.filter(isHosted),
    },
  }))
  return freezePrincipals(db, text, { ...policy, statements })
}
