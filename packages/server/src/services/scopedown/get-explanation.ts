/** GetExplanation: a denial of the caller's account with every statement, what stopped it, and the policies' own text. */

import { ServiceFault } from '@scopedown/wire'
import { requires } from '../../kernel/requirement.ts'
import { operation } from './operation.ts'

export const getExplanation = operation('GetExplanation', {
  constraints: { AuthorizationId: { min: 1, max: 64, pattern: /[0-9a-z]+/, patternText: '[0-9a-z]+' } },
  authorize: () => [requires('scopedown:GetExplanation', '*')],
  handle: async ({ input, caller }, { denials, audit }) => {
    await audit.flush()
    const denial = await denials.find(input.AuthorizationId)
    // Another account's denial is answered like one that never was.
    if (denial === undefined || denial.account !== caller.account) {
      throw new ServiceFault(
        'ResourceNotFoundException',
        'No denial of this account is kept under this authorization id. Denials are kept for a week.',
      )
    }
    const { record, time } = denial
    return {
      AuthorizationId: record.authorizationId,
      Time: new Date(time).toISOString(),
      RequestId: record.requestId,
      Operation: record.eventName,
      Principal: record.caller.arn,
      Context: record.requestContext,
      Explanation: record.explanation,
      Policies: record.policies.map(({ uri, type, inline, attachedTo, text }) => ({
        Name: uri,
        Type: type,
        Inline: inline,
        AttachedTo: attachedTo[0]?.arn,
        Document: text,
      })),
    }
  },
})
