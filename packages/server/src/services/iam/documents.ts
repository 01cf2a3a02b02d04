/** Policy documents on their way in, refused with the place of the fault; and on their way out, percent-encoded. */

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

/** "The policy document is URL-encoded compliant with RFC 3986" (API reference, GetRole): stricter than JavaScript's own. */
export function encodedDocument(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
