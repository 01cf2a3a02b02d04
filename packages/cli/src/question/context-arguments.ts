/** `--context key=value …` and `--context-file` → the condition keys of a request. */

import type { ContextValue } from '@scopedown/engine'
import { printable } from '@scopedown/engine'
import { Unusable } from '../unusable.ts'

export type ContextRecord = Readonly<Record<string, ContextValue>>

/** `key=text` or `key:=JSON`. A key given twice is a mistake: a list is written as one. */
export function readContextArguments(given: readonly string[]): ContextRecord {
  const found = new Map<string, ContextValue>()
  const seen = new Set<string>()
  for (const argument of given) {
    const [key, value] = readOne(argument)
    if (seen.has(key.toLowerCase())) {
      const list = `\`--context '${printable(key)}:=["one","two"]'\``
      throw new Unusable(`scopedown: the condition key \`${printable(key)}\` is given twice; a list is written ${list}`)
    }
    seen.add(key.toLowerCase())
    found.set(key, value)
  }
  return Object.fromEntries(found)
}

/** The engine judges the values; here it must only be an object. */
export function readContextFile(text: string, name: string): ContextRecord {
  const value = parseJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as ContextRecord
  throw new Unusable(`scopedown: cannot use ${name}: it must be one JSON object of condition keys`)
}

/** Keys are the same key in any case, so an override replaces whatever spelling it meets. */
export function overrideContext(base: ContextRecord, over: ContextRecord): ContextRecord {
  const replaced = new Set(Object.keys(over).map((key) => key.toLowerCase()))
  const kept = Object.entries(base).filter(([key]) => !replaced.has(key.toLowerCase()))
  return Object.fromEntries([...kept, ...Object.entries(over)])
}

function readOne(argument: string): [string, ContextValue] {
  const equals = argument.indexOf('=')
  const json = argument[equals - 1] === ':'
  const key = argument.slice(0, json ? equals - 1 : equals)
  if (equals === -1 || key === '') {
    throw new Unusable(`scopedown: --context wants \`key=value\` or \`key:=JSON\`, not \`${printable(argument)}\``)
  }
  const text = argument.slice(equals + 1)
  if (!json) return [key, text]
  const value = parseJson(text)
  if (value === undefined) {
    throw new Unusable(`scopedown: the value of \`${printable(key)}\` is no JSON: \`${printable(text)}\``)
  }
  return [key, value as ContextValue]
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
