/** An explanation as a tree that a person can read, plain or in colour. */

import type { Explanation, LayerExplanation, Obstacle, StatementExplanation, WayOut } from './explanation.ts'
import { nearMiss } from './near-miss.ts'

export interface RenderOptions {
  /** ANSI colours. Default off. */
  readonly colour?: boolean | undefined
}

type Paint = (text: string, colour: 'red' | 'green' | 'yellow' | 'dim' | 'bold') => string

const codes = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const

/** What a person calls each policy type. */
export const policyTypeTitles: Readonly<Record<LayerExplanation['type'], string>> = {
  rcp: 'resource control policies',
  scp: 'service control policies',
  endpoint: 'VPC endpoint policy',
  resource: 'resource-based policy',
  identity: 'identity-based policies',
  boundary: 'permissions boundary',
  session: 'session policies',
}

export function renderExplanation(explanation: Explanation, options: RenderOptions = {}): string {
  const paint: Paint =
    options.colour === true ? (text, colour) => `\u001b[${codes[colour]}m${text}\u001b[0m` : (text) => text
  const { outcome, by, request } = explanation
  const lines = [
    `${paint(outcome, outcome === 'allowed' ? 'green' : 'red')}${by.length === 0 ? '' : ` by ${by.join(', ')}`}`,
    `  ${paint('principal', 'dim')} ${printable(request.principal)}`,
    `  ${paint('action', 'dim')}    ${printable(request.action)}`,
    `  ${paint('resource', 'dim')}  ${printable(request.resource)}${request.crossAccount ? ` (of account ${printable(request.resourceAccount ?? 'unknown')})` : ''}`,
  ]
  if (explanation.message !== undefined) lines.push('', printable(explanation.message))
  lines.push('')
  for (const layer of explanation.layers) lines.push(...renderLayer(layer, paint))
  if (explanation.layers.length === 0) lines.push(paint('no policy was given', 'dim'))
  if (explanation.stillNeeded.length > 0) {
    lines.push(
      '',
      `${paint('still needed:', 'bold')} an Allow in ${explanation.stillNeeded.map((type) => policyTypeTitles[type]).join(' and in ')}`,
    )
  }
  if (explanation.outcome === 'explicitDeny') lines.push(...renderWaysOut(explanation, paint))
  if (explanation.conditionKeys.missing.length > 0) {
    lines.push(
      `${paint('missing from the request:', 'bold')} ${explanation.conditionKeys.missing.map(printable).join(', ')}`,
    )
  }
  return `${lines.join('\n')}\n`
}

/** Every Deny that matched must be got past. */
function renderWaysOut({ layers }: Explanation, paint: Paint): string[] {
  const denies = layers
    .filter(({ result }) => result === 'explicitDeny')
    .flatMap(({ policies }) => policies.flatMap(({ statements }) => statements))
  return denies.flatMap(({ waysOut, sid, index }) => {
    if (waysOut === undefined) return []
    const name = sid === undefined ? `statement ${index + 1}` : printable(sid)
    if (waysOut.length === 0) return ['', `${paint(`Deny ${name}`, 'bold')} applies whatever else the request has`]
    return ['', paint(`Deny ${name} no longer applies if`, 'bold'), ...waysOut.map((way) => `  ${describeWayOut(way)}`)]
  })
}

function renderLayer(layer: LayerExplanation, paint: Paint): string[] {
  const level = layer.type === 'scp' || layer.type === 'rcp' ? `, level ${layer.level + 1}` : ''
  const colour = layer.result === 'allow' ? 'green' : layer.result === 'notApplicable' ? 'dim' : 'red'
  const lines = [`${paint(policyTypeTitles[layer.type] + level, 'bold')}: ${paint(layer.result, colour)}`]
  if (layer.note !== undefined) lines.push(`   ${paint(layer.note, 'dim')}`)
  for (const [index, policy] of layer.policies.entries()) {
    const last = index === layer.policies.length - 1
    lines.push(`${last ? '└─' : '├─'} ${printable(policy.name ?? `policy ${index + 1}`)}`)
    for (const [at, statement] of policy.statements.entries()) {
      const branch = at === policy.statements.length - 1 ? '└─' : '├─'
      lines.push(`${last ? '   ' : '│  '}${branch} ${renderStatement(statement, paint)}`)
    }
    if (policy.statements.length === 0) lines.push(`${last ? '   ' : '│  '}└─ ${paint('no statement', 'dim')}`)
  }
  if (layer.policies.length === 0) lines.push(`└─ ${paint('no policy at this level', 'dim')}`)
  return lines
}

function renderStatement(statement: StatementExplanation, paint: Paint): string {
  const name = `${statement.effect} ${statement.sid === undefined ? `statement ${statement.index + 1}` : printable(statement.sid)}`
  const place = paint(`(line ${statement.span.line})`, 'dim')
  if (statement.stoppedBy !== undefined)
    return `${paint('✗', 'dim')} ${name} ${place}: ${describeObstacle(statement.stoppedBy)}`
  const colour = statement.effect === 'Allow' ? 'green' : 'red'
  const grant = statement.grant === undefined ? '' : ` ${paint(`[${grantNotes[statement.grant]}]`, 'dim')}`
  return `${paint('✓', colour)} ${paint(name, colour)} ${place}: matches${grant}`
}

const grantNotes = {
  direct: 'grants by itself, past identity-based policies, boundary and session policies',
  viaRole: 'grants the role; boundary and session policies still limit',
  delegation: 'names the account; its own policies must allow too',
} as const

/** One line: what was wanted, what came. */
export function describeObstacle(obstacle: Obstacle): string {
  const wanted = listed(obstacle.wanted)
  if (obstacle.element !== 'Condition') {
    const verb = obstacle.element.startsWith('Not') ? 'excludes' : 'is'
    const text = `${obstacle.element} ${verb} ${wanted}, the request has ${printable(obstacle.came)}`
    if (!('unresolved' in obstacle)) return text
    const near = obstacle.element === 'Resource' ? nearMiss(obstacle.wanted, obstacle.came) : undefined
    return `${text}${near === undefined ? '' : `; ${printable(near)}`}${unresolved(obstacle.unresolved)}`
  }
  const came = obstacle.came === undefined ? 'the key is missing' : `the request has ${listed([obstacle.came].flat())}`
  return `${obstacle.operator} ${printable(obstacle.key)} wants ${wanted}; ${came}${unresolved(obstacle.unresolved)}`
}

/** One line: what the request would need, what it has. */
export function describeWayOut({ subject, needs, values, came, unresolved: names }: WayOut): string {
  const wanted = values.length === 0 ? '' : ` ${listed(values)}`
  const has = came === undefined ? 'the request does not have it' : `the request has ${listed([came].flat())}`
  return `${printable(subject)} ${needs}${wanted}; ${has}${unresolved(names)}`
}

const unresolved = (names: readonly string[]): string =>
  names.length === 0 ? '' : `; no value for ${names.map((name) => `\${${printable(name)}}`).join(', ')}`

function listed(values: readonly string[]): string {
  const shown = values
    .slice(0, 4)
    .map((value) => printable(JSON.stringify(value.length > 120 ? `${value.slice(0, 117)}…` : value)))
  if (values.length > 4) shown.push(`and ${values.length - 4} more`)
  return shown.length === 0 ? 'nothing' : shown.join(', ')
}

/**
 * Policy text comes from strangers: no control character must reach a terminal, nor one that reorders or hides what stands
 * around it (Unicode categories Cc, Cf, Zl, Zp), nor half of a surrogate pair.
 */
export const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, escaped)

const escaped = (character: string): string =>
  Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  }).join('')
