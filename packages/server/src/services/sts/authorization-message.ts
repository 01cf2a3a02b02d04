/**
 * DecodeAuthorizationMessage: why a call was denied. API reference, whose example gives the members. Takes the encoded message
 * that a denial carried, or the authorization id itself.
 */

import type { Explanation } from '@scopedown/engine'
import { ServiceFault } from '@scopedown/wire'
import type { DenialRecord } from '../../audit/denial-record.ts'
import { requires } from '../../kernel/requirement.ts'
import { operation } from './operation.ts'

export const decodeAuthorizationMessage = operation('DecodeAuthorizationMessage', {
  constraints: { EncodedMessage: { min: 1, max: 10_240 } },
  authorize: () => [requires('sts:DecodeAuthorizationMessage', '*')],
  handle: async ({ input, caller, region }, deps) => {
    const id = deps.messageSealer.open(input.EncodedMessage)?.toString() ?? input.EncodedMessage
    if (!/^[0-9a-z]{1,64}$/.test(id)) throw unreadable()
    await deps.settleDenials()
    const denial = await deps.denials.find(id)
    // What another account was refused is not this caller's to know.
    if (denial === undefined || denial.account !== caller.account || denial.region !== region) throw unreadable()
    return { DecodedMessage: JSON.stringify(decoded(denial.record)) }
  },
})

function unreadable(): ServiceFault {
  return new ServiceFault('InvalidAuthorizationMessageException', 'Invalid authorization message')
}

function decoded(record: DenialRecord): Record<string, unknown> {
  const [evaluation] = record.evaluations
  const { explanation, caller } = record
  return {
    allowed: false,
    explicitDeny: explanation.outcome === 'explicitDeny',
    matchedStatements: explanation.determining.map(({ policyName, sid, statement, effect, type }) => ({
      policy: policyName,
      policyType: type,
      statement,
      sid,
      effect,
    })),
    failures: failures(explanation),
    context: {
      principal: { id: caller.userId, name: nameOf(caller.arn), arn: caller.arn },
      action: evaluation?.action,
      resource: evaluation?.resource,
      conditions: Object.entries(record.requestContext).map(([key, value]) => ({ item: { key, values: [value] } })),
    },
    authorizationId: record.authorizationId,
    explanation,
  }
}

/** For an implicit deny: which kinds of policy would have had to allow. */
function failures({ outcome, stillNeeded }: Explanation): readonly string[] {
  return outcome === 'implicitDeny' ? stillNeeded : []
}

function nameOf(arn: string): string {
  return arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1)
}
