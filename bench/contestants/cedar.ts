/**
 * Cedar, compiled to WebAssembly: policies parsed beforehand, `statefulIsAuthorized` for each request. The ARN travels in the
 * context, since an entity with attributes would cost Cedar more. https://docs.cedarpolicy.com/policies/syntax-policy.html
 */

import { setFlagsFromString } from 'node:v8'
import {
  preparsePolicySet,
  type StatefulAuthorizationCall,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs'
import type { Ask, Rule } from '../rule.ts'
import { type Contestant, wrap } from './contestant.ts'

/* V8 11.3 (Node 20) dies when it deoptimizes a call into WebAssembly that it had inlined: "unreachable code" in the deoptimizer. */
if (process.versions.node.startsWith('20.')) setFlagsFromString('--no-turbo-inline-js-wasm-calls')

export function cedar(workload: string, rules: readonly Rule[], asks: readonly Ask[]): Contestant {
  const parsed = preparsePolicySet(workload, { staticPolicies: rules.map(policy).join('\n') })
  if (parsed.type === 'failure') throw new Error(parsed.errors[0]?.message)
  const calls = asks.map(
    ({ principal, action, resource, context }): StatefulAuthorizationCall => ({
      principal: { type: 'Caller', id: principal },
      action: { type: 'Action', id: action },
      resource: { type: 'Thing', id: 'thing' },
      context: { arn: resource, vpc: context['aws:SourceVpc'] },
      preparsedPolicySetId: workload,
      entities: [],
    }),
  )
  const allows = (call: StatefulAuthorizationCall): boolean => {
    const answer = statefulIsAuthorized(call)
    if (answer.type === 'failure') throw new Error(answer.errors[0]?.message)
    return answer.response.decision === 'allow'
  }
  return {
    name: '@cedar-policy/cedar-wasm, preparsed',
    answers: () => calls.map(allows),
    run: (count) => {
      let allowed = 0
      for (let index = 0; index < count; index += 1) {
        if (allows(calls[index & wrap] as StatefulAuthorizationCall)) allowed += 1
      }
      return allowed
    },
  }
}

function policy({ effect, principal, action, prefix, vpc }: Rule): string {
  const who = principal === undefined ? 'principal' : `principal == Caller::${JSON.stringify(principal)}`
  const when = [`context.arn like ${JSON.stringify(`${prefix}*`)}`]
  if (vpc !== undefined) when.push(`context.vpc == ${JSON.stringify(vpc)}`)
  const head = `${effect === 'Allow' ? 'permit' : 'forbid'} (${who}, action == Action::${JSON.stringify(action)}, resource)`
  return `${head} when { ${when.join(' && ')} };`
}
