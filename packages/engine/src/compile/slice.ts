/**
 * The statements of one layer that can match one action, laid out for one look-up each: by the caller where statements name
 * callers; by resource: exact ARNs in a map, literal prefixes in tables; everything else in a short list that is always tried.
 */

import type { Switches } from '../evaluate/switches.ts'
import { hasPrefix } from '../match/prefix.ts'
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

/** Up to this many entries a plain loop is quicker than any index. */
const smallest = 8

export const sliceOf = (statements: readonly CompiledStatement[], switches: Switches): Slice =>
  new Slice(statements.flatMap(entriesOf), switches, true)

export class Slice {
  readonly #always: readonly Entry[]
  readonly #byCaller: ReadonlyMap<string, Slice> | undefined
  readonly #exact: ReadonlyMap<string, readonly Entry[]> | undefined
  readonly #tables: readonly PrefixTable<Entry>[]
  readonly #switches: Switches

  constructor(entries: readonly Entry[], switches: Switches, byCaller: boolean) {
    this.#switches = switches
    const named = byCaller ? entries.filter(namesCallers) : []
    const indexesCallers = named.length > smallest
    this.#byCaller = indexesCallers ? slicesByCaller(named, switches) : undefined
    const others = indexesCallers ? entries.filter((entry) => !namesCallers(entry)) : entries

    const indexed = others.length <= smallest ? [] : others.filter((entry) => !entry.open && headOf(entry) !== '')
    this.#always = indexed.length === 0 ? others : others.filter((entry) => entry.open || headOf(entry) === '')
    const exact = indexed.filter((entry) => entry.pattern?.glob.exact === true)
    this.#exact = exact.length === 0 ? undefined : groupBy(exact, headOf)
    const prefixed = groupBy(
      indexed.filter((entry) => entry.pattern?.glob.exact !== true),
      (entry) => headOf(entry).length,
    )
    this.#tables = [...prefixed].map(([length, group]) => prefixTable(length, groupBy(group, headOf)))
  }

  /** The widest grant among the statements that match, if wider than `start`; stops at `enough`. */
  widest(request: Request, enough: GrantRank, hasBoundary: boolean, start: GrantRank = grantRank.none): GrantRank {
    const resource = request.matchedResource
    let best = this.#scan(this.#always, request, enough, hasBoundary, start)
    if (best >= enough) return best
    if (this.#byCaller !== undefined) {
      for (const name of request.callerNames) {
        const own = this.#byCaller.get(name)
        if (own !== undefined) best = own.widest(request, enough, hasBoundary, best)
      }
    }
    const exact = this.#exact?.get(resource)
    if (exact !== undefined) best = this.#scan(exact, request, enough, hasBoundary, best)
    for (let index = 0; index < this.#tables.length && best < enough; index += 1) {
      const table = this.#tables[index] as PrefixTable<Entry>
      if (table.length > resource.length) continue
      const found = table.find(resource)
      if (found !== undefined) best = this.#scan(found, request, enough, hasBoundary, best)
    }
    return best
  }

  #scan(
    entries: readonly Entry[],
    request: Request,
    enough: GrantRank,
    hasBoundary: boolean,
    start: GrantRank,
  ): GrantRank {
    let best = start
    for (let index = 0; index < entries.length; index += 1) {
      const { statement, pattern, open } = entries[index] as Entry
      if (!open && !(pattern === undefined ? resourceApplies(statement, request) : matches(pattern, request))) continue
      const grant = principalGrant(statement, request, hasBoundary, this.#switches)
      if (grant <= best || !conditionsHold(statement, request)) continue
      best = grant
      if (best >= enough) return best
    }
    return best
  }
}

function matches(pattern: ResourcePattern, request: Request): boolean {
  if (pattern.glob.headDecides && pattern.segments === undefined) {
    return hasPrefix(request.matchedResource, pattern.glob.literalHead)
  }
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

const namesCallers = ({ statement }: Entry): boolean => statement.principal?.namesOnly === true

function slicesByCaller(entries: readonly Entry[], switches: Switches): Map<string, Slice> {
  const byName = new Map<string, Entry[]>()
  for (const entry of entries) for (const name of entry.statement.principal?.names ?? []) add(byName, name, entry)
  return new Map([...byName].map(([name, own]) => [name, new Slice(own, switches, false)]))
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) add(groups, keyOf(item), item)
  return groups
}

function add<T, K>(groups: Map<K, T[]>, key: K, item: T): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, [item])
  else group.push(item)
}
