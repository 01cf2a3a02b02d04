/** Who the caller is. API reference: GetCallerIdentity. */

import { operation } from './operation.ts'

export const getCallerIdentity = operation('GetCallerIdentity', {
  authorize: () => ({ exempt: 'AWS requires no permission for it and answers even under an explicit deny' }),
  handle: ({ caller }) => ({ UserId: caller.userId, Account: caller.account, Arn: caller.arn }),
})
