/** Walks every statement of every policy in the order of AWS's page, and says of each whether it matched and why not. */

import type { Layer } from '../compile/layer.ts'
import type { Layers } from '../compile/program.ts'
import { type CompiledStatement, principalGrant } from '../compile/statement.ts'
import type { PolicyType } from '../evaluate/decision.ts'
import type { Switches } from '../evaluate/switches.ts'
import { bit, decision, rcpsBind, scpsBind, verdict } from '../evaluate/verdict.ts'
import { type GrantRank, grantRank } from '../match/principal-matcher.ts'
import type { Request } from '../request/request.ts'
import { accessDeniedMessage } from './access-denied.ts'
import { conditionKeys } from './condition-keys.ts'
import type {
  Explanation,
  Grant,
  LayerExplanation,
  PolicyExplanation,
  StatementExplanation,
  StatementReference,
} from './explanation.ts'
import { obstacle } from './obstacle.ts'
import { waysOut } from './way-out.ts'

/** A layer that is there, and what this request made of it. */
interface Reading {
  readonly explanation: LayerExplanation
  /** The widest Allow. */
  readonly allow: GrantRank
  readonly denies: boolean
}

const grantNames: Readonly<Record<GrantRank, Grant | undefined>> = {
  [grantRank.none]: undefined,
  [grantRank.delegation]: 'delegation',
  [grantRank.viaRole]: 'viaRole',
  [grantRank.direct]: 'direct',
}

export function explain(layers: Layers, switches: Switches, request: Request): Explanation {
  const hasBoundary = layers.boundary !== undefined
  const read = (type: PolicyType, layer: Layer | undefined, level = 0): Reading | undefined =>
    layer === undefined ? undefined : readLayer(type, level, layer, request, hasBoundary, switches)

  const rcps = layers.rcps.map((layer, level) => read('rcp', layer, level))
  const scps = layers.scps.map((layer, level) => read('scp', layer, level))
  const endpoint = read('endpoint', layers.endpoint)
  const resource = read('resource', layers.resource)
  const identity = read('identity', layers.identity)
  const boundary = read('boundary', layers.boundary)
  const session = read('session', layers.session)

  const readings = [...rcps, ...scps, endpoint, resource, identity, boundary, session].filter((r) => r !== undefined)
  const allowsWhereThere = (reading: Reading | undefined) => reading === undefined || reading.allow !== grantRank.none
  const denied = readings.reduce((mask, { explanation, denies }) => (denies ? mask | bit[explanation.type] : mask), 0)
  const allowed = verdict(request, {
    scp: scps.every(
      (level) => level === undefined || level.explanation.result === 'notApplicable' || allowsWhereThere(level),
    ),
    endpoint: allowsWhereThere(endpoint),
    resource: resource?.allow ?? grantRank.none,
    identity: identity !== undefined && identity.allow !== grantRank.none,
    boundary: allowsWhereThere(boundary),
    session: allowsWhereThere(session),
  })
  const decided = denied === 0 ? allowed : decision('explicitDeny', denied)
  const explanations = readings.map(({ explanation }) => explanation)
  return {
    outcome: decided.outcome,
    by: decided.by,
    message: accessDeniedMessage(request, decided),
    request: {
      principal: request.callerText,
      action: request.actionText,
      resource: request.resource,
      resourceAccount: request.resourceAccount,
      crossAccount: request.crossAccount,
    },
    layers: explanations,
    determining: decided.outcome === 'implicitDeny' ? [] : determining(explanations, decided.outcome, decided.by),
    stillNeeded: allowed.outcome === 'implicitDeny' ? allowed.by : [],
    conditionKeys: conditionKeys(
      readings.flatMap((reading) => statementsOf(layers, reading)),
      request,
    ),
  }
}

/** Statements whose conditions this request had to answer: those that apply to its action. */
function statementsOf(layers: Layers, { explanation }: Reading): CompiledStatement[] {
  const { type, level } = explanation
  const layer = type === 'scp' ? layers.scps[level] : type === 'rcp' ? layers.rcps[level] : layers[type]
  const asked = explanation.policies.flatMap((policy) => policy.statements)
  return (layer?.statements ?? []).filter((_, index) => {
    const stopped = asked[index]?.stoppedBy
    return stopped === undefined || stopped.element === 'Condition'
  })
}

function readLayer(
  type: PolicyType,
  level: number,
  layer: Layer,
  request: Request,
  hasBoundary: boolean,
  switches: Switches,
): Reading {
  const note = exemption(type, request)
  let allow: GrantRank = grantRank.none
  let denies = false
  const read = layer.policies.map((policy): { name: string | undefined; statements: StatementExplanation[] } => ({
    name: policy.name,
    statements: [],
  }))
  for (const statement of layer.statements) {
    const grant = principalGrant(statement, request, hasBoundary, switches)
    const stoppedBy = obstacle(statement, request, grant !== grantRank.none)
    const matched = stoppedBy === undefined
    if (matched && statement.source.effect === 'Deny') denies = true
    if (matched && statement.source.effect === 'Allow' && grant > allow) allow = grant
    const { index, sid, effect, span } = statement.source
    const shown = matched && type === 'resource' && effect === 'Allow' ? grantNames[grant] : undefined
    const ways = matched && effect === 'Deny' ? waysOut(statement, request, switches) : undefined
    const told = { index, sid, effect, span, matched, grant: shown, stoppedBy, waysOut: ways }
    read[statement.policyIndex]?.statements.push(told)
  }
  const said = denies ? 'explicitDeny' : allow === grantRank.none ? 'implicitDeny' : 'allow'
  const result = note !== undefined ? 'notApplicable' : type === 'rcp' && !denies ? 'allow' : said
  const explanation = { type, level, result, note, policies: read satisfies readonly PolicyExplanation[] } as const
  return { explanation, allow, denies: denies && note === undefined }
}

function exemption(type: PolicyType, request: Request): string | undefined {
  if (type === 'scp' && !scpsBind(request)) {
    return 'service control policies do not bind services, anonymous callers or service-linked roles'
  }
  if (type === 'rcp' && !rcpsBind(request)) return 'resource control policies do not bind service-linked roles'
  return undefined
}

function determining(
  layers: readonly LayerExplanation[],
  outcome: 'allowed' | 'explicitDeny',
  by: readonly PolicyType[],
): StatementReference[] {
  const effect = outcome === 'allowed' ? 'Allow' : 'Deny'
  return layers
    .filter((layer) => by.includes(layer.type) && layer.result !== 'notApplicable')
    .flatMap((layer) =>
      layer.policies.flatMap((policy, index) =>
        policy.statements
          .filter((statement) => statement.matched && statement.effect === effect)
          .map((statement) => ({
            type: layer.type,
            level: layer.level,
            policy: index,
            policyName: policy.name,
            statement: statement.index,
            sid: statement.sid,
            effect: statement.effect,
            span: statement.span,
          })),
      ),
    )
}
