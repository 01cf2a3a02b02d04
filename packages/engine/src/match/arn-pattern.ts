/**
 * Values of `ArnLike` and `ArnEquals`: six parts, each compared alone, the sixth may hold colons.
 * IAM User Guide, reference_policies_elements_condition_operators, "Amazon Resource Name (ARN) condition operators".
 */

import { type Piece, readTemplate } from '../policy/template.ts'
import { splitArn } from '../request/arn.ts'
import { compileGlob, type Glob, matchesGlob, type VariableSource } from './glob.ts'

export interface ArnPattern {
  readonly pieces: readonly Piece[]
  /** `*` alone: any ARN. */
  readonly any: boolean
  /** Six globs; undefined where the pattern has variables, which may hold colons, or too few parts. */
  readonly parts: readonly Glob[] | undefined
  readonly hasVariables: boolean
}

export function compileArnPattern(text: string, variables: boolean): ArnPattern {
  const pieces = readTemplate(text, { variables, wildcards: true })
  const hasVariables = pieces.some((piece) => piece.kind === 'variable' || piece.kind === 'malformed')
  return { pieces, any: text === '*', hasVariables, parts: hasVariables ? undefined : splitPieces(pieces) }
}

/** `parts`: the six parts of the request's value; undefined for what is no ARN. */
export function matchesArn(pattern: ArnPattern, parts: readonly string[] | undefined, source: VariableSource): boolean {
  if (parts === undefined) return false
  if (pattern.any) return true
  const globs = pattern.hasVariables ? splitPieces(substitute(pattern.pieces, source)) : pattern.parts
  return globs?.every((glob, index) => matchesGlob(glob, parts[index] ?? '', source)) === true
}

/** The six parts of a request's value. */
export const arnParts = (text: string): readonly string[] | undefined =>
  text.startsWith('arn:') ? splitArn(text) : undefined

function substitute(pieces: readonly Piece[], source: VariableSource): readonly Piece[] | undefined {
  const filled: Piece[] = []
  for (const piece of pieces) {
    if (piece.kind === 'malformed') return undefined
    if (piece.kind !== 'variable') filled.push(piece)
    else {
      const text = source.variable(piece.key.toLowerCase(), piece.key) ?? piece.fallback
      if (text === undefined) return undefined
      filled.push({ kind: 'text', text })
    }
  }
  return filled
}

/** Cuts at the first five colons; undefined where there are fewer. */
function splitPieces(pieces: readonly Piece[] | undefined): readonly Glob[] | undefined {
  if (pieces === undefined) return undefined
  const parts: Piece[][] = [[]]
  for (const piece of pieces) {
    if (piece.kind !== 'text') {
      parts.at(-1)?.push(piece)
      continue
    }
    let rest = piece.text
    for (let colon = rest.indexOf(':'); colon !== -1 && parts.length < 6; colon = rest.indexOf(':')) {
      parts.at(-1)?.push({ kind: 'text', text: rest.slice(0, colon) })
      parts.push([])
      rest = rest.slice(colon + 1)
    }
    parts.at(-1)?.push({ kind: 'text', text: rest })
  }
  return parts.length === 6
    ? parts.map((part) => compileGlob(part.filter((p) => p.kind !== 'text' || p.text !== '')))
    : undefined
}
