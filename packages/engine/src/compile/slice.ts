/**
 * The statements of one layer that can match one action, laid out by resource: exact ARNs in a map, literal prefixes in one
 * table a length, everything else in a short list that is always tried.
 */

import type { Switches } from '../evaluate/switches.ts'
import { type GrantRank, grantRank } from '../match/principal-matcher.ts'
import { matchesResource, type ResourcePattern } from '../match/resource-pattern.ts'
import type { Request } from '../request/request.ts'
import { type PrefixTable, prefixTable } from './prefix-table.ts'
import { type CompiledStatement, conditionsHold, principalGrant, resourceApplies } from './statement.ts'

/** A statement under one of its resource patterns; without one, the statement's whole resource element decides. */
interface Entry {
  readonly statement: CompiledStatement
  readonly pattern: ResourcePattern | undefined
  /** Every resource matches: nothing is left to compare. */
  readonly open: boolean
}

/** Receives the statement that decided, for callers that want to know. */
export interface Witness {
  statement: CompiledStatement | undefined
}

/** Below this many entries a plain loop is quicker than any index. */
const smallest = 8

export class Slice {
  readonly #always: readonly Entry[]
  readonly #exact: ReadonlyMap<string, readonly Entry[]> | undefined
  readonly #tables: readonly PrefixTable<Entry>[]
  readonly #switches: Switches

  constructor(statements: readonly CompiledStatement[], switches: Switches) {
    this.#switches = switches
    const entries = statements.flatMap(entriesOf)
    const indexed = entries.length <= smallest ? [] : entries.filter((entry) => !entry.open && headOf(entry) !== '')
    this.#always = indexed.length === 0 ? entries : entries.filter((entry) => entry.open || headOf(entry) === '')
    const exact = indexed.filter((entry) => entry.pattern?.glob.exact === true)
    this.#exact = exact.length === 0 ? undefined : groupBy(exact, headOf)
    const prefixed = groupBy(
      indexed.filter((entry) => entry.pattern?.glob.exact !== true),
      (entry) => headOf(entry).length,
    )
    this.#tables = [...prefixed].map(([length, group]) => prefixTable(length, groupBy(group, headOf)))
  }

  /** The widest grant among the statements that match; stops at `enough`. */
  widest(request: Request, enough: GrantRank, hasBoundary: boolean, witness?: Witness): GrantRank {
    const resource = request.matchedResource
    let best: GrantRank = this.#scan(this.#always, request, enough, hasBoundary, grantRank.none, witness)
    if (best >= enough) return best
    const exact = this.#exact?.get(resource)
    if (exact !== undefined) best = this.#scan(exact, request, enough, hasBoundary, best, witness)
    for (let index = 0; index < this.#tables.length && best < enough; index += 1) {
      const table = this.#tables[index] as PrefixTable<Entry>
      if (table.length > resource.length) continue
      const found = table.find(resource)
      if (found !== undefined) best = this.#scan(found, request, enough, hasBoundary, best, witness)
    }
    return best
  }

  #scan(
    entries: readonly Entry[],
    request: Request,
    enough: GrantRank,
    hasBoundary: boolean,
    start: GrantRank,
    witness: Witness | undefined,
  ): GrantRank {
    let best = start
    for (let index = 0; index < entries.length; index += 1) {
      const { statement, pattern, open } = entries[index] as Entry
      if (!open && !(pattern === undefined ? resourceApplies(statement, request) : matches(pattern, request))) continue
      const grant = principalGrant(statement, request, hasBoundary, this.#switches)
      if (grant <= best || !conditionsHold(statement, request)) continue
      best = grant
      if (witness !== undefined) witness.statement = statement
      if (best >= enough) return best
    }
    return best
  }
}

function matches(pattern: ResourcePattern, request: Request): boolean {
  if (pattern.glob.headDecides && pattern.segments === undefined)
    return request.matchedResource.startsWith(pattern.glob.literalHead)
  return matchesResource(pattern, request.matchedResource, request)
}

function entriesOf(statement: CompiledStatement): Entry[] {
  const { resources, notResource } = statement
  if (resources === undefined) return [{ statement, pattern: undefined, open: true }]
  if (notResource) return [{ statement, pattern: undefined, open: false }]
  if (resources.some((pattern) => pattern.everything)) return [{ statement, pattern: undefined, open: true }]
  return resources.map((pattern) => ({ statement, pattern, open: false }))
}

/** The literal beginning by which an entry can be found; empty where there is none. */
const headOf = (entry: Entry): string =>
  entry.pattern === undefined || entry.pattern.segments !== undefined ? '' : entry.pattern.glob.literalHead

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
