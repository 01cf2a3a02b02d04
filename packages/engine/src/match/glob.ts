/**
 * Wildcard matching: `*` is any run of characters, `?` one character, everything else itself. Never backtracks further
 * than the last star, so that its cost is bounded whatever the pattern: text between two stars is searched for once.
 */

import type { Piece } from '../policy/template.ts'
import { compileAutomaton, firstEnd, type Token } from './automaton.ts'
import { flat } from './flat.ts'
import { foldCase } from './fold-case.ts'

/** Gives a policy variable its value; undefined where the request has none. */
export interface VariableSource {
  /** `key` in lower case; `text` as the policy spells it. */
  variable(key: string, text: string): string | undefined
}

interface Variable {
  readonly lower: string
  readonly text: string
  readonly fallback: string | undefined
  readonly fold: boolean
}

/** A literal, a count of `?`, or a variable. */
type Atom = string | number | Variable

/** What stands between two stars. */
type Chunk = readonly Atom[]

export interface Glob {
  readonly chunks: readonly Chunk[]
  readonly variables: readonly Variable[]
  /** A malformed variable never has a value: the pattern matches nothing. */
  readonly neverMatches: boolean
  /** What every matching text begins with. */
  readonly literalHead: string
  /** Head and a single final star: the head decides. */
  readonly headDecides: boolean
  /** No wildcard, no variable: the text itself. */
  readonly exact: boolean
}

export function compileGlob(pieces: readonly Piece[], foldFrom: 'never' | 'always' = 'never'): Glob {
  const chunks: Atom[][] = [[]]
  const variables: Variable[] = []
  let neverMatches = false
  for (const piece of pieces) {
    const chunk = chunks.at(-1) as Atom[]
    if (piece.kind === 'any') {
      if (chunk.length > 0 || chunks.length === 1) chunks.push([])
    } else if (piece.kind === 'text') append(chunk, piece.text)
    else if (piece.kind === 'one') append(chunk, 1)
    else if (piece.kind === 'malformed') neverMatches = true
    else {
      const variable = {
        lower: piece.key.toLowerCase(),
        text: piece.key,
        fallback: piece.fallback,
        fold: foldFrom === 'always',
      }
      variables.push(variable)
      chunk.push(variable)
    }
  }
  for (const chunk of chunks)
    for (const [at, atom] of chunk.entries()) if (typeof atom === 'string') chunk[at] = flat(atom)
  const first = chunks[0]?.[0]
  const literalHead = typeof first === 'string' ? first : ''
  const wholeHead = !neverMatches && (chunks[0]?.length ?? 0) === (literalHead === '' ? 0 : 1)
  return {
    chunks,
    variables,
    neverMatches,
    literalHead,
    headDecides: wholeHead && chunks.length === 2 && chunks[1]?.length === 0,
    exact: wholeHead && chunks.length === 1,
  }
}

function append(chunk: Atom[], atom: string | number): void {
  const last = chunk.at(-1)
  if (typeof last === 'string' && typeof atom === 'string') chunk[chunk.length - 1] = last + atom
  else if (typeof last === 'number' && typeof atom === 'number') chunk[chunk.length - 1] = last + atom
  else chunk.push(atom)
}

/** Names of the variables that have no value, in the policy's spelling. */
export function unresolvedVariables(glob: Glob, source: VariableSource): string[] {
  return glob.variables.filter((variable) => resolveVariable(variable, source) === undefined).map(({ text }) => text)
}

function resolveVariable(variable: Variable, source: VariableSource): string | undefined {
  const value = source.variable(variable.lower, variable.text) ?? variable.fallback
  return variable.fold && value !== undefined ? foldCase(value) : value
}

export function matchesGlob(glob: Glob, text: string, source: VariableSource): boolean {
  if (glob.neverMatches) return false
  let chunks = glob.chunks
  if (glob.variables.length > 0) {
    const filled = fill(chunks, source)
    if (filled === undefined) return false
    chunks = filled
  }
  const head = chunks[0] as Chunk
  let at = matchAt(head, text, 0)
  if (at === -1) return false
  const last = chunks.length - 1
  if (last === 0) return at === text.length
  for (let index = 1; index < last; index += 1) {
    at = findFrom(chunks[index] as Chunk, text, at)
    if (at === -1) return false
  }
  const tail = chunks[last] as Chunk
  const start = text.length - lengthOf(tail)
  return start >= at && matchAt(tail, text, start) !== -1
}

/** Chunks with each variable replaced by its value, as literal text; undefined where one has none. */
function fill(chunks: readonly Chunk[], source: VariableSource): Chunk[] | undefined {
  const filled: Chunk[] = []
  for (const chunk of chunks) {
    const atoms: Atom[] = []
    for (const atom of chunk) {
      if (typeof atom !== 'object') atoms.push(atom)
      else {
        const value = resolveVariable(atom, source)
        if (value === undefined) return undefined
        if (value !== '') append(atoms, value)
      }
    }
    filled.push(atoms)
  }
  return filled
}

function lengthOf(chunk: Chunk): number {
  let length = 0
  for (const atom of chunk) length += typeof atom === 'number' ? atom : (atom as string).length
  return length
}

/** Where the chunk ends if it stands at `from`, else -1. */
function matchAt(chunk: Chunk, text: string, from: number): number {
  let at = from
  for (let index = 0; index < chunk.length; index += 1) {
    const atom = chunk[index] as string | number
    if (typeof atom === 'number') at += atom
    else if (text.startsWith(atom, at)) at += atom.length
    else return -1
  }
  return at <= text.length ? at : -1
}

/**
 * Longer chunks, in which much may match in vain at each place, are searched for by automaton. V8's own search of a literal
 * skips (Boyer-Moore) by what it knows of 250 characters.
 */
const longestLiteral = 250
const longestBroken = 32

/** End of the first place at or after `from` where the chunk stands, else -1. */
function findFrom(chunk: Chunk, text: string, from: number): number {
  const length = lengthOf(chunk)
  if (from + length > text.length) return -1
  const literal = chunk.length === 1 && typeof chunk[0] === 'string' ? chunk[0] : undefined
  if (length > (literal === undefined ? longestBroken : longestLiteral)) {
    return firstEnd(compileAutomaton(tokensOf([[], chunk])), text, from)
  }
  if (literal !== undefined) {
    const at = text.indexOf(literal, from)
    return at === -1 ? -1 : at + length
  }
  for (let at = from; at + length <= text.length; at += 1) {
    const end = matchAt(chunk, text, at)
    if (end !== -1) return end
  }
  return -1
}

/** The same for an automaton; the chunks hold no variables. */
function tokensOf(chunks: readonly Chunk[]): Token[] {
  return chunks.flatMap((chunk, index): Token[] => {
    const star: Token[] = index === 0 ? [] : [{ kind: 'any', colons: true }]
    return [...star, ...chunk.flatMap(tokensOfAtom)]
  })
}

function tokensOfAtom(atom: Atom): Token[] {
  if (typeof atom === 'string') return [{ kind: 'text', text: atom }]
  return Array.from({ length: typeof atom === 'number' ? atom : 0 }, () => ({ kind: 'one', colons: true }))
}

/** The glob with its variables filled in, for an automaton; undefined where one has no value. */
export function filledTokens(glob: Glob, source: VariableSource): Token[] | undefined {
  if (glob.neverMatches) return undefined
  const chunks = fill(glob.chunks, source)
  return chunks === undefined ? undefined : tokensOf(chunks)
}
