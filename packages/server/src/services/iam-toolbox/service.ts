/** IAM Toolbox: GetRequestAuthorizationDetails. IAM User Guide, troubleshoot_access-denied-authorization-id. */

import { ServiceFault, serviceModel } from '@scopedown/wire'
import type { DenialRecord } from '../../audit/denial-record.ts'
import type { Denials } from '../../audit/denials.ts'
import { operationsOf } from '../../kernel/operation.ts'
import { requires } from '../../kernel/requirement.ts'
import type { ServiceDefinition } from '../../kernel/service.ts'
import * as model from './model.ts'

export interface IamToolboxDeps {
  readonly denials: Denials
  /** Until every denial recorded so far can be found. */
  readonly settleDenials: () => Promise<void>
}

const operation = operationsOf<IamToolboxDeps>()(model, () => undefined)

const getRequestAuthorizationDetails = operation('GetRequestAuthorizationDetails', {
  constraints: { authorizationId: { min: 1, max: 256, pattern: /[0-9a-z]+/, patternText: '[0-9a-z]+' } },
  authorize: () => [requires('iam:GetRequestAuthorizationDetails', '*')],
  handle: async ({ input, caller, region }, { denials, settleDenials }) => {
    await settleDenials()
    const denial = await denials.find(input.authorizationId)
    // Another account's denial is answered like one that never was.
    if (denial === undefined || denial.account !== caller.account || denial.region !== region) {
      throw new ServiceFault(
        'ResourceNotFoundException',
        'No authorization details were found for this authorization id.',
      )
    }
    return details(denial.record)
  },
})

function details({ requestContext, evaluations, policies, explanation }: DenialRecord) {
  return {
    requestContext: { ...requestContext },
    evaluations: evaluations.map((evaluation) => ({
      ...evaluation,
      context: { ...evaluation.context },
      matchedPolicies: evaluation.matchedPolicies.map(({ uri, matchedStatements }) => ({
        uri,
        matchedStatements: [...matchedStatements],
      })),
    })),
    policies: policies.map(({ type, inline, uri, attachedTo }) => ({ type, inline, uri, attachedTo: [...attachedTo] })),
    explanation,
  }
}

export const iamToolboxService: ServiceDefinition<IamToolboxDeps> = {
  name: 'iam-toolbox',
  signingName: 'iam',
  protocol: 'restJson',
  model: serviceModel(model),
  routeKey: '/authorization-details/',
  scope: 'both',
  operations: [getRequestAuthorizationDetails],
}
