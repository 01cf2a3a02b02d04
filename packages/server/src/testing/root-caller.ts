/** An account's root user, for calls through the kernel in tests. */

import { type Caller, callerContext } from '../kernel/caller.ts'

export function rootCaller(account: string): Caller {
  const arn = `arn:aws:iam::${account}:root`
  const facts = { userId: account, tags: new Map(), sourceIdentity: undefined, session: undefined }
  return {
    ...facts,
    principal: { kind: 'root', arn, partition: 'aws', account },
    arn,
    account,
    partition: 'aws',
    accessKeyId: undefined,
    policies: { identity: [], boundary: undefined, session: undefined },
    context: callerContext(facts),
  }
}
