/** The account that an access key belongs to. API reference, GetAccessKeyInfo. */

import { requires } from '../../kernel/requirement.ts'
import { operation } from './operation.ts'
import { validationError } from './session-input.ts'

export const getAccessKeyInfo = operation('GetAccessKeyInfo', {
  constraints: { AccessKeyId: { min: 16, max: 128, pattern: /[\w]*/, patternText: '[\\w]*' } },
  authorize: () => [requires('sts:GetAccessKeyInfo', '*')],
  handle: async ({ input }, { credentials }) => {
    const credential = await credentials.find(input.AccessKeyId)
    if (credential === undefined) throw validationError(`Invalid access key id: ${input.AccessKeyId}`)
    return { Account: credential.caller.account }
  },
})
