/** A user whose only policy allows exactly what a test says. */

import { parsePolicy } from '@scopedown/engine'
import { type Caller, callerContext } from '../../kernel/caller.ts'
import type { Need } from '../../testing/permission-case.ts'
import { account } from './glue-server.test-data.ts'

export const origin = { ip: '127.0.0.1', userAgent: 'test', secure: true }

/** A policy must say something. */
const idle: Need = { action: 'sts:GetCallerIdentity', resource: '*' }

export function probe(needs: readonly Need[]): Caller {
  const Statement = [...needs, idle].map(({ action, resource }) => ({
    Effect: 'Allow',
    Action: action,
    Resource: resource,
  }))
  const parsed = parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement }), { name: 'needs' })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics))
  const arn = `arn:aws:iam::${account}:user/probe`
  const identity = [{ policy: parsed.policy, uri: 'needs', inline: true, attachedTo: arn }]
  const facts = { userId: 'AIDAPROBEPROBEPROBEXX', tags: new Map(), sourceIdentity: undefined, session: undefined }
  return {
    ...facts,
    principal: { kind: 'user', arn, partition: 'aws', account, name: 'probe', id: facts.userId },
    arn,
    account,
    partition: 'aws',
    accessKeyId: undefined,
    policies: { identity, boundary: undefined, session: undefined },
    context: callerContext(facts),
  }
}
