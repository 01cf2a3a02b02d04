/**
 * Statements by the one name of a caller that they hold, for policies that name very many. Laid out for the memory that a
 * decision waits for: name and prefix of a statement are made one after the other and stand side by side, and one that asks
 * for nothing more has no entry to be read. Open addressing (Knuth, TAOCP 6.4, algorithm L).
 */

import type { Switches } from '../evaluate/switches.ts'
import { flat } from '../match/flat.ts'
import { hasPrefix } from '../match/prefix.ts'
import { type CallerName, type GrantRank, hashOf } from '../match/principal-matcher.ts'
import type { Request } from '../request/request.ts'
import { chained, coverage, type Entry, widestOf } from './entry.ts'

/** Name, prefix, chain of entries; the chain is missing where name and prefix are all that is asked. */
const width = 3

export class CallerTable {
  readonly #cells: readonly (string | Entry | undefined)[]
  readonly #mask: number
  readonly #switches: Switches

  constructor(entriesByName: ReadonlyMap<string, readonly Entry[]>, switches: Switches) {
    const slots = 2 ** Math.ceil(Math.log2(entriesByName.size * 2 + 1))
    const cells = new Array<string | Entry | undefined>(slots * width).fill(undefined)
    this.#mask = slots - 1
    this.#switches = switches
    for (const [name, entries] of entriesByName) {
      let slot = hashOf(name) & this.#mask
      while (cells[slot * width] !== undefined) slot = (slot + 1) & this.#mask
      const [only, ...others] = entries
      const plain = only?.coverage === coverage.head && only.conditions === undefined && others.length === 0
      cells[slot * width] = flat(name)
      cells[slot * width + 1] = plain ? flat(only.head) : ''
      cells[slot * width + 2] = plain ? undefined : chained(entries)
    }
    this.#cells = cells
  }

  /** The widest grant among the statements that hold this name and match, if wider than `start`; stops at `enough`. */
  widest(caller: CallerName, request: Request, enough: GrantRank, start: GrantRank, hasBoundary: boolean): GrantRank {
    const cells = this.#cells
    let at = (caller.hash & this.#mask) * width
    for (let name = cells[at]; name !== caller.name; name = cells[at]) {
      if (name === undefined) return start
      at = ((at / width + 1) & this.#mask) * width
    }
    const chain = cells[at + 2] as Entry | undefined
    if (chain !== undefined) {
      return widestOf(chain, request, enough, start, hasBoundary, this.#switches, caller.grant)
    }
    return caller.grant > start && hasPrefix(request.matchedResource, cells[at + 1] as string) ? caller.grant : start
  }
}
