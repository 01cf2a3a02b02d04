/**
 * No text of a request may hold U+0000. Most of the model's patterns leave it out; those of tags, partition values and ARNs say
 * nothing. PostgreSQL cannot keep it, and the same request must have the same answer on both databases.
 */

import { invalidInput } from './faults.ts'

export function refuseNul(value: unknown, at = ''): void {
  if (typeof value === 'string') {
    if (value.includes('\0')) throw invalidInput(`The text${at === '' ? '' : ` at ${at}`} holds a NUL character.`)
  } else if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    for (const [key, item] of Object.entries(value)) {
      // Of a list, the list; of a map whose key is at fault, the map.
      const inside = Array.isArray(value) || key.includes('\0') ? at : at === '' ? key : `${at}.${key}`
      refuseNul(key, inside)
      refuseNul(item, inside)
    }
  }
}
