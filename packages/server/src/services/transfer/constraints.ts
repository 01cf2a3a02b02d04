/**
 * Lengths, ranges, patterns and enumerations of Transfer Family's API model, by operation and member path. The SDK's schemas
 * leave them out; `constraints.json` is written from the model by `scripts/transfer-constraints.py`.
 */

import { readFileSync } from 'node:fs'
import type { Constraint, MemberConstraints } from '@scopedown/wire'

interface Stored {
  readonly table: readonly (Omit<Constraint, 'pattern'> & { readonly pattern?: string })[]
  readonly operations: Readonly<Record<string, Readonly<Record<string, number>>>>
}

// Data, not code: the same file whether this runs from `src` or from `dist`.
const file = new URL('../../../src/services/transfer/constraints.json', import.meta.url)
const stored: Stored = JSON.parse(readFileSync(file, 'utf8'))
const table: readonly Constraint[] = stored.table.map(({ pattern, ...rest }) => ({
  ...rest,
  ...(pattern === undefined ? {} : { pattern: new RegExp(pattern, 'u') }),
}))

export function constraintsOf(operation: string): MemberConstraints {
  const members: Record<string, Constraint> = {}
  for (const [path, index] of Object.entries(stored.operations[operation] ?? {})) {
    const constraint = table[index]
    if (constraint !== undefined) members[path] = constraint
  }
  return members
}
