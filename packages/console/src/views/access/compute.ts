/** Every principal against every resource, in slices, so that the page stays alive meanwhile; each resource once. */

import type { AccountPrincipal } from '../../aws/account-details.ts'
import { type Place, policyReader, type Reach, type Reachable, Reacher } from '../../policy/reach.ts'

const sliceMilliseconds = 30

export class Decided {
  /** In the order of the principals. */
  readonly reachers: readonly Reacher[]
  readonly #columns = new Map<string, Uint8Array>()
  milliseconds = 0

  constructor(principals: readonly AccountPrincipal[], place: Place) {
    const read = policyReader()
    this.reachers = principals.map((principal) => new Reacher(principal, place, read))
  }

  /** Principal by principal, because each has its policies compiled. */
  async decide(resources: readonly Reachable[]): Promise<void> {
    const fresh = resources.filter(({ id }) => !this.#columns.has(id))
    const columns = fresh.map(() => new Uint8Array(this.reachers.length))
    const started = performance.now()
    let pause = started + sliceMilliseconds
    for (const [row, reacher] of this.reachers.entries()) {
      for (const [index, resource] of fresh.entries()) {
        const column = columns[index]
        if (column !== undefined) column[row] = reacher.reach(resource)
        if (performance.now() < pause) continue
        await new Promise((resolve) => setTimeout(resolve))
        pause = performance.now() + sliceMilliseconds
      }
    }
    for (const [index, { id }] of fresh.entries()) this.#columns.set(id, columns[index] ?? new Uint8Array())
    this.milliseconds += performance.now() - started
  }

  /** `row`: the principal's place. */
  reach(row: number, { id }: Reachable): Reach {
    return this.#columns.get(id)?.[row] ?? 0
  }
}
