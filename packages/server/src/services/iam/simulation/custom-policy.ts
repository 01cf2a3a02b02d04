/** API reference: SimulateCustomPolicy, GetContextKeysForCustomPolicy. */

import { contextKeys } from '@scopedown/engine'
import { requires } from '../../../kernel/requirement.ts'
import { operation } from '../operation.ts'
import { answers, readCommon } from './answers.ts'
import { callerOf, nobodyIn } from './caller.ts'
import { simulationConstraints } from './constraints.ts'
import { entityId } from './entity-programs.ts'
import { givenPolicies, type Sources } from './sources.ts'

export const simulateCustomPolicy = operation('SimulateCustomPolicy', {
  constraints: simulationConstraints,
  authorize: () => [requires('iam:SimulateCustomPolicy', '*')],
  handle: async ({ input, caller }, deps) => {
    const sources: Sources = new Map()
    const { CallerArn } = input
    const common = readCommon(input, sources, CallerArn !== undefined)
    const levels = input.OrderedOrganizationPolicyInputList?.map((level, index) => {
      const member = `OrderedOrganizationPolicyInputList.${index + 1}.ServiceControlPolicyInputList`
      return givenPolicies(level.ServiceControlPolicyInputList, member, 'scp', sources)
    })
    const simulated =
      CallerArn === undefined
        ? nobodyIn(caller.partition, caller.account)
        : callerOf(CallerArn, await entityId(CallerArn, deps))
    const { given: identity, boundary, resource, ...rest } = common
    const policies = { identity, boundary, resource, ...(levels?.length ? { scps: levels } : {}) }
    const { items, end } = answers({ ...rest, ...simulated, policies, sources }, input)
    return { EvaluationResults: [...items], ...end }
  },
})

export const getContextKeysForCustomPolicy = operation('GetContextKeysForCustomPolicy', {
  constraints: { 'PolicyInputList.*': simulationConstraints['PolicyInputList.*'] },
  authorize: () => [requires('iam:GetContextKeysForCustomPolicy', '*')],
  handle: ({ input }) => ({
    ContextKeyNames: contextKeys(givenPolicies(input.PolicyInputList, 'PolicyInputList', 'identity', new Map())),
  }),
})
