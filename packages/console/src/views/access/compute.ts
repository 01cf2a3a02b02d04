/** The map itself: every principal against every resource, in slices, so that the page stays alive meanwhile. */

import type { AccountPrincipal } from '../../aws/account-details.ts'
import { type Place, policyReader, type Reachable, Reacher } from '../../policy/reach.ts'

export interface AccessGrid {
  readonly reachers: readonly Reacher[]
  readonly resources: readonly Reachable[]
  /** Row by row: principal × resources. */
  readonly reach: Uint8Array
  readonly milliseconds: number
}

const sliceMilliseconds = 30

export async function computeGrid(
  principals: readonly AccountPrincipal[],
  resources: readonly Reachable[],
  place: Place,
): Promise<AccessGrid> {
  const started = performance.now()
  let pause = started + sliceMilliseconds
  const read = policyReader()
  const reach = new Uint8Array(principals.length * resources.length)
  const reachers: Reacher[] = []
  for (const [row, principal] of principals.entries()) {
    const reacher = new Reacher(principal, place, read)
    reachers.push(reacher)
    for (const [column, resource] of resources.entries()) {
      reach[row * resources.length + column] = reacher.reach(resource)
    }
    if (performance.now() > pause) {
      await new Promise((resolve) => setTimeout(resolve))
      pause = performance.now() + sliceMilliseconds
    }
  }
  return { reachers, resources, reach, milliseconds: performance.now() - started }
}
