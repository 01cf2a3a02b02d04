/**
 * One pattern of a `Resource` element. IAM User Guide, reference_policies_elements_resource: six parts; in the first five a
 * wildcard stays inside its segment, save that (switch `resourceWildcard: 'iam'`) a `*` that ends a segment runs on past
 * colons; in the sixth wildcards match anything. Variables stand in the sixth part only.
 */

import { type Piece, readTemplate } from '../policy/template.ts'
import { splitArn } from '../request/arn.ts'
import { type Automaton, accepts, compileAutomaton, type Token } from './automaton.ts'
import { foldCase } from './fold-case.ts'
import { compileGlob, filledTokens, type Glob, matchesGlob, unresolvedVariables, type VariableSource } from './glob.ts'

export interface ResourcePatternOptions {
  /** Version 2012-10-17. */
  readonly variables: boolean
  readonly wildcard: 'iam' | 'segment'
  /** Compare names in the sixth part without case. */
  readonly fold: boolean
}

export interface ResourcePattern {
  readonly text: string
  /** `*` alone: every resource, and the only pattern for a request that names none. */
  readonly everything: boolean
  /** The pattern over the whole ARN, or over the sixth part where `segments` is there. */
  readonly glob: Glob
  readonly segments: readonly Token[] | undefined
  /** Of such a pattern, where it holds no variable. */
  readonly automaton?: Automaton | undefined
}

const noSource: VariableSource = { variable: () => undefined }

export function compileResourcePattern(text: string, options: ResourcePatternOptions): ResourcePattern {
  if (text === '*') return { text, everything: true, glob: compileGlob([{ kind: 'any' }]), segments: undefined }
  const parts = splitArn(text)
  const fixed = parts === undefined ? text.split(':') : parts.slice(0, 5)
  const last = parts === undefined ? (fixed.pop() ?? '') : (parts[5] ?? '')
  const template = readTemplate(last, { variables: options.variables && parts !== undefined, wildcards: true })
  const tail = options.fold ? foldPieces(template) : template
  const plain = fixed.every((part) => !/[*?]/.test(part) || (options.wildcard === 'iam' && /^[^*?]*\*$/.test(part)))
  if (plain) {
    const head = readTemplate(fixed.map((part) => `${part}:`).join(''), { variables: false, wildcards: true })
    const whole = [...head, ...tail]
    return { text, everything: false, glob: compileGlob(whole, options.fold ? 'always' : 'never'), segments: undefined }
  }
  const glob = compileGlob(tail, options.fold ? 'always' : 'never')
  const segments = fixed.flatMap((part): Token[] => segmentTokens(part, options.wildcard))
  const automaton = glob.variables.length > 0 ? undefined : automatonOf(segments, glob, noSource)
  return { text, everything: false, glob, segments, automaton }
}

/** One of the first five parts and its colon: wildcards stop at colons, save the `*` that ends the part. */
function segmentTokens(part: string, wildcard: 'iam' | 'segment'): Token[] {
  const pieces = readTemplate(`${part}:`, { variables: false, wildcards: true })
  return pieces.map((piece, index): Token => {
    if (piece.kind === 'text') return piece
    const ends = part.endsWith('*') && index === pieces.length - 2
    return { kind: piece.kind === 'any' ? 'any' : 'one', colons: ends && wildcard === 'iam' }
  })
}

function automatonOf(segments: readonly Token[], last: Glob, source: VariableSource): Automaton | undefined {
  const tokens = filledTokens(last, source)
  return tokens === undefined ? undefined : compileAutomaton([...segments, ...tokens])
}

/** Text of the names, from the first slash or wildcard on. */
function foldPieces(pieces: readonly Piece[]): Piece[] {
  let folding = false
  return pieces.map((piece) => {
    if (piece.kind !== 'text') {
      folding = true
      return piece
    }
    const slash = folding ? 0 : piece.text.indexOf('/')
    if (slash === -1) return piece
    folding = true
    return { kind: 'text', text: piece.text.slice(0, slash) + foldCase(piece.text.slice(slash)) }
  })
}

/** The resource of a request as folded patterns see it. */
export function foldResource(resource: string): string {
  const sixth = splitArn(resource)?.[5]
  const slash = sixth?.indexOf('/') ?? -1
  if (sixth === undefined || slash === -1) return resource
  const at = resource.length - sixth.length + slash
  return resource.slice(0, at) + foldCase(resource.slice(at))
}

export function matchesResource(pattern: ResourcePattern, resource: string, source: VariableSource): boolean {
  if (pattern.everything) return true
  if (resource === '*') return false
  if (pattern.segments === undefined) return matchesGlob(pattern.glob, resource, source)
  const automaton = pattern.automaton ?? automatonOf(pattern.segments, pattern.glob, source)
  return automaton !== undefined && accepts(automaton, resource)
}

export const unresolvedInResource = (pattern: ResourcePattern, source: VariableSource): string[] =>
  unresolvedVariables(pattern.glob, source)
