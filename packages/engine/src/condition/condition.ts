/**
 * One condition, compiled: operator, key and values against a request.
 * IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values and
 * reference_policies_condition-single-vs-multi-valued-context-keys.
 */

import type { Switches } from '../evaluate/switches.ts'
import { parseBoolean } from '../match/boolean.ts'
import type { VariableSource } from '../match/glob.ts'
import type { Condition, PolicyVersion } from '../policy/policy.ts'
import type { ContextEntry } from '../request/context.ts'
import type { Request } from '../request/request.ts'
import { operators, type ValueTest } from './operators.ts'

export interface CompiledCondition {
  readonly source: Condition
  readonly lower: string
  readonly holds: (request: Request) => boolean
}

export function compileCondition(condition: Condition, version: PolicyVersion, switches: Switches): CompiledCondition {
  const lower = condition.key.toLowerCase()
  return { source: condition, lower, holds: predicate(condition, lower, version, switches) }
}

function predicate(
  condition: Condition,
  lower: string,
  version: PolicyVersion,
  switches: Switches,
): (request: Request) => boolean {
  const { operator, key, values } = condition
  const isNull = (entry: ContextEntry | undefined) => hasNoValue(entry, switches)
  if (values.length === 0) return emptyList(condition, lower, isNull)
  if (operator.base === 'Null') return nullPredicate(condition, lower, isNull)

  const { negated, compile } = operators[operator.base]
  const options = { variables: version === '2012-10-17', boolVariables: switches.boolVariables }
  const tests = values.map((value) => compile(value, options))
  const only = tests.length === 1 ? tests[0] : undefined
  const equals: ValueTest = only ?? ((entry, index, source) => anyOf(tests, entry, index, source))
  const member = (entry: ContextEntry, index: number, request: Request): boolean =>
    equals(entry, index, request) !== negated
  const everyMember = (entry: ContextEntry, request: Request) =>
    entry.values.every((_, index) => member(entry, index, request))
  const someMember = (entry: ContextEntry, request: Request) =>
    entry.values.some((_, index) => member(entry, index, request))

  if (operator.set !== undefined) {
    const quantifier = operator.set === 'ForAllValues' ? everyMember : someMember
    const whenMissing = operator.ifExists || operator.set === 'ForAllValues'
    return (request) => {
      const entry = request.entry(lower, key)
      return entry === undefined || isNull(entry) ? whenMissing : quantifier(entry, request)
    }
  }
  const whenMissing = operator.ifExists || negated
  return (request) => {
    const entry = request.entry(lower, key)
    if (entry === undefined) return whenMissing
    if (!entry.multivalued) return equals(entry, 0, request) !== negated
    if (entry.values.length === 0) return whenMissing
    return switches.multivaluedPlain === 'any' ? someMember(entry, request) : negated
  }
}

function anyOf(tests: readonly ValueTest[], entry: ContextEntry, index: number, request: VariableSource): boolean {
  for (let at = 0; at < tests.length; at += 1) {
    if ((tests[at] as ValueTest)(entry, index, request)) return true
  }
  return false
}

/** Missing, an empty set, or (switch `emptyStringIsNull`) the empty string. */
function hasNoValue(entry: ContextEntry | undefined, switches: Switches): boolean {
  if (entry === undefined || entry.values.length === 0) return true
  return switches.emptyStringIsNull && entry.single === ''
}

/** `true`: the key must be missing; `false`: present. As a set, all of nothing is true and any of nothing false. */
function nullPredicate(
  condition: Condition,
  lower: string,
  isNull: (entry: ContextEntry | undefined) => boolean,
): (request: Request) => boolean {
  const { set } = condition.operator
  if (set !== undefined) return () => set === 'ForAllValues'
  const wanted = condition.values.map(parseBoolean)
  const [whenMissing, whenPresent] = [wanted.includes(true), wanted.includes(false)]
  return (request) => (isNull(request.entry(lower, condition.key)) ? whenMissing : whenPresent)
}

/** An operator without values, by IAM Access Analyzer's policy check reference. */
function emptyList(
  condition: Condition,
  lower: string,
  isNull: (entry: ContextEntry | undefined) => boolean,
): (request: Request) => boolean {
  const { set, ifExists, base } = condition.operator
  if (ifExists || set === 'ForAllValues') return (request) => isNull(request.entry(lower, condition.key))
  const holds = set === undefined && operators[base].negated
  return () => holds
}
