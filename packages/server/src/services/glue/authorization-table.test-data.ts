/** `glue-authorization.tsv` read as what it says: the permissions that a call needs, from its request. `shared/data/README.md`. */

import { readFileSync } from 'node:fs'
import type { Need } from '../../testing/permission-case.ts'

export interface Row {
  readonly action: string
  readonly kind: string
  readonly tokens: readonly string[]
  /** The member that names a role to be passed; empty where there is none. */
  readonly roleInput: string
}

export const rows: ReadonlyMap<string, Row> = new Map(
  readFileSync(new URL('./glue-authorization.tsv', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .map(([api = '', action = '', , kind = '', resources = '', , , , roleInput = '']) => [
      api,
      { action, kind, tokens: resources.split(' '), roleInput },
    ]),
)

export type Input = Readonly<Record<string, unknown>>

/** Stored names for `<table>`, `<function>`, `<database>`, `<connection>`. */
export type StoredNames = Readonly<Record<string, string>>

export interface Needs {
  /** Without any one of them the call is denied. */
  readonly all: readonly Need[]
  /** Without any one of them the item is missing from the answer. */
  readonly item: readonly Need[]
}

export function needsOf(operation: string, input: Input, names: StoredNames, arnPrefix: string): Needs {
  const row = rows.get(operation)
  if (row === undefined) throw new Error(`the table has no ${operation}`)
  const all: Need[] = []
  const item: Need[] = []
  const need = (resource: string) => ({ action: row.action, resource })
  for (const token of row.tokens) {
    if (token === '*') all.push(need('*'))
    else if (token.startsWith('filter:')) {
      for (const resource of filled(token.slice(7), input, names)) item.push(need(arnPrefix + resource))
    } else if (token.startsWith('{arn:')) all.push(need(String(member(input, token.slice(5, -1)))))
    else if (token.startsWith('opt:{arn:')) {
      const given = member(input, token.slice(9, -1))
      if (given !== undefined) all.push(need(String(given)))
    } else {
      const optional = token.startsWith('opt:')
      const pattern = token.replace(/^(opt|each):/, '')
      const [, path = ''] = /\{([^}]+)\}/.exec(pattern) ?? []
      if (optional && member(input, path) === undefined) continue
      for (const resource of filled(pattern, input, names)) all.push(need(arnPrefix + resource))
    }
  }
  const required = new Set(all.map(({ resource }) => resource))
  return { all: unique(all), item: item.filter(({ resource }) => !required.has(resource)) }
}

function unique(needs: readonly Need[]): Need[] {
  return [...new Map(needs.map((need) => [need.resource, need])).values()]
}

/** One resource, or one for each element of a list. */
function filled(pattern: string, input: Input, names: StoredNames): string[] {
  let results = [pattern.replace(/<(\w+)>/g, (_, kind: string) => names[kind] ?? `<${kind}>`)]
  for (;;) {
    const hole = /\{([^}]+)\}/.exec(results[0] ?? '')
    if (hole === null) return results
    const [text, path = ''] = hole
    const values = path.endsWith('[]')
      ? (member(input, path.slice(0, -2)) as string[])
      : [String(alternatives(path, input) ?? '*')]
    results = results.flatMap((result) => values.map((value) => result.replace(text, value)))
  }
}

function alternatives(path: string, input: Input): unknown {
  return path
    .split('|')
    .map((one) => member(input, one))
    .find((value) => value !== undefined)
}

export function member(input: Input, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Input | undefined)?.[name], input)
}
