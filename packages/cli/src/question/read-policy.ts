/** One policy file → a policy, or every fault of it as `file:line:column: severity code: message`. */

import { type Diagnostic, type Policy, type PolicyKind, parsePolicy, printable } from '@scopedown/engine'
import type { Inputs } from '../inputs.ts'
import { Unusable } from '../unusable.ts'

export async function readPolicy(inputs: Inputs, source: string, kind: PolicyKind): Promise<Policy> {
  const parsed = parsePolicy(await inputs.text(source), { kind, name: source === '-' ? 'standard input' : source })
  if (parsed.ok) return parsed.policy
  const faults = parsed.diagnostics.filter(({ severity }) => severity === 'error')
  throw new Unusable(...faults.map((fault) => diagnosticLine(source, fault)))
}

/** The form that editors and terminals turn into a link. */
export function diagnosticLine(source: string, { severity, code, message, span }: Diagnostic): string {
  const file = source === '-' ? '<stdin>' : printable(source)
  return `${file}:${span.line}:${span.column}: ${severity} ${code}: ${printable(message)}`
}
