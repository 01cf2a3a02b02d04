/**
 * No text of a request may hold U+0000. Most of the model's patterns leave it out; those of tags, partition values and ARNs say
 * nothing. PostgreSQL cannot keep it, and the same request must have the same answer on both databases.
 */

import { invalidInput } from './faults.ts'

export function refuseNul(input: unknown): void {
  if (!holdsNul(input)) return
  const at = placeOf(input)
  throw invalidInput(`The text${at === '' ? '' : ` at ${at}`} holds a NUL character.`)
}

/** Every call passes here, a hundred partitions with their columns too: nothing is made while nothing is found. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return false
  if (Array.isArray(value)) {
    for (const item of value) if (holdsNul(item)) return true
    return false
  }
  for (const key in value) if (key.includes('\0') || holdsNul((value as Record<string, unknown>)[key])) return true
  return false
}

/** Of a list, the list; of a map whose key is at fault, the map. */
function placeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  for (const [key, item] of Object.entries(value)) {
    if (key.includes('\0')) return ''
    if (!holdsNul(item)) continue
    const inside = placeOf(item)
    if (Array.isArray(value)) return inside
    return inside === '' ? key : `${key}.${inside}`
  }
  return ''
}
