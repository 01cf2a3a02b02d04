/** The input as an audit line may show it: CloudTrail's camel case, nothing that the service model marks as sensitive. */

import type { Member, Shape, StructureShape } from '@scopedown/wire'

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'
const longestText = 8192

export function redact(shape: StructureShape, input: unknown): Record<string, unknown> | null {
  if (typeof input !== 'object' || input === null) return null
  const shown: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue
    const member = shape.members.get(name)
    if (member !== undefined) shown[lowerFirst(name)] = redactMember(member, value)
  }
  return Object.keys(shown).length === 0 ? null : shown
}

function redactMember(member: Member, value: unknown): unknown {
  return member.traits.sensitive ? hidden : redactValue(member.shape, value)
}

function redactValue(shape: Shape, value: unknown): unknown {
  if (shape.traits.sensitive) return hidden
  switch (shape.kind) {
    case 'structure':
      return redact(shape, value)
    case 'list':
      return Array.isArray(value) ? value.map((item) => redactMember(shape.member, item)) : undefined
    case 'map':
      if (typeof value !== 'object' || value === null) return undefined
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactMember(shape.value, item)]))
    case 'blob':
    case 'stream':
      // Bodies are not parameters.
      return undefined
    case 'string':
      return shortened(value)
    default:
      return value
  }
}

function shortened(value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= longestText) return value
  return `${value.slice(0, longestText)}… (${value.length} characters)`
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
