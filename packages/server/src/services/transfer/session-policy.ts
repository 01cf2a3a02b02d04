/**
 * Session policies of users: checked as given, and made definite at login. Values are put in as literal segments: whatever a
 * name or a home holds, it never acts as a wildcard, a variable or JSON. Transfer Family User Guide, "Creating a session
 * policy for an Amazon S3 bucket".
 */

import { parsePolicy } from '@scopedown/engine'
import { readVariables, type VariableName, type VariableValues } from './variables.ts'

/** Characters of the text as given. API reference, CreateUser, `Policy`. */
const longest = 2048

export type SessionPolicyFault = { readonly ok: false; readonly message: string }

export const isBlank = (text: string | undefined): boolean => text === undefined || text.trim() === ''

/** For the audit line of whatever takes a policy that is given, but blank. */
export const blankRemark = (text: string | undefined) =>
  text !== undefined && isBlank(text) ? { sessionPolicy: 'blank: nothing narrows the role' } : undefined

/** The variables that a policy uses, or what is wrong with it. */
export function readSessionPolicy(
  text: string,
): { readonly ok: true; readonly variables: ReadonlySet<VariableName> } | SessionPolicyFault {
  if (text.length > longest) return wrong(`has ${text.length} characters; at most ${longest} are allowed`)
  const parsed = parsePolicy(text, { kind: 'session' })
  if (!parsed.ok) {
    const fault = parsed.diagnostics.find(({ severity }) => severity === 'error')
    const place = fault === undefined ? '' : ` (line ${fault.span.line}, column ${fault.span.column})`
    return wrong(`is not valid: ${fault?.message ?? 'unreadable'}${place}`)
  }
  if (parsed.policy.statements.length === 0) return wrong('has no statement')
  const variables = new Set<VariableName>()
  let fault: string | undefined
  mapValues(JSON.parse(text), (value, isArn) => {
    for (const piece of readVariables(value)) {
      if (piece.kind === 'wrong') fault ??= `${piece.text} is not a variable of Transfer Family`
      if (piece.kind !== 'variable') continue
      if (isArn && colonsBefore(value, piece.at) < 5) fault ??= 'a variable can stand only in the last part of an ARN'
      variables.add(piece.name)
    }
    return value
  })
  return fault === undefined ? { ok: true, variables } : wrong(fault)
}

/** The document with its variables replaced. Its text may be longer than the one given; nothing limits that here. */
export function definiteSessionPolicy(
  text: string,
  values: VariableValues,
): { readonly ok: true; readonly document: string } | SessionPolicyFault {
  const read = readSessionPolicy(text)
  if (!read.ok) return read
  for (const name of read.variables) {
    if (values[name] === undefined) return wrong(`uses \${transfer:${name}}, which this home directory does not have`)
  }
  const policy = JSON.parse(text) as { Version?: unknown }
  const hadVariables = policy.Version === '2012-10-17'
  const definite = mapValues(policy, (value) => {
    let result = ''
    for (const piece of readVariables(value)) {
      if (piece.kind === 'variable') result += literal(values[piece.name] ?? '')
      else if (piece.kind === 'text') result += hadVariables ? piece.text : piece.text.replaceAll('${', '${$}{')
    }
    return result
  })
  // The older version knows no `${*}`; what looked like a variable in it stays text.
  return { ok: true, document: JSON.stringify({ ...definite, Version: '2012-10-17' }) }
}

const wrong = (message: string): SessionPolicyFault => ({ ok: false, message: `The session policy ${message}.` })

const literal = (value: string): string => value.replace(/[*?$]/g, (character) => `\${${character}}`)

function colonsBefore(text: string, end: number): number {
  let count = 0
  for (let at = 0; at < end; at += 1) if (text[at] === ':') count += 1
  return count
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }
type Replace = (value: string, isArn: boolean) => string

/** Every `Resource`, `NotResource` and condition value, replaced. The document was found valid before. */
function mapValues(policy: unknown, replace: Replace): { readonly [name: string]: Json } {
  const document = policy as { readonly [name: string]: Json }
  const statements = document.Statement as Json
  const list = Array.isArray(statements) ? statements : [statements]
  return { ...document, Statement: list.map((statement) => mapStatement(statement as never, replace)) }
}

function mapStatement(statement: { readonly [name: string]: Json }, replace: Replace): Json {
  const result: Record<string, Json> = { ...statement }
  for (const name of ['Resource', 'NotResource']) {
    if (statement[name] !== undefined) result[name] = mapTexts(statement[name], (text) => replace(text, true))
  }
  if (statement.Condition !== undefined) {
    result.Condition = mapMembers(statement.Condition, (operator, keys) =>
      mapMembers(keys, (_, values) => mapTexts(values, (text) => replace(text, /arn/i.test(operator)))),
    )
  }
  return result
}

function mapMembers(value: Json, change: (name: string, member: Json) => Json): Json {
  return Object.fromEntries(Object.entries(value as object).map(([name, member]) => [name, change(name, member)]))
}

function mapTexts(value: Json, change: (text: string) => string): Json {
  if (typeof value === 'string') return change(value)
  return Array.isArray(value) ? value.map((item) => mapTexts(item as Json, change)) : value
}
