/**
 * Asks the engine what a call would be answered, without making it. API reference: EvaluationResult, ResourceSpecificResult.
 * Positions are those of the statement in its document, counted from 1, the end exclusive.
 */

import type { EvaluationResult, PolicyEvaluationDecisionType, Statement } from '@aws-sdk/client-iam'
import {
  type ContextValue,
  compile,
  type Explanation,
  type LayerExplanation,
  type PolicySet,
  type Principal,
  type Program,
  parseRequest,
} from '@scopedown/engine'
import { invalidInput } from '../faults.ts'
import type { Sources } from './sources.ts'

export interface Simulation {
  readonly policies: PolicySet
  readonly sources: Sources
  readonly principal: Principal
  /** The principal was made up: what follows from it is not known of the real caller. */
  readonly hypothetical: boolean
  /** Undefined: `*`. */
  readonly resources: readonly string[] | undefined
  /** Of resources whose ARN does not say. */
  readonly resourceOwner: string | undefined
  readonly context: Readonly<Record<string, ContextValue>>
}

/** Keys that the engine derives from the kind of caller alone. */
const callerKeys = new Set(['aws:principalarn', 'aws:principaltype', 'aws:userid', 'aws:username'])

export function simulator(simulation: Simulation): (action: string) => EvaluationResult {
  const program = compile(simulation.policies)
  // "…and never those of service control policies" (MissingContextValues): read off a program that has none.
  const { scps, ...others } = simulation.policies
  const withoutScps = scps === undefined ? program : compile(others)
  return (action) => {
    const { resources } = simulation
    const each = (resources ?? ['*']).map((resource) => ask(simulation, program, withoutScps, action, resource))
    const [first] = each
    if (first === undefined) throw invalidInput('ResourceArns must name a resource.')
    const summary = {
      EvalActionName: action,
      EvalResourceName: first.resource,
      EvalDecision: worst(each.map(({ decision }) => decision)),
      MatchedStatements: distinctStatements(each.flatMap(({ matched }) => matched)),
      ...first.organizations,
      ...first.boundary,
      ...first.details,
    }
    if (resources === undefined || (resources.length === 1 && resources[0] === '*')) {
      return { ...summary, MissingContextValues: first.missing }
    }
    return {
      ...summary,
      MissingContextValues: [],
      ResourceSpecificResults: each.map((answer) => ({
        EvalResourceName: answer.resource,
        EvalResourceDecision: answer.decision,
        MatchedStatements: answer.matched,
        MissingContextValues: answer.missing,
        ...answer.details,
        ...answer.boundary,
      })),
    }
  }
}

interface Answer {
  readonly resource: string
  readonly decision: PolicyEvaluationDecisionType
  readonly matched: Statement[]
  readonly missing: string[]
  readonly organizations: Pick<EvaluationResult, 'OrganizationsDecisionDetail'>
  readonly boundary: Pick<EvaluationResult, 'PermissionsBoundaryDecisionDetail'>
  readonly details: Pick<EvaluationResult, 'EvalDecisionDetails'>
}

function ask(simulation: Simulation, program: Program, withoutScps: Program, action: string, resource: string): Answer {
  const { principal, context, resourceOwner, sources } = simulation
  const owned = resource.split(':')[4] ? undefined : resourceOwner
  const result = parseRequest({ principal, action, resource, resourceAccount: owned, context })
  if (!result.ok) throw invalidInput(result.message)
  const explanation = program.explain(result.request)
  const readByOthers = withoutScps === program ? explanation : withoutScps.explain(result.request)
  return {
    resource,
    decision: explanation.outcome,
    matched: explanation.determining
      .filter(({ type }) => type !== 'scp')
      .map(({ policyName, span }) => {
        const source = sources.get(policyName ?? '')
        return {
          ...(source === undefined ? {} : { SourcePolicyId: source.id, SourcePolicyType: source.type }),
          StartPosition: { Line: span.line, Column: span.column },
          EndPosition: { Line: span.endLine, Column: span.endColumn },
        }
      }),
    missing: missingKeys(readByOthers, simulation),
    organizations: organizationsDetail(explanation),
    boundary: boundaryDetail(explanation),
    details: crossAccountDetails(explanation),
  }
}

function missingKeys({ conditionKeys }: Explanation, { hypothetical, context }: Simulation): string[] {
  if (!hypothetical) return [...conditionKeys.missing]
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()))
  const { read, missing } = conditionKeys
  return read.filter(
    (key) => missing.includes(key) || (callerKeys.has(key.toLowerCase()) && !given.has(key.toLowerCase())),
  )
}

const layersOf = ({ layers }: Explanation, type: LayerExplanation['type']): LayerExplanation[] =>
  layers.filter((layer) => layer.type === type)

function organizationsDetail(explanation: Explanation): Answer['organizations'] {
  const levels = layersOf(explanation, 'scp')
  if (levels.length === 0) return {}
  const allowed = levels.every(({ result }) => result === 'allow' || result === 'notApplicable')
  return { OrganizationsDecisionDetail: { AllowedByOrganizations: allowed } }
}

function boundaryDetail(explanation: Explanation): Answer['boundary'] {
  const [boundary] = layersOf(explanation, 'boundary')
  if (boundary === undefined) return {}
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: boundary.result === 'allow' } }
}

/** "Returned only for cross-account simulations": what each type of policy says by itself. */
function crossAccountDetails(explanation: Explanation): Answer['details'] {
  if (!explanation.request.crossAccount) return {}
  const decisionOf = (type: 'identity' | 'resource' | 'boundary'): PolicyEvaluationDecisionType => {
    const result = layersOf(explanation, type)[0]?.result
    return result === 'allow' ? 'allowed' : result === 'explicitDeny' ? 'explicitDeny' : 'implicitDeny'
  }
  const hasBoundary = layersOf(explanation, 'boundary').length > 0
  return {
    EvalDecisionDetails: {
      identity: decisionOf('identity'),
      resource: decisionOf('resource'),
      ...(hasBoundary ? { boundary: decisionOf('boundary') } : {}),
    },
  }
}

function worst(decisions: readonly PolicyEvaluationDecisionType[]): PolicyEvaluationDecisionType {
  if (decisions.includes('explicitDeny')) return 'explicitDeny'
  return decisions.includes('implicitDeny') ? 'implicitDeny' : 'allowed'
}

function distinctStatements(statements: readonly Statement[]): Statement[] {
  return [...new Map(statements.map((statement) => [JSON.stringify(statement), statement])).values()]
}
