/**
 * Lengths, ranges, patterns and enumerations of a service's API model, kept as data: the SDK's schemas leave them out. A file is
 * written from the model by `scripts/SERVICE-constraints.py`; operations point into one table, for many members share a bound.
 */

import { readFileSync } from 'node:fs'
import type { Constraint, MemberConstraints } from '@scopedown/wire'

interface Stored {
  readonly table: readonly (Omit<Constraint, 'pattern'> & { readonly pattern?: string })[]
  /** By operation and member path: an index into `table`. */
  readonly operations: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Reads the file once; answers the constraints of an operation by its name, none for one that the file does not know. */
export function storedConstraints(file: URL): (operation: string) => MemberConstraints {
  const stored: Stored = JSON.parse(readFileSync(file, 'utf8'))
  const table: readonly Constraint[] = stored.table.map(({ pattern, ...rest }) => ({
    ...rest,
    ...(pattern === undefined ? {} : { pattern: new RegExp(pattern, 'u') }),
  }))
  return (operation) => {
    const members: Record<string, Constraint> = {}
    for (const [path, index] of Object.entries(stored.operations[operation] ?? {})) {
      const constraint = table[index]
      if (constraint !== undefined) members[path] = constraint
    }
    return members
  }
}
