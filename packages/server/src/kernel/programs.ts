/**
 * One compiled program per effective policy set, keyed by the policies themselves. Policies are interned where they are parsed
 * (`policy-cache.ts`), so equal sets of different principals share a program.
 */

import { compile, type Policy, type PolicySet, type Program, type Switches } from '@scopedown/engine'
import type { CallerPolicies, SourcedPolicy } from './caller.ts'

const programLimit = 4096

export class Programs {
  readonly #switches: Partial<Switches>
  readonly #bySet = new Map<string, Program>()
  readonly #ids = new WeakMap<Policy, number>()
  /** A caller without a resource policy, the usual case, is found without making a key. */
  readonly #byCaller = new WeakMap<CallerPolicies, Program>()
  #nextId = 1

  constructor(switches: Partial<Switches> = {}) {
    this.#switches = switches
  }

  of(caller: CallerPolicies, resource: SourcedPolicy | undefined): Program {
    if (resource !== undefined) return this.#ofSet(caller, resource)
    const known = this.#byCaller.get(caller)
    if (known !== undefined) return known
    const program = this.#ofSet(caller, undefined)
    this.#byCaller.set(caller, program)
    return program
  }

  #ofSet(caller: CallerPolicies, resource: SourcedPolicy | undefined): Program {
    const key = [
      this.#key(caller.identity),
      caller.boundary === undefined ? '' : this.#id(caller.boundary),
      caller.session === undefined ? '' : this.#key(caller.session),
      resource === undefined ? '' : this.#id(resource),
    ].join(';')
    const known = this.#bySet.get(key)
    if (known !== undefined) {
      // Re-inserted: the first entry of the map is the one longest unused.
      this.#bySet.delete(key)
      this.#bySet.set(key, known)
      return known
    }
    const program = compile(policySet(caller, resource), this.#switches)
    this.#bySet.set(key, program)
    if (this.#bySet.size > programLimit) this.#bySet.delete(this.#bySet.keys().next().value ?? '')
    return program
  }

  #key(policies: readonly SourcedPolicy[]): string {
    return policies.map((policy) => this.#id(policy)).join(',')
  }

  #id({ policy }: SourcedPolicy): number {
    const known = this.#ids.get(policy)
    if (known !== undefined) return known
    const id = this.#nextId++
    this.#ids.set(policy, id)
    return id
  }
}

function policySet(caller: CallerPolicies, resource: SourcedPolicy | undefined): PolicySet {
  return {
    identity: caller.identity.map(({ policy }) => policy),
    boundary: caller.boundary?.policy,
    session: caller.session?.map(({ policy }) => policy),
    resource: resource?.policy,
  }
}
