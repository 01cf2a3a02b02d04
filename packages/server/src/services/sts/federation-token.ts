/** GetFederationToken: a session of its own name, within the permissions of the user who asks. API reference. */

import { requires } from '../../kernel/requirement.ts'
import { tagsOf } from '../../kernel/tags.ts'
import { issueSession } from './issue-session.ts'
import { operation } from './operation.ts'
import { checkSessionPolicies, checkSessionTags, packedPercent, sessionConstraints } from './session-input.ts'

const defaultSeconds = 43_200
const rootSeconds = 3600

export const getFederationToken = operation('GetFederationToken', {
  constraints: {
    Name: { min: 2, max: 32, pattern: /[\w+=,.@-]*/, patternText: '[\\w+=,.@-]*' },
    DurationSeconds: { min: 900, max: 129_600 },
    Policy: sessionConstraints.Policy,
    'PolicyArns.*.arn': sessionConstraints['PolicyArns.*.arn'],
    Tags: sessionConstraints.Tags,
    'Tags.*.Key': sessionConstraints['Tags.*.Key'],
    'Tags.*.Value': sessionConstraints['Tags.*.Value'],
  },
  authorize: ({ input, arn }) => {
    checkSessionTags(input.Tags ?? [])
    const resource = arn.federatedUser(input.Name)
    const ask = requires('sts:GetFederationToken', resource, { requestTags: input.Tags })
    if (!input.Tags?.length) return [ask]
    return [ask, requires('sts:TagSession', resource, { requestTags: input.Tags })]
  },
  handle: async ({ input, caller, arn, time }, deps) => {
    const root = caller.principal.kind === 'root'
    const asked = input.DurationSeconds ?? (root ? rootSeconds : defaultSeconds)
    const policies = await checkSessionPolicies(input, caller.account, deps)
    const tags = tagsOf(input.Tags)
    const packed = packedPercent(policies, tags, deps.packedPolicyLimit)
    const credentials = await issueSession(
      {
        kind: 'federatedUser',
        account: caller.account,
        entityId: root ? null : caller.userId,
        time,
        seconds: root ? Math.min(asked, rootSeconds) : asked,
        facts: {
          name: input.Name,
          tags: [...tags],
          // Of a federated session nothing is handed on: it cannot assume a role.
          transitiveTagKeys: [],
          ...(policies.policy === undefined ? {} : { policy: policies.policy }),
          ...(policies.policyArns.length === 0 ? {} : { policyArns: policies.policyArns }),
        },
      },
      deps,
    )
    return {
      Credentials: credentials,
      FederatedUser: { FederatedUserId: `${caller.account}:${input.Name}`, Arn: arn.federatedUser(input.Name) },
      ...(packed === undefined ? {} : { PackedPolicySize: packed }),
    }
  },
})
