/**
 * One pattern of a `Resource` element. IAM User Guide, reference_policies_elements_resource: six parts; in the first five a
 * wildcard stays inside its segment, save that (switch `resourceWildcard: 'iam'`) a `*` that ends a segment runs on past
 * colons; in the sixth wildcards match anything. Variables stand in the sixth part only.
 */

import { type Piece, readTemplate } from '../policy/template.ts'
import { splitArn } from '../request/arn.ts'
import { compileGlob, type Glob, matchesGlob, unresolvedVariables, type VariableSource } from './glob.ts'

export interface ResourcePatternOptions {
  /** Version 2012-10-17. */
  readonly variables: boolean
  readonly wildcard: 'iam' | 'segment'
  /** Compare names in the sixth part without case. */
  readonly fold: boolean
}

interface Segment {
  readonly glob: Glob
  /** May run on past colons. */
  readonly crosses: boolean
}

export interface ResourcePattern {
  readonly text: string
  /** `*` alone: every resource, and the only pattern for a request that names none. */
  readonly everything: boolean
  /** The pattern over the whole ARN, or over the sixth part where `segments` is there. */
  readonly glob: Glob
  readonly segments: readonly Segment[] | undefined
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
    const whole = [...fixed.flatMap((part) => readTemplate(`${part}:`, { variables: false, wildcards: true })), ...tail]
    return { text, everything: false, glob: compileGlob(whole, options.fold ? 'always' : 'never'), segments: undefined }
  }
  const segments = fixed.map((part) => ({
    glob: compileGlob(readTemplate(part, { variables: false, wildcards: true })),
    crosses: options.wildcard === 'iam' && part.endsWith('*'),
  }))
  return { text, everything: false, glob: compileGlob(tail, options.fold ? 'always' : 'never'), segments }
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
    return { kind: 'text', text: piece.text.slice(0, slash) + piece.text.slice(slash).toLowerCase() }
  })
}

/** The resource of a request as folded patterns see it. */
export function foldResource(resource: string): string {
  const sixth = splitArn(resource)?.[5]
  const slash = sixth?.indexOf('/') ?? -1
  if (sixth === undefined || slash === -1) return resource
  const at = resource.length - sixth.length + slash
  return resource.slice(0, at) + resource.slice(at).toLowerCase()
}

export function matchesResource(pattern: ResourcePattern, resource: string, source: VariableSource): boolean {
  if (pattern.everything) return true
  if (resource === '*') return false
  if (pattern.segments === undefined) return matchesGlob(pattern.glob, resource, source)
  return matchesSegments(pattern.segments, pattern.glob, resource, source)
}

export const unresolvedInResource = (pattern: ResourcePattern, source: VariableSource): string[] =>
  unresolvedVariables(pattern.glob, source)

/** As a glob whose letters are segments: only the last crossing segment is ever extended. */
function matchesSegments(segments: readonly Segment[], last: Glob, resource: string, source: VariableSource): boolean {
  let index = 0
  let at = 0
  let resumeIndex = -1
  let resumeAt = 0
  for (;;) {
    const segment = segments[index]
    if (segment === undefined) {
      if (matchesGlob(last, resource.slice(at), source)) return true
    } else {
      const colon = resource.indexOf(':', at)
      if (colon === -1) return false
      if (matchesGlob(segment.glob, resource.slice(at, colon), noSource)) {
        index += 1
        at = colon + 1
        if (segment.crosses) {
          resumeIndex = index
          resumeAt = at
        }
        continue
      }
    }
    if (resumeIndex === -1) return false
    const colon = resource.indexOf(':', resumeAt)
    if (colon === -1) return false
    resumeAt = colon + 1
    index = resumeIndex
    at = resumeAt
  }
}
