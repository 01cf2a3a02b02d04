/** The first thing that keeps one statement from matching one request, in the order action, resource, principal, conditions. */

import type { CompiledStatement } from '../compile/statement.ts'
import { actionApplies, conditionsHold, resourceApplies } from '../compile/statement.ts'
import type { CompiledCondition } from '../condition/condition.ts'
import { unresolvedInResource } from '../match/resource-pattern.ts'
import { readTemplate } from '../policy/template.ts'
import type { Request } from '../request/request.ts'
import type { Obstacle } from './explanation.ts'

export function obstacle(statement: CompiledStatement, request: Request, namesCaller: boolean): Obstacle | undefined {
  const { source } = statement
  if (!actionApplies(statement, request.action)) {
    const element = source.action.negated ? 'NotAction' : 'Action'
    return { element, wanted: source.action.patterns, came: request.actionText }
  }
  if (source.resource !== undefined && !resourceApplies(statement, request)) {
    const element = source.resource.negated ? 'NotResource' : 'Resource'
    const unresolved = (statement.resources ?? []).flatMap((pattern) => unresolvedInResource(pattern, request))
    return { element, wanted: source.resource.patterns, came: request.resource, unresolved }
  }
  if (source.principal !== undefined && !namesCaller) {
    const element = source.principal.negated ? 'NotPrincipal' : 'Principal'
    return { element, wanted: source.principal.entries.map(({ value }) => value), came: request.callerText }
  }
  if (conditionsHold(statement, request)) return undefined
  const failed = statement.conditions.find((condition) => !condition.holds(request))
  return failed === undefined ? undefined : conditionObstacle(statement, failed, request)
}

function conditionObstacle(statement: CompiledStatement, condition: CompiledCondition, request: Request): Obstacle {
  const { operator, key, values, span } = condition.source
  const entry = request.entry(condition.lower, key)
  return {
    element: 'Condition',
    operator: operator.text,
    key,
    wanted: values,
    came: entry === undefined ? undefined : entry.multivalued ? entry.values : entry.values[0],
    unresolved: statement.policy.version === '2012-10-17' ? unresolvedIn(condition, request) : [],
    span,
  }
}

/** Variables are read by the text and ARN operators alone. */
function unresolvedIn(condition: CompiledCondition, request: Request): string[] {
  const { base } = condition.source.operator
  if (!/^(String|Arn)/.test(base)) return []
  return condition.source.values.flatMap((value) =>
    readTemplate(value, { variables: true, wildcards: true }).flatMap((piece) => {
      if (piece.kind === 'malformed') return [piece.text]
      if (piece.kind !== 'variable' || piece.fallback !== undefined) return []
      return request.variable(piece.key.toLowerCase(), piece.key) === undefined ? [piece.key] : []
    }),
  )
}
