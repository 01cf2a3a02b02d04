/** `ContextEntries` of a simulation as the engine's context. API reference: ContextEntry. A `…List` type is multivalued. */

import type { ContextValue } from '@scopedown/engine'
import { invalidInput } from '../faults.ts'

interface Entry {
  readonly ContextKeyName?: string | undefined
  readonly ContextKeyValues?: readonly string[] | undefined
  readonly ContextKeyType?: string | undefined
}

export const contextConstraints = {
  'ContextEntries.*.ContextKeyName': { min: 5, max: 256 },
  'ContextEntries.*.ContextKeyType': {
    oneOf: ['string', 'numeric', 'boolean', 'ip', 'binary', 'date'].flatMap((type) => [type, `${type}List`]),
  },
} as const

const forms: Readonly<Record<string, readonly [form: RegExp, wanted: string]>> = {
  numeric: [/^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)$/, 'a number'],
  boolean: [/^(true|false)$/i, 'true or false'],
  ip: [/^[0-9a-fA-F.:/]+$/, 'an IP address'],
  date: [/^([0-9]+|[0-9]{4}(-[0-9T:.Z+-]*)?)$/, 'a date in ISO 8601 or epoch seconds'],
  binary: [/^[A-Za-z0-9+/]*={0,2}$/, 'base64'],
}

export function simulatedContext(entries: readonly Entry[] | undefined): Record<string, ContextValue> {
  const context: Record<string, ContextValue> = {}
  const seen = new Set<string>()
  for (const { ContextKeyName: name, ContextKeyValues: values = [], ContextKeyType: type = 'string' } of entries ??
    []) {
    if (name === undefined) throw invalidInput('A context entry needs a ContextKeyName.')
    if (seen.has(name.toLowerCase())) throw invalidInput(`The context key ${name} is given twice.`)
    seen.add(name.toLowerCase())
    const single = type.replace(/List$/, '')
    const form = forms[single]
    const wrong = form === undefined ? undefined : values.find((value) => !form[0].test(value))
    if (wrong !== undefined) throw invalidInput(`The value ${wrong} of the context key ${name} is not ${form?.[1]}.`)
    if (type !== single) context[name] = values
    else if (values.length === 1) context[name] = values[0]
    else throw invalidInput(`The context key ${name} of type ${type} must have exactly one value.`)
  }
  return context
}
