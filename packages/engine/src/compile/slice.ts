/**
 * The statements of one layer that can match one action, laid out for one look-up each: by the caller where statements name
 * callers; by resource: exact ARNs in a map, literal prefixes in tables; everything else in a short chain that is always tried.
 */

import type { Switches } from '../evaluate/switches.ts'
import { type GrantRank, grantRank } from '../match/principal-matcher.ts'
import type { Request } from '../request/request.ts'
import { CallerTable } from './caller-table.ts'
import { chained, coverage, type Entry, entriesOf, widestOf } from './entry.ts'
import { type PrefixTable, prefixTable } from './prefix-table.ts'
import type { CompiledStatement } from './statement.ts'

/** Up to this many entries a chain is quicker than any index. */
const smallest = 8

export const sliceOf = (statements: readonly CompiledStatement[], switches: Switches): Slice =>
  new Slice(statements.flatMap(entriesOf), switches)

export class Slice {
  readonly #always: Entry | undefined
  readonly #byCaller: CallerIndex | undefined
  readonly #exact: ReadonlyMap<string, Entry> | undefined
  readonly #tables: readonly PrefixTable<Entry>[]
  readonly #switches: Switches

  constructor(entries: readonly Entry[], switches: Switches) {
    this.#switches = switches
    const named = entries.filter(namesCallers)
    const indexesCallers = named.length > smallest
    this.#byCaller = indexesCallers ? new CallerIndex(named, switches) : undefined
    const others = indexesCallers ? entries.filter((entry) => !namesCallers(entry)) : entries

    const indexed = others.length <= smallest ? [] : others.filter(({ head }) => head !== '')
    this.#always = chained(indexed.length === 0 ? others : others.filter(({ head }) => head === ''))
    const exact = indexed.filter((entry) => entry.coverage === coverage.exact)
    this.#exact = exact.length === 0 ? undefined : chains(groupBy(exact, ({ head }) => head))
    const prefixed = groupBy(
      indexed.filter((entry) => entry.coverage !== coverage.exact),
      ({ head }) => head.length,
    )
    this.#tables = [...prefixed].map(([length, group]) =>
      prefixTable(length, chains(groupBy(group, ({ head }) => head))),
    )
  }

  /** The widest grant among the statements that match, if wider than `start`; stops at `enough`. */
  widest(
    request: Request,
    enough: GrantRank,
    hasBoundary: boolean,
    start: GrantRank = grantRank.none,
    known?: GrantRank,
  ): GrantRank {
    let best = widestOf(this.#always, request, enough, start, hasBoundary, this.#switches, known)
    if (this.#byCaller !== undefined) best = this.#byCaller.widest(request, enough, hasBoundary, best)
    const resource = request.matchedResource
    if (this.#exact !== undefined && best < enough) {
      best = widestOf(this.#exact.get(resource), request, enough, best, hasBoundary, this.#switches, known)
    }
    for (let index = 0; index < this.#tables.length && best < enough; index += 1) {
      const table = this.#tables[index] as PrefixTable<Entry>
      if (table.length > resource.length) continue
      best = widestOf(table.find(resource), request, enough, best, hasBoundary, this.#switches, known)
    }
    return best
  }
}

/** Statements that name callers and nobody else, by name. */
class CallerIndex {
  readonly #few: CallerTable
  /** Names under which there are too many for a chain. */
  readonly #many = new Map<string, Slice>()

  constructor(entries: readonly Entry[], switches: Switches) {
    const byName = new Map<string, Entry[]>()
    for (const entry of entries) for (const name of entry.statement.principal?.names ?? []) add(byName, name, entry)
    for (const [name, own] of byName) {
      if (own.length <= smallest) continue
      this.#many.set(name, new Slice(own.map(anonymous), switches))
      byName.delete(name)
    }
    this.#few = new CallerTable(byName, switches)
  }

  widest(request: Request, enough: GrantRank, hasBoundary: boolean, start: GrantRank): GrantRank {
    let best = start
    for (let index = 0; index < request.callerNames.length && best < enough; index += 1) {
      const caller = request.callerNames[index]
      if (caller === undefined) break
      best = this.#few.widest(caller, request, enough, best, hasBoundary)
      if (this.#many.size === 0) continue
      best = this.#many.get(caller.name)?.widest(request, enough, hasBoundary, best, caller.grant) ?? best
    }
    return best
  }
}

/** Found by a name already: nothing is left to ask about the caller. */
const anonymous = (entry: Entry): Entry => ({ ...entry, principal: undefined })

const namesCallers = ({ principal }: Entry): boolean => principal?.namesOnly === true

const chains = <K>(groups: ReadonlyMap<K, readonly Entry[]>): Map<K, Entry> =>
  new Map([...groups].map(([key, group]) => [key, chained(group) as Entry]))

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
