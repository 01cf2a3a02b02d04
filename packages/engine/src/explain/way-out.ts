/**
 * What a request would need for a Deny that matched it to match no longer. A statement's elements must all hold, so one way
 * out is enough. IAM User Guide, reference_policies_condition-logic-multiple-context-keys-or-values.
 */

import type { CompiledStatement } from '../compile/statement.ts'
import type { CompiledCondition } from '../condition/condition.ts'
import { operators } from '../condition/operators.ts'
import type { Switches } from '../evaluate/switches.ts'
import { parseBoolean } from '../match/boolean.ts'
import type { BaseOperator, Condition } from '../policy/policy.ts'
import { readTemplate } from '../policy/template.ts'
import type { Request } from '../request/request.ts'
import type { WayOut } from './explanation.ts'

export function waysOut(statement: CompiledStatement, request: Request, switches: Switches): WayOut[] {
  const { action, resource, principal } = statement.source
  const ways: WayOut[] = []
  if (action.negated) {
    ways.push({
      subject: 'the action',
      needs: pattern.positive,
      ...asWritten(action.patterns),
      came: request.actionText,
    })
  }
  if (resource?.negated === true) {
    const wanted = filled(resource.patterns, statement, request)
    ways.push({ subject: 'the resource', needs: pattern.positive, ...wanted, came: request.resource })
  }
  if (principal?.negated === true) {
    const wanted = asWritten(principal.entries.map(({ value }) => value))
    ways.push({ subject: 'the principal', needs: text.positive, ...wanted, came: request.callerText })
  }
  return [...ways, ...statement.conditions.flatMap((one) => conditionWayOut(one, statement, request, switches) ?? [])]
}

function conditionWayOut(
  { source, lower }: CompiledCondition,
  statement: CompiledStatement,
  request: Request,
  switches: Switches,
): WayOut | undefined {
  const { operator, key, values } = source
  const entry = request.entry(lower, key)
  const missing = entry === undefined || (entry.multivalued && entry.values.length === 0)
  const came = entry?.multivalued === true ? entry.values : entry?.values[0]
  if (operator.base === 'Null' || values.length === 0) {
    if (isFixed(source)) return undefined
    const needs = missing ? 'is in the request' : 'is not in the request'
    return { subject: key, needs, ...asWritten([]), came }
  }
  // A list under an operator that is not made for lists: no value of it changes the answer.
  if (!missing && entry.multivalued && operator.set === undefined && switches.multivaluedPlain !== 'any')
    return undefined
  const subject =
    operator.set === 'ForAllValues'
      ? `at least one value of ${key}`
      : !missing && entry.multivalued
        ? `every value of ${key}`
        : key
  const { negated } = operators[operator.base]
  const needs = negated ? words[operator.base].positive : words[operator.base].negative
  const present = missing ? 'is in the request and ' : ''
  if (operator.base === 'Bool') {
    const [held, another] = new Set(values.flatMap((value) => parseBoolean(value) ?? []))
    if (held === undefined || another !== undefined) return undefined
    return { subject, needs: `${present}is`, ...asWritten([String(!held)]), came }
  }
  const wanted = /^(String|Arn)/.test(operator.base) ? filled(values, statement, request) : asWritten(values)
  return { subject, needs: present + needs, ...wanted, came }
}

/** Whether the condition holds whatever comes: `Null` under a quantifier or with both answers, a list without values. */
function isFixed({ operator, values }: Condition): boolean {
  if (values.length === 0) return !operator.ifExists && operator.set !== 'ForAllValues'
  return operator.set !== undefined || new Set(values.map(parseBoolean)).size > 1
}

type Wanted = Pick<WayOut, 'values' | 'unresolved'>

const asWritten = (values: readonly string[]): Wanted => ({ values, unresolved: [] })

/** With the variables' values, where the request has them; wildcards and the rest as written. */
function filled(values: readonly string[], { policy }: CompiledStatement, request: Request): Wanted {
  if (policy.version !== '2012-10-17') return asWritten(values)
  const unresolved: string[] = []
  const written = (name: string) => {
    unresolved.push(name)
    return `\${${name}}`
  }
  const texts = values.map((value) =>
    readTemplate(value, { variables: true, wildcards: true })
      .map((piece) => {
        if (piece.kind === 'text') return piece.text
        if (piece.kind === 'any') return '*'
        if (piece.kind === 'one') return '?'
        if (piece.kind === 'malformed') return written(piece.text)
        return request.variable(piece.key.toLowerCase(), piece.key) ?? piece.fallback ?? written(piece.key)
      })
      .join(''),
  )
  return { values: texts, unresolved }
}

interface Words {
  readonly positive: string
  readonly negative: string
}

const pair = (positive: string, negative: string): Words => ({ positive, negative })
const text = pair('is', 'is not')
const anyCase = pair('is, in upper or lower case,', 'is not, in upper or lower case,')
const pattern = pair('matches', 'does not match')
const network = pair('is in', 'is not in')

const words: Readonly<Record<BaseOperator, Words>> = {
  StringEquals: text,
  StringNotEquals: text,
  StringEqualsIgnoreCase: anyCase,
  StringNotEqualsIgnoreCase: anyCase,
  StringLike: pattern,
  StringNotLike: pattern,
  NumericEquals: text,
  NumericNotEquals: text,
  NumericLessThan: pair('is less than', 'is not less than'),
  NumericLessThanEquals: pair('is at most', 'is more than'),
  NumericGreaterThan: pair('is more than', 'is at most'),
  NumericGreaterThanEquals: pair('is at least', 'is less than'),
  DateEquals: text,
  DateNotEquals: text,
  DateLessThan: pair('is before', 'is not before'),
  DateLessThanEquals: pair('is not after', 'is after'),
  DateGreaterThan: pair('is after', 'is not after'),
  DateGreaterThanEquals: pair('is not before', 'is before'),
  Bool: text,
  BinaryEquals: text,
  IpAddress: network,
  NotIpAddress: network,
  ArnEquals: pattern,
  ArnLike: pattern,
  ArnNotEquals: pattern,
  ArnNotLike: pattern,
  Null: text,
}
