/** Policy documents on their way in: parsed by the engine, measured, refused with the place of the fault. */

import { type Policy, type PolicyKind, parsePolicy } from '@scopedown/engine'
import { malformedPolicy } from './faults.ts'

export function checkedPolicy(text: string, kind: PolicyKind): Policy {
  const result = parsePolicy(text, { kind })
  if (!result.ok) {
    const fault = result.diagnostics.find(({ severity }) => severity === 'error')
    const place = fault === undefined ? '' : ` at line ${fault.span.line}, column ${fault.span.column}`
    throw malformedPolicy(`Syntax errors in policy: ${fault?.message ?? 'unreadable'}${place}`)
  }
  if (result.policy.statements.length === 0) throw malformedPolicy('Syntax errors in policy: no statement')
  return result.policy
}
