/** Where a list that runs over several databases left off. */

import { wrongToken } from '../page.ts'

export interface NameCursor {
  readonly database_name: string
  readonly name: string
}

export function nameCursor({ database_name, name }: NameCursor): string {
  return JSON.stringify([database_name, name])
}

export function readNameCursor(text: string): NameCursor {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw wrongToken()
  }
  if (!Array.isArray(parsed) || typeof parsed[0] !== 'string' || typeof parsed[1] !== 'string') throw wrongToken()
  return { database_name: parsed[0], name: parsed[1] }
}
