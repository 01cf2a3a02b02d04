/**
 * A policy set, compiled once and asked many times. Immutable to its users; slices are made when an action is first seen.
 */

import type { Decision } from '../evaluate/decision.ts'
import { defaultSwitches, type Switches } from '../evaluate/switches.ts'
import { bit, decision, rcpsBind, scpsBind, verdict } from '../evaluate/verdict.ts'
import { explain } from '../explain/explain.ts'
import type { Explanation } from '../explain/explanation.ts'
import { type GrantRank, grantRank } from '../match/principal-matcher.ts'
import type { Policy } from '../policy/policy.ts'
import type { Request } from '../request/request.ts'
import { type Layer, type LayerSlices, layerOf } from './layer.ts'
import type { PolicySet } from './policy-set.ts'
import type { Slice } from './slice.ts'

/** Actions come from strangers: beyond this many distinct ones the slices are made anew. */
const maxActions = 2048

export interface Layers {
  readonly rcps: readonly Layer[]
  readonly scps: readonly Layer[]
  readonly endpoint: Layer | undefined
  readonly resource: Layer | undefined
  readonly identity: Layer | undefined
  readonly boundary: Layer | undefined
  readonly session: Layer | undefined
}

interface DenySlice {
  /** One bit. */
  readonly type: number
  readonly slice: Slice
}

interface ActionSlices {
  readonly denies: readonly DenySlice[]
  /** Undefined in a level: nothing there allows. */
  readonly scps: readonly (Slice | undefined)[]
  readonly endpoint: Slice | undefined
  readonly resource: Slice | undefined
  readonly identity: Slice | undefined
  readonly boundary: Slice | undefined
  readonly session: Slice | undefined
}

export interface Program {
  readonly policies: PolicySet
  readonly switches: Switches
  decide(request: Request): Decision
  /** The same decision, with every statement of every policy and the first thing that stopped it. */
  explain(request: Request): Explanation
}

/** Cheap where the policies were compiled before, in whatever program: layers and their slices are shared. */
export function compile(policies: PolicySet, switches: Partial<Switches> = {}): Program {
  return new CompiledProgram(policies, { ...defaultSwitches, ...switches })
}

class CompiledProgram implements Program {
  readonly policies: PolicySet
  readonly switches: Switches
  readonly #hasEndpoint: boolean
  readonly #hasBoundary: boolean
  readonly #hasSession: boolean
  readonly #layers: Layers
  #folded: Layers | undefined
  readonly #byAction: readonly [exact: Map<string, ActionSlices>, folded: Map<string, ActionSlices>] = [
    new Map(),
    new Map(),
  ]

  constructor(policies: PolicySet, switches: Switches) {
    this.policies = policies
    this.switches = switches
    this.#hasEndpoint = policies.endpoint !== undefined
    this.#hasBoundary = policies.boundary !== undefined
    this.#hasSession = (policies.session?.length ?? 0) > 0
    this.#layers = layersOf(policies, switches)
  }

  decide(request: Request): Decision {
    const slices = this.#slicesFor(request)
    const denied = slices.denies.length === 0 ? 0 : this.#denials(slices, request)
    if (denied !== 0) return decision('explicitDeny', denied)
    return verdict(request, {
      scp: this.#everyScpLevel(slices, request),
      endpoint: this.#allows(this.#hasEndpoint, slices.endpoint, request),
      resource: slices.resource?.widest(request, grantRank.direct, this.#hasBoundary) ?? grantRank.none,
      identity: slices.identity !== undefined && slices.identity.widest(request, grantRank.delegation, false) > 0,
      boundary: this.#allows(this.#hasBoundary, slices.boundary, request),
      session: this.#allows(this.#hasSession, slices.session, request),
    })
  }

  explain(request: Request): Explanation {
    return explain(this.#layersFor(request.foldsNames), this.switches, request)
  }

  #layersFor(fold: boolean): Layers {
    return fold ? (this.#folded ??= foldedLayers(this.#layers)) : this.#layers
  }

  #denials(slices: ActionSlices, request: Request): number {
    let mask = 0
    for (let index = 0; index < slices.denies.length; index += 1) {
      const { type, slice } = slices.denies[index] as DenySlice
      if ((mask & type) !== 0 || !bindsCaller(type, request)) continue
      const first: GrantRank = grantRank.delegation
      if (slice.widest(request, first, this.#hasBoundary) !== grantRank.none) mask |= type
    }
    return mask
  }

  #everyScpLevel(slices: ActionSlices, request: Request): boolean {
    if (slices.scps.length === 0 || !scpsBind(request)) return true
    for (const slice of slices.scps) if (!this.#allows(true, slice, request)) return false
    return true
  }

  /** A layer that is not there does not limit; one that is there must have an Allow that matches. */
  #allows(present: boolean, slice: Slice | undefined, request: Request): boolean {
    if (!present) return true
    return slice !== undefined && slice.widest(request, grantRank.delegation, this.#hasBoundary) !== grantRank.none
  }

  #slicesFor(request: Request): ActionSlices {
    const cache = this.#byAction[request.foldsNames ? 1 : 0]
    const found = cache.get(request.action)
    if (found !== undefined) return found
    if (cache.size >= maxActions) cache.clear()
    const made = this.#makeSlices(request)
    cache.set(request.action, made)
    return made
  }

  #makeSlices(request: Request): ActionSlices {
    const layers = this.#layersFor(request.foldsNames)
    const { action } = request
    const denies: DenySlice[] = []
    const of = (type: number, layer: Layer | undefined): LayerSlices | undefined => {
      const slices = layer?.slices(action)
      if (slices?.deny !== undefined) denies.push({ type, slice: slices.deny })
      return slices
    }
    for (const level of layers.rcps) of(bit.rcp, level)
    const scps = layers.scps.map((level) => of(bit.scp, level)?.allow)
    const endpoint = of(bit.endpoint, layers.endpoint)?.allow
    const resource = of(bit.resource, layers.resource)?.allow
    const identity = of(bit.identity, layers.identity)?.allow
    const boundary = of(bit.boundary, layers.boundary)?.allow
    const session = of(bit.session, layers.session)?.allow
    return { denies, scps, endpoint, resource, identity, boundary, session }
  }
}

function bindsCaller(type: number, request: Request): boolean {
  if (type === bit.scp) return scpsBind(request)
  return type !== bit.rcp || rcpsBind(request)
}

function layersOf(policies: PolicySet, switches: Switches): Layers {
  const layer = (given: Policy | readonly Policy[] | undefined): Layer | undefined =>
    given === undefined || ('length' in given && given.length === 0) ? undefined : layerOf(given, switches)
  return {
    rcps: (policies.rcps ?? []).map((level) => layerOf(level, switches)),
    scps: (policies.scps ?? []).map((level) => layerOf(level, switches)),
    endpoint: layer(policies.endpoint),
    resource: layer(policies.resource),
    identity: layer(policies.identity),
    boundary: layer(policies.boundary),
    session: layer(policies.session),
  }
}

const foldedLayers = ({ rcps, scps, endpoint, resource, identity, boundary, session }: Layers): Layers => ({
  rcps: rcps.map((level) => level.folded),
  scps: scps.map((level) => level.folded),
  endpoint: endpoint?.folded,
  resource: resource?.folded,
  identity: identity?.folded,
  boundary: boundary?.folded,
  session: session?.folded,
})
