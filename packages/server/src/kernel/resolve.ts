/** PIP: what the resources named by the requirements carry, asked of the services that own them. */

import { parseArn, type RequestInput } from '@scopedown/engine'
import type { Call } from './call.ts'
import type { SourcedPolicy } from './caller.ts'
import { type Context, requirementContext } from './context.ts'
import type { Requirement } from './requirement.ts'
import type { Registry, ResourceFacts } from './service.ts'

/** A requirement made ready for the engine. */
export interface Question {
  readonly requirement: Requirement
  readonly request: RequestInput
  readonly resourcePolicy: SourcedPolicy | undefined
}

const nothing: ResourceFacts = {}

export async function resolve(
  registry: Registry,
  call: Call<unknown, unknown>,
  base: Context,
  requirement: Requirement,
): Promise<Question> {
  const facts = await factsOf(registry, requirement)
  const account = requirement.resourceAccount ?? facts.account ?? accountOf(requirement.resource) ?? call.caller.account
  const context = requirementContext(base, requirement, facts)
  context['aws:ResourceAccount'] ??= account
  return {
    requirement,
    request: {
      principal: call.caller.principal,
      action: requirement.action,
      resource: requirement.resource,
      resourceAccount: account,
      context,
      foldResourceNames: requirement.foldResourceNames,
    },
    resourcePolicy: requirement.resourcePolicy === undefined ? facts.policy : (requirement.resourcePolicy ?? undefined),
  }
}

async function factsOf(registry: Registry, { resource, action }: Requirement): Promise<ResourceFacts> {
  if (resource === '*') return nothing
  const arn = parseArn(resource)
  const owner = arn === undefined ? undefined : registry.byName(arn.service)
  if (arn === undefined || owner?.definition.describe === undefined) return nothing
  return (await owner.definition.describe(arn, action, owner.deps)) ?? nothing
}

function accountOf(resource: string): string | undefined {
  return parseArn(resource)?.account || undefined
}
