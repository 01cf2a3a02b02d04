/** Which condition keys a decision read, and which of them the request lacked. */

import type { CompiledStatement } from '../compile/statement.ts'
import type { Policy, PolicyVersion, Statement } from '../policy/policy.ts'
import { readTemplate } from '../policy/template.ts'
import type { Request } from '../request/request.ts'

/** Keys of conditions and of policy variables, each once, in the first spelling met. */
export function conditionKeys(
  statements: readonly CompiledStatement[],
  request: Request,
): { readonly read: readonly string[]; readonly missing: readonly string[] } {
  const read = distinct(statements.flatMap(({ source, policy }) => keysOf(source, policy.version)))
  return { read, missing: read.filter((key) => request.entry(key.toLowerCase(), key) === undefined) }
}

/** The same of whole policies: all that any request under them might have to bring. */
export function contextKeys(policies: readonly Policy[]): string[] {
  return distinct(
    policies.flatMap(({ statements, version }) => statements.flatMap((statement) => keysOf(statement, version))),
  )
}

function keysOf({ conditions, resource }: Statement, version: PolicyVersion): string[] {
  const variables = (texts: readonly string[]) => (version === '2012-10-17' ? texts.flatMap(variablesOf) : [])
  return [
    ...conditions.flatMap(({ key, values }) => [key, ...variables(values)]),
    ...variables(resource?.patterns ?? []),
  ]
}

function distinct(keys: readonly string[]): string[] {
  const byLower = new Map<string, string>()
  for (const key of keys) {
    const lower = key.toLowerCase()
    if (!byLower.has(lower)) byLower.set(lower, key)
  }
  return [...byLower.values()]
}

function variablesOf(text: string): string[] {
  if (!text.includes('${')) return []
  return readTemplate(text, { variables: true, wildcards: true }).flatMap((piece) =>
    piece.kind === 'variable' ? [piece.key] : [],
  )
}
