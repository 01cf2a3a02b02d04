/** API reference: SimulatePrincipalPolicy, GetContextKeysForPrincipalPolicy. Asked on the user, group or role whose policies show. */

import { contextKeys } from '@scopedown/engine'
import { requires } from '../../../kernel/requirement.ts'
import { operation } from '../operation.ts'
import { answers, readCommon } from './answers.ts'
import { callerOf, entityOf } from './caller.ts'
import { simulationConstraints } from './constraints.ts'
import { entityId, entityProgram } from './entity-programs.ts'
import { exclusionsOf } from './exclusions.ts'
import { givenPolicies, type Sources, storedPolicies } from './sources.ts'

export const simulatePrincipalPolicy = operation('SimulatePrincipalPolicy', {
  constraints: simulationConstraints,
  authorize: ({ input }) => {
    entityOf(input.PolicySourceArn)
    return [requires('iam:SimulatePrincipalPolicy', input.PolicySourceArn)]
  },
  handle: async ({ input }, deps) => {
    const sources: Sources = new Map()
    const source = await entityProgram(input.PolicySourceArn, deps)
    const { CallerArn = input.PolicySourceArn } = input
    const common = readCommon(input, sources, entityOf(CallerArn).kind !== 'group')
    const excluded = exclusionsOf(input.PolicyExclusionList)
    const stored = storedPolicies(
      source.identity.filter((policy) => !excluded.policy(policy)),
      sources,
    )
    const { boundary: attached } = source
    const kept = attached === undefined || excluded.boundary ? [] : storedPolicies([attached], sources)
    const { given, boundary, resource, ...rest } = common
    const simulated = callerOf(CallerArn, await entityId(CallerArn, deps))
    const policies = { identity: [...stored, ...given], boundary: boundary ?? kept[0], resource }
    const { items, end } = answers({ ...rest, ...simulated, policies, sources }, input)
    return { EvaluationResults: [...items], ...end }
  },
})

export const getContextKeysForPrincipalPolicy = operation('GetContextKeysForPrincipalPolicy', {
  constraints: {
    PolicySourceArn: simulationConstraints.PolicySourceArn,
    'PolicyInputList.*': simulationConstraints['PolicyInputList.*'],
  },
  authorize: ({ input }) => {
    entityOf(input.PolicySourceArn)
    return [requires('iam:GetContextKeysForPrincipalPolicy', input.PolicySourceArn)]
  },
  handle: async ({ input }, deps) => {
    const { identity, boundary } = await entityProgram(input.PolicySourceArn, deps)
    const stored = [...identity, ...(boundary === undefined ? [] : [boundary])].map(({ policy }) => policy)
    const given = givenPolicies(input.PolicyInputList, 'PolicyInputList', 'identity', new Map())
    return { ContextKeyNames: contextKeys([...stored, ...given]) }
  },
})
