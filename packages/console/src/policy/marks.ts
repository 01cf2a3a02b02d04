/** Which characters of a policy's text decided, and why: the ranges that an explanation marks in it. */

import {
  type Explanation,
  type Obstacle,
  type Policy,
  type PolicyKind,
  type PolicyType,
  parsePolicy,
} from '@scopedown/engine'

export interface Mark {
  readonly start: number
  readonly end: number
  /** `allow`, `deny`: a statement that matched. `passed`: one that did not. `stopped`: what kept it from matching. */
  readonly kind: 'allow' | 'deny' | 'passed' | 'stopped'
  readonly label: string
}

type Statement = Explanation['layers'][number]['policies'][number]['statements'][number]

/** The kinds of document that a layer may hold, for finding the places of actions and resources in its text. */
const kinds: Readonly<Record<PolicyType, readonly PolicyKind[]>> = {
  identity: ['identity'],
  boundary: ['boundary', 'identity'],
  session: ['session', 'identity'],
  resource: ['resource', 'trust'],
  scp: ['scp'],
  rcp: ['rcp'],
  endpoint: ['endpoint'],
}

export function marksOf(text: string, type: PolicyType, statements: readonly Statement[]): Mark[] {
  const policy = read(text, type)
  return statements.flatMap((statement) => {
    const { span, matched, effect, stoppedBy } = statement
    if (span.end > text.length) return []
    const name = statement.sid ?? `statement ${statement.index + 1}`
    const kind = !matched ? 'passed' : effect === 'Allow' ? 'allow' : 'deny'
    const label = matched ? `${effect} ${name} matches` : `${effect} ${name} does not match`
    const whole: Mark = { start: span.start, end: span.end, kind, label }
    return stoppedBy === undefined ? [whole] : [whole, ...obstacleMarks(stoppedBy, policy, statement.index)]
  })
}

function read(text: string, type: PolicyType): Policy | undefined {
  for (const kind of kinds[type]) {
    const result = parsePolicy(text, { kind, idInIdentityPolicy: 'accept' })
    if (result.ok) return result.policy
  }
  return undefined
}

function obstacleMarks(obstacle: Obstacle, policy: Policy | undefined, index: number): Mark[] {
  const label = 'the first thing that stopped this statement'
  if (obstacle.element === 'Condition') {
    return [{ start: obstacle.span.start, end: obstacle.span.end, kind: 'stopped', label }]
  }
  const statement = policy?.statements[index]
  if (statement === undefined) return []
  const spans = obstacle.element.endsWith('Action')
    ? statement.action.spans
    : obstacle.element.endsWith('Resource')
      ? (statement.resource?.spans ?? [])
      : (statement.principal?.entries.map(({ span }) => span) ?? [])
  return spans.map(({ start, end }) => ({ start, end, kind: 'stopped', label }))
}

export interface Segment {
  readonly text: string
  /** Outermost first. */
  readonly marks: readonly Mark[]
}

/** The text in pieces, each with the marks that cover it. */
export function segmentsOf(text: string, marks: readonly Mark[]): Segment[] {
  const edges = new Set([0, text.length])
  for (const { start, end } of marks) edges.add(Math.min(start, text.length)).add(Math.min(end, text.length))
  const sorted = [...edges].sort((a, b) => a - b)
  return sorted.slice(0, -1).map((start, index) => {
    const end = sorted[index + 1] ?? text.length
    return { text: text.slice(start, end), marks: marks.filter((mark) => mark.start <= start && mark.end >= end) }
  })
}
