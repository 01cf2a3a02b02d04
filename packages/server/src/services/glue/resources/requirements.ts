/** What calls on these resources must be allowed: one shape per kind of call. Glue Developer Guide, "Specifying AWS Glue resource ARNs". */

import { ServiceFault } from '@scopedown/wire'
import type { Granted } from '../../../kernel/call.ts'
import { type Authorization, type Requirement, requires } from '../../../kernel/requirement.ts'
import type { GlueDeps } from '../operation.ts'
import { checkedTags } from '../tag-rows.ts'

type TagsInput = Readonly<Record<string, string>> | undefined

/** The action on the new resource, then tagging it, its tags standing as if it bore them already. */
export function creating(
  action: string,
  arn: string,
  tags: TagsInput,
  actionResource = arn,
): [Requirement, ...Requirement[]] {
  checkedTags(tags)
  const create = requires(action, actionResource, { requestTags: tags })
  if (tags === undefined || Object.keys(tags).length === 0) return [create]
  return [create, requires('glue:TagResource', arn, { requestTags: tags, resourceTags: tags })]
}

/**
 * BatchGet: each name on its own. `plural`: the Get… operation whose explicit Deny counts too where the switch
 * `batchGetHonoursGetDeny` is on.
 */
export function batchGetting(action: string, names: readonly string[], arnOf: (name: string) => string): Authorization {
  // A batch of nothing names no resource, as elsewhere.
  if (names.length === 0) return [requires(action, arnOf('*'))]
  const items = [...new Set(names)].map((name) => ({
    key: name,
    requirements: [requires(action, arnOf(name))] as const,
  }))
  return { all: [], items }
}

/**
 * The names that may be read. Glue Developer Guide, "Controlling access to AWS Glue non-catalog BatchGet API operations".
 * Those that may not are told apart from absent ones by nothing.
 */
export async function allowedOf(
  call: Granted<unknown, unknown>,
  names: readonly string[],
  plural: string,
  deps: GlueDeps,
): Promise<readonly string[]> {
  const distinct = [...new Set(names)]
  if (distinct.length === 0) return []
  const allowed = distinct.filter((name) => call.refused(name) === undefined)
  const denied = new ServiceFault('AccessDeniedException', 'No access to any requested resource.')
  if (allowed.length === 0) throw denied
  if (deps.switches.batchGetHonoursGetDeny) {
    const refusal = await call.ask(requires(plural, '*'))
    if (refusal?.explanation.outcome === 'explicitDeny') throw denied
  }
  return allowed
}
