/**
 * One statement under one of its resource patterns, with what a decision reads close together: a decision among many
 * statements costs as many waits for memory as it follows pointers. Entries that are tried together are chained for the same
 * reason. Immutable once its slice is made.
 */

import type { CompiledCondition } from '../condition/condition.ts'
import type { Switches } from '../evaluate/switches.ts'
import { flat } from '../match/flat.ts'
import { hasPrefix } from '../match/prefix.ts'
import { type GrantRank, grantRank, type PrincipalMatcher } from '../match/principal-matcher.ts'
import { matchesResource, type ResourcePattern } from '../match/resource-pattern.ts'
import type { Request } from '../request/request.ts'
import { allHold, type CompiledStatement, grantOf, resourceApplies } from './statement.ts'

/** What there is to compare with the resource. */
export const coverage = { everything: 0, head: 1, exact: 2, pattern: 3, element: 4 } as const
type Coverage = (typeof coverage)[keyof typeof coverage]

export interface Entry {
  next: Entry | undefined
  readonly coverage: Coverage
  /** The literal beginning of the pattern, by which the entry can be found; empty where there is none. */
  readonly head: string
  /** Undefined where there are none. */
  readonly conditions: readonly CompiledCondition[] | undefined
  readonly principal: PrincipalMatcher | undefined
  readonly pattern: ResourcePattern | undefined
  readonly statement: CompiledStatement
}

export function entriesOf(statement: CompiledStatement): Entry[] {
  const { resources, notResource } = statement
  const everything = resources === undefined || (!notResource && resources.some((pattern) => pattern.everything))
  if (everything) return [entry(statement, coverage.everything, undefined, '')]
  if (notResource) return [entry(statement, coverage.element, undefined, '')]
  return resources.map((pattern) => {
    const { glob, segments } = pattern
    if (segments !== undefined || glob.literalHead === '') return entry(statement, coverage.pattern, pattern, '')
    const covers = glob.exact ? coverage.exact : glob.headDecides ? coverage.head : coverage.pattern
    return entry(statement, covers, pattern, glob.literalHead)
  })
}

function entry(
  statement: CompiledStatement,
  covers: Coverage,
  pattern: ResourcePattern | undefined,
  head: string,
): Entry {
  const { conditions, principal } = statement
  const some = conditions.length === 0 ? undefined : conditions
  return { next: undefined, coverage: covers, head, conditions: some, principal, pattern, statement }
}

/** Copies, since an entry stands in one chain only. */
export function chained(entries: readonly Entry[]): Entry | undefined {
  return entries.reduceRight<Entry | undefined>((next, one) => ({ ...one, next, head: flat(one.head) }), undefined)
}

/**
 * The widest grant among the entries of a chain that match, if wider than `start`; stops at `enough`. `known`: how all of them
 * name the caller, where that is how they were found.
 */
export function widestOf(
  chain: Entry | undefined,
  request: Request,
  enough: GrantRank,
  start: GrantRank,
  hasBoundary: boolean,
  switches: Switches,
  known?: GrantRank,
): GrantRank {
  let best = start
  for (let one = chain; one !== undefined; one = one.next) {
    if (one.coverage !== coverage.everything && !covers(one, request)) continue
    const grant =
      known ?? (one.principal === undefined ? grantRank.direct : grantOf(one.principal, request, hasBoundary, switches))
    if (grant <= best || (one.conditions !== undefined && !allHold(one.conditions, request))) continue
    best = grant
    if (best >= enough) return best
  }
  return best
}

function covers(one: Entry, request: Request): boolean {
  if (one.coverage === coverage.head) return hasPrefix(request.matchedResource, one.head)
  if (one.coverage === coverage.exact) return request.matchedResource === one.head
  if (one.pattern === undefined) return resourceApplies(one.statement, request)
  return matchesResource(one.pattern, request.matchedResource, request)
}
