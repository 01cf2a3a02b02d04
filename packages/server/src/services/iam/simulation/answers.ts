/** What both simulations share: their common input, and the page of their answers. */

import type { EvaluationResult } from '@aws-sdk/client-iam'
import { type ContextValue, type Policy, type PolicySet, parseArn } from '@scopedown/engine'
import { invalidInput } from '../faults.ts'
import { type Page, pageOfAll } from '../pages.ts'
import { ownerOf } from './caller.ts'
import { simulatedContext } from './context-entries.ts'
import { simulator } from './simulate.ts'
import { givenPolicies, givenPolicy, type Sources } from './sources.ts'

type Simulate = Parameters<typeof simulator>[0]

export interface CommonInput {
  readonly ActionNames: readonly string[]
  readonly ResourceArns?: readonly string[] | undefined
  readonly ResourcePolicy?: string | undefined
  readonly ResourceOwner?: string | undefined
  readonly PolicyInputList?: readonly string[] | undefined
  readonly PermissionsBoundaryPolicyInputList?: readonly string[] | undefined
  readonly ContextEntries?: Parameters<typeof simulatedContext>[0]
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

export interface CommonPart {
  readonly given: readonly Policy[]
  readonly boundary: Policy | undefined
  readonly resource: Policy | undefined
  readonly resources: readonly string[] | undefined
  readonly resourceOwner: string | undefined
  readonly context: Readonly<Record<string, ContextValue>>
}

/** Everything is read before anything is asked: a faulty member fails the whole call. */
export function readCommon(input: CommonInput, sources: Sources, hasCaller: boolean): CommonPart {
  for (const action of input.ActionNames) {
    if (!/^[^:\s*?]+:[^:\s*?]+$/.test(action)) throw invalidInput(`Invalid action name: ${action}`)
  }
  if (input.ActionNames.length === 0) throw invalidInput('ActionNames must name an action.')
  for (const resource of input.ResourceArns ?? []) {
    if (resource !== '*' && parseArn(resource) === undefined) throw invalidInput(`Invalid resource ARN: ${resource}`)
  }
  if (input.ResourcePolicy !== undefined && !hasCaller) {
    throw invalidInput('CallerArn is required where ResourcePolicy is given.')
  }
  const boundary = 'PermissionsBoundaryPolicyInputList'
  return {
    given: givenPolicies(input.PolicyInputList, 'PolicyInputList', 'identity', sources),
    boundary: givenPolicies(input[boundary], boundary, 'boundary', sources)[0],
    resource:
      input.ResourcePolicy === undefined
        ? undefined
        : givenPolicy(input.ResourcePolicy, 'ResourcePolicy', 'resource', 'resource', sources),
    resources: input.ResourceArns?.length ? input.ResourceArns : undefined,
    resourceOwner: input.ResourceOwner === undefined ? undefined : ownerOf(input.ResourceOwner),
    context: simulatedContext(input.ContextEntries),
  }
}

/**
 * Bounds the time of one call, during which the server does nothing else: a page holds fewer results ("IAM might return fewer
 * than the MaxItems number of results"), and an action that alone is too much is refused.
 */
const statementsPerPage = 1_000_000

function statementsOf({ identity = [], boundary, resource, scps = [] }: PolicySet): number {
  const policies = [...identity, ...scps.flat(), boundary, resource]
  return policies.reduce((sum, policy) => sum + (policy?.statements.length ?? 0), 1)
}

export function answers(simulation: Simulate, input: CommonInput): Page<EvaluationResult> {
  const perAction = (simulation.resources?.length ?? 1) * statementsOf(simulation.policies)
  const most = Math.floor(statementsPerPage / perAction)
  if (most === 0) throw invalidInput('The simulation is too large: it needs fewer resources or fewer statements.')
  const actions = input.ActionNames.map((action, index) => ({ action, key: String(index).padStart(8, '0') }))
  const page = { Marker: input.Marker, MaxItems: Math.min(input.MaxItems ?? 100, most) }
  const { items, end } = pageOfAll(actions, page, ({ key }) => key)
  const simulate = simulator(simulation)
  return { items: items.map(({ action }) => simulate(action)), end }
}
