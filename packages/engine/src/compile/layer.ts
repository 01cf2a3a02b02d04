/**
 * All policies of one type (or of one level of SCPs or RCPs), compiled. Statements are sorted by action pattern once;
 * the slice for an action is made when that action is first asked for.
 */

import type { Switches } from '../evaluate/switches.ts'
import { type ActionPattern, compileActionPattern } from '../match/action-pattern.ts'
import type { Effect, Policy, Statement } from '../policy/policy.ts'
import { type Slice, sliceOf } from './slice.ts'
import { actionApplies, type CompiledStatement, compileStatement, type StatementOptions } from './statement.ts'

export interface LayerSlices {
  readonly deny: Slice | undefined
  readonly allow: Slice | undefined
}

interface ActionGroup {
  readonly actions: readonly ActionPattern[]
  readonly statements: CompiledStatement[]
}

/** Beyond this many distinct actions, which come from strangers, the slices are made anew. */
const maxActions = 2048

export class Layer {
  readonly policies: readonly Policy[]
  readonly statements: readonly CompiledStatement[]
  readonly #groups: readonly (readonly CompiledStatement[])[]
  readonly #switches: Switches
  readonly #slices = new Map<string, LayerSlices>()
  #folded: Layer | undefined

  constructor(policies: readonly Policy[], options: StatementOptions) {
    this.policies = policies
    this.#switches = options.switches
    const groups = new Map<string, ActionGroup>()
    this.statements = policies.flatMap((policy, index) =>
      policy.statements.map((statement) => {
        const group = groupFor(groups, statement)
        const compiled = compileStatement(statement, policy, index, group.actions, options)
        group.statements.push(compiled)
        return compiled
      }),
    )
    this.#groups = [...groups.values()].map(({ statements }) => statements)
  }

  /** The same policies for requests that compare names without case. */
  get folded(): Layer {
    return (this.#folded ??= new Layer(this.policies, { switches: this.#switches, fold: true }))
  }

  /** `action` in lower case. */
  slices(action: string): LayerSlices {
    const found = this.#slices.get(action)
    if (found !== undefined) return found
    if (this.#slices.size >= maxActions) this.#slices.clear()
    const matching = this.#groups.filter(([first]) => first !== undefined && actionApplies(first, action))
    const of = (effect: Effect): Slice | undefined => {
      const statements = matching.flatMap((group) => group.filter((statement) => statement.source.effect === effect))
      return statements.length === 0 ? undefined : sliceOf(statements, this.#switches)
    }
    const made = { deny: of('Deny'), allow: of('Allow') }
    this.#slices.set(action, made)
    return made
  }
}

/** Statements with the same action element share one group, so that an action is compared once however many there are. */
function groupFor(groups: Map<string, ActionGroup>, statement: Statement): ActionGroup {
  const { patterns, negated } = statement.action
  const key = `${negated ? '!' : ''}${patterns.join('\n')}`
  let group = groups.get(key)
  if (group === undefined) {
    group = { actions: patterns.map(compileActionPattern), statements: [] }
    groups.set(key, group)
  }
  return group
}

interface Compiled {
  /** What the list held: policies are frozen, lists are their owner's and may have changed since. */
  readonly from: readonly Policy[]
  readonly variants: Map<string, Layer>
}

/**
 * Layers by what they are made of, so that a policy shared by many principals, or a bucket policy asked by all of them, is
 * compiled once. Weak: a layer lives as long as its policies.
 */
const layers = new WeakMap<object, Compiled>()

export function layerOf(given: Policy | readonly Policy[], switches: Switches): Layer {
  const policies = 'statements' in given ? [given] : given
  let compiled = layers.get(given)
  if (compiled === undefined || !sameMembers(compiled.from, policies)) {
    compiled = { from: [...policies], variants: new Map() }
    layers.set(given, compiled)
  }
  const key = Object.values(switches).join(' ')
  let layer = compiled.variants.get(key)
  if (layer === undefined) {
    layer = new Layer(compiled.from, { switches, fold: false })
    compiled.variants.set(key, layer)
  }
  return layer
}

const sameMembers = <T>(left: readonly T[], right: readonly T[]): boolean =>
  left.length === right.length && left.every((one, index) => one === right[index])
