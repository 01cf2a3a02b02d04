/** Which condition keys a decision read, and which of them the request lacked. */

import type { CompiledStatement } from '../compile/statement.ts'
import { readTemplate } from '../policy/template.ts'
import type { Request } from '../request/request.ts'

/** Keys of conditions and of policy variables, each once, in the first spelling met. */
export function conditionKeys(
  statements: readonly CompiledStatement[],
  request: Request,
): { readonly read: readonly string[]; readonly missing: readonly string[] } {
  const keys = new Map<string, string>()
  const add = (key: string) => {
    const lower = key.toLowerCase()
    if (!keys.has(lower)) keys.set(lower, key)
  }
  for (const { source, policy } of statements) {
    for (const condition of source.conditions) {
      add(condition.key)
      if (policy.version === '2012-10-17') for (const value of condition.values) variablesOf(value).forEach(add)
    }
    if (policy.version !== '2012-10-17') continue
    for (const pattern of source.resource?.patterns ?? []) variablesOf(pattern).forEach(add)
  }
  const read = [...keys.values()]
  return { read, missing: read.filter((key) => request.entry(key.toLowerCase(), key) === undefined) }
}

function variablesOf(text: string): string[] {
  if (!text.includes('${')) return []
  return readTemplate(text, { variables: true, wildcards: true }).flatMap((piece) =>
    piece.kind === 'variable' ? [piece.key] : [],
  )
}
