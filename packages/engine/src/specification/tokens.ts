/** Patterns for the specification: a list of characters, wildcards and variables, matched by a table of all positions. */

import type { Request } from '../request/request.ts'

export type Token =
  | { readonly text: string }
  | { readonly any: true; readonly colons: boolean }
  | { readonly one: true; readonly colons: boolean }
  /** Without value and without default it matches nothing, and with it the whole pattern. */
  | { readonly variable: string; readonly fallback: string | undefined }

export const literal = (text: string): Token => ({ text })

/** Characters are UTF-16 units, as everywhere in the engine. */
export function tokens(pattern: string, variables: boolean, wildcards = true): Token[] {
  const found: Token[] = []
  for (let rest = pattern; rest !== ''; ) {
    const special = variables ? /^\$\{(?:([*?$])|([^\s,'}]+?)(?:, '([^']*)')?|([^}]*))\}/.exec(rest) : null
    if (special !== null) {
      const [whole, character, name, fallback] = special
      if (character !== undefined) found.push(literal(character))
      else found.push({ variable: name ?? '', fallback: name === undefined ? undefined : fallback })
      rest = rest.slice(whole.length)
      continue
    }
    const first = rest.charAt(0)
    if (wildcards && first === '*') found.push({ any: true, colons: true })
    else if (wildcards && first === '?') found.push({ one: true, colons: true })
    else found.push(literal(first))
    rest = rest.slice(1)
  }
  return found
}

export const lettersOf = (text: string): Token[] =>
  Array.from({ length: text.length }, (_, at) => literal(text.charAt(at)))

/** Undefined where the request has none and there is no default; a malformed variable has no name. */
export function variableValue(token: Extract<Token, { variable: string }>, request: Request): string | undefined {
  const name = token.variable
  return (name === '' ? undefined : request.variable(name.toLowerCase(), name)) ?? token.fallback
}

export function matchesTokens(pattern: readonly Token[], text: string, request: Request): boolean {
  const flat: Token[] = []
  for (const token of pattern) {
    if (!('variable' in token)) flat.push(token)
    else {
      const value = variableValue(token, request)
      if (value === undefined) return false
      flat.push(...lettersOf(value))
    }
  }
  let reachable = new Set([0])
  for (const token of flat) {
    const next = new Set<number>()
    for (const at of reachable) {
      if ('text' in token) {
        if (text.charAt(at) === token.text && at < text.length) next.add(at + 1)
      } else if ('one' in token) {
        if (at < text.length && (token.colons || text[at] !== ':')) next.add(at + 1)
      } else if ('any' in token) {
        next.add(at)
        for (let to = at; to < text.length && (token.colons || text[to] !== ':'); to += 1) next.add(to + 1)
      }
    }
    reachable = next
  }
  return reachable.has(text.length)
}
